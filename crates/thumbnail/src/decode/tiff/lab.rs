//! From CIE L*a*b* to sRGB.

/// A colour of CIE 1976 L*a*b*, whose white is D50 as in ICC profiles, as sRGB.
pub(super) fn to_srgb([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    // CIE 15, 8.2.1, the other way round.
    let y = (lightness + 16.0) / 116.0;
    let part = |f: f32| {
        if f > 6.0 / 29.0 {
            f * f * f
        } else {
            3.0 * (6.0_f32 / 29.0).powi(2) * (f - 4.0 / 29.0)
        }
    };
    // White as in ICC.1, 7.2.16.
    let x = 0.9642 * part(y + a / 500.0);
    let z = 0.8249 * part(y - b / 200.0);
    let y = part(y);
    // To the primaries of sRGB as they are for a white of D50 (adapted by Bradford's method).
    let light = [
        3.133_856 * x - 1.616_867 * y - 0.490_615 * z,
        -0.978_768 * x + 1.916_142 * y + 0.033_454 * z,
        0.071_945 * x - 0.228_991 * y + 1.405_243 * z,
    ];
    light.map(sample)
}

/// Light as a sample of sRGB.
pub(super) fn sample(light: f32) -> u8 {
    let sample = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    // A cast saturates.
    (sample * 255.0 + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The primaries of sRGB and its greys, as they are known in L*a*b* for D50.
    #[test]
    fn known_colours_come_out() {
        let check = |lab: [f32; 3], rgb: [u8; 3]| {
            for (found, wanted) in to_srgb(lab).into_iter().zip(rgb) {
                assert!(found.abs_diff(wanted) <= 2, "{lab:?} is {:?}", to_srgb(lab));
            }
        };
        check([0.0, 0.0, 0.0], [0, 0, 0]);
        check([100.0, 0.0, 0.0], [255, 255, 255]);
        check([53.39, 0.0, 0.0], [127, 127, 127]);
        check([54.29, 80.81, 69.89], [255, 0, 0]);
        check([87.82, -79.27, 80.99], [0, 255, 0]);
        check([29.57, 68.30, -112.03], [0, 0, 255]);
    }
}
