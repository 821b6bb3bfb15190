//! Light in logarithms, as Silicon Graphics' programs wrote it (G. W. Larson, "LogLuv Encoding for Full-Gamut, High-Dynamic Range
//! Images", Journal of Graphics Tools 3, 1998): how it is packed, and what the numbers mean.

use super::lab::sample;

/// Unpacks whole rows of `width` numbers of `bytes` bytes, each with its low byte first, and says how many bytes that was. In the file
/// come all highest bytes of a row, in runs, then all next ones.
pub(super) fn unpack(mut data: &[u8], width: usize, bytes: usize, to: &mut [u8]) -> usize {
    let length = width * bytes;
    let mut there = 0;
    for row in to.chunks_exact_mut(length) {
        for place in (0..bytes).rev() {
            let mut x = 0;
            while x < width {
                let [code, rest @ ..] = data else {
                    return there;
                };
                let code = usize::from(*code);
                let (taken, count) = if code < 128 {
                    let taken = code.min(rest.len());
                    (taken, taken)
                } else {
                    (1.min(rest.len()), code - 126)
                };
                let values;
                (values, data) = rest.split_at(taken);
                for &value in values.iter().cycle().take(count.min(width - x)) {
                    row[x * bytes + place] = value;
                    x += 1;
                }
            }
        }
        there += length;
    }
    there
}

/// A number of 16 bits, whose highest is its sign: the logarithm of luminance. What is below 0 is black.
fn luminance(code: u16) -> f32 {
    if code == 0 || code >> 15 == 1 {
        0.0
    } else {
        ((f32::from(code) + 0.5) / 256.0 - 64.0).exp2()
    }
}

/// The same in sRGB.
pub(super) fn grey(code: u16) -> u8 {
    sample(luminance(code))
}

/// A number of 32 bits: luminance as above, and eight bits each for u' and v' of CIE 1976.
pub(super) fn colour(code: u32) -> [u8; 3] {
    let y = luminance((code >> 16) as u16);
    let part = |byte: u32| ((byte & 0xFF) as f32 + 0.5) / 410.0;
    let (u, v) = (part(code >> 8), part(code));
    // From u' and v' to X and Z.
    let x = 9.0 * u / (4.0 * v) * y;
    let z = (12.0 - 3.0 * u - 20.0 * v) / (4.0 * v) * y;
    // To the primaries of sRGB, for the white of equal energy that the encoding has.
    let light = [
        2.690 * x - 1.276 * y - 0.414 * z,
        -1.022 * x + 1.978 * y + 0.044 * z,
        0.061 * x - 0.224 * y + 1.163 * z,
    ];
    light.map(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_bytes_are_put_together_to_numbers() {
        // Two rows of three numbers: a run and two literals, for their high and their low bytes.
        let packed = [0x81, 0x40, 3, 1, 2, 3, 1, 9, 0x80, 8, 0x81, 7];
        let mut to = [0; 12];
        assert_eq!(unpack(&packed, 3, 2, &mut to), 12);
        assert_eq!(to, [1, 0x40, 2, 0x40, 3, 0x40, 7, 9, 7, 8, 7, 8]);
        for length in 0..packed.len() {
            let rows = if length < 6 { 0 } else { 6 };
            assert_eq!(unpack(&packed[..length], 3, 2, &mut to), rows, "{length}");
        }
        // What is empty leads nowhere.
        assert_eq!(unpack(&[0; 9], 3, 2, &mut to), 0);
    }

    /// By Larson's formulas the other way round: luminance Y is 256 (log2 Y + 64), and u' and v' are 410 times themselves.
    #[test]
    fn known_colours_come_out() {
        let code = |y: f64, u: f64, v: f64| {
            let chroma = |part: f64| (part * 410.0) as u32;
            (((y.log2() + 64.0) * 256.0) as u32) << 16 | chroma(u) << 8 | chroma(v)
        };
        let check = |found: &[u8], wanted: &[u8]| {
            let mut pairs = found.iter().zip(wanted);
            assert!(
                pairs.all(|(a, b)| a.abs_diff(*b) <= 5),
                "{found:?}, not {wanted:?}"
            );
        };
        // White of equal energy has u' 4/19 and v' 9/19; sRGB's 128 is 0.2159 in light.
        check(&colour(code(1.0, 4.0 / 19.0, 9.0 / 19.0)), &[255; 3]);
        check(&colour(code(0.2159, 4.0 / 19.0, 9.0 / 19.0)), &[128; 3]);
        check(&[grey((code(0.2159, 0.0, 0.0) >> 16) as u16)], &[128]);
        assert_eq!((grey(0), grey(0xC000)), (0, 0));
    }
}
