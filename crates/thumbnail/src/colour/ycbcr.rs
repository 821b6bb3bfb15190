//! Luma and chroma, as JFIF has them (ITU-T T.871, 7).

/// Bits after the binary point.
const BITS: u32 = 16;

/// A factor of the formula as a whole number.
const fn fixed(factor: f64) -> i32 {
    (factor * (1 << BITS) as f64 + 0.5) as i32
}

/// Interleaved Y, Cb, Cr to interleaved R, G, B.
pub(crate) fn to_rgb(samples: &[u8]) -> Vec<u8> {
    samples
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|&pixel| pixel_to_rgb(pixel))
        .collect()
}

pub(super) fn pixel_to_rgb([luma, blue, red]: [u8; 3]) -> [u8; 3] {
    let luma = (i32::from(luma) << BITS) + (1 << (BITS - 1));
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    [
        luma + fixed(1.402) * red,
        luma - fixed(0.344_136) * blue - fixed(0.714_136) * red,
        luma + fixed(1.772) * blue,
    ]
    .map(|sum| (sum >> BITS).clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_stay_and_chroma_follows_the_formula() {
        for luma in 0..=255 {
            assert_eq!(pixel_to_rgb([luma, 128, 128]), [luma; 3]);
        }
        // Pure red, green and blue by the forward formula, rounded; back they are off by its rounding alone.
        let check = |stored: [u8; 3], rgb: [u8; 3]| {
            for (found, wanted) in pixel_to_rgb(stored).into_iter().zip(rgb) {
                assert!(found.abs_diff(wanted) <= 1, "{stored:?}");
            }
        };
        check([76, 85, 255], [254, 0, 0]);
        check([150, 44, 21], [0, 255, 1]);
        check([29, 255, 107], [0, 0, 254]);
    }
}
