//! Luma and chroma, as JFIF has them (ITU-T T.871, 7), and how they come from the limited range of video.

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

/// Interleaved Y, Cb, Cr of the limited range of ITU-R BT.601, luma from 16 to 235 and chroma from 16 to 240, to the full one.
pub(crate) fn limited_to_full_range(samples: &mut [u8]) {
    const LUMA: [u8; 256] = stretched(16, 0, 219);
    const CHROMA: [u8; 256] = stretched(128, 128, 224);
    for pixel in samples.as_chunks_mut::<3>().0 {
        *pixel = [
            LUMA[usize::from(pixel[0])],
            CHROMA[usize::from(pixel[1])],
            CHROMA[usize::from(pixel[2])],
        ];
    }
}

/// Every sample, where `from` becomes `to` and a span of `span` becomes one of 255.
const fn stretched(from: i32, to: i32, span: i32) -> [u8; 256] {
    let mut table = [0; 256];
    let mut sample = 0;
    while sample < 256 {
        // Rounded to the nearest, both below and above 0.
        let twice = 2 * 255 * (sample as i32 - from);
        let rounded = to + (twice + if twice < 0 { -span } else { span }) / (2 * span);
        table[sample] = if rounded < 0 {
            0
        } else if rounded > 255 {
            255
        } else {
            rounded as u8
        };
        sample += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limited_range_is_stretched_and_what_lies_outside_is_cut() {
        let check = |limited: [u8; 3], full: [u8; 3]| {
            let mut pixel = limited;
            limited_to_full_range(&mut pixel);
            assert_eq!(pixel, full, "{limited:?}");
        };
        check([16, 128, 128], [0, 128, 128]);
        check([235, 240, 240], [255, 255, 255]);
        check([126, 17, 17], [128, 2, 2]);
        check([0, 0, 0], [0, 0, 0]);
        check([255, 255, 255], [255, 255, 255]);
    }

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
