//! WebP: lossy, lossless and animated.

use crate::formats::{COLOURS, check, colours};
use crate::samples::{BLUE, CLEAR, Drawing, RED, WHITE, shown::assert_near, vp8, webp};
use crate::thumbnail;
use thumbnail::Format;

#[test]
fn with_and_without_transparency() {
    check(&webp::usual(&colours()), COLOURS, Format::WebP);
    let quarters = [RED, CLEAR, BLUE, [255, 255, 255, 128]];
    check(
        &webp::usual(&Drawing::quarters(64, 64, quarters)),
        quarters,
        Format::WebP,
    );
}

/// Pictures of all sizes: the large ones are reduced while they are decoded, by 2, 4 and 8.
#[test]
fn lossy_in_luma_and_chroma_of_limited_range() {
    let colours = [
        [82, 92, 240],
        [145, 52, 36],
        [41, 240, 112],
        [200, 128, 128],
    ];
    let quarters = colours.map(|colour| {
        // ITU-R BT.601, 2.5.
        let [luma, blue, red] = colour.map(f64::from);
        let (luma, blue, red) = ((luma - 16.0) / 219.0, blue - 128.0, red - 128.0);
        let rgb = [
            luma + 1.402 * red / 224.0,
            luma - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587 / 224.0,
            luma + 1.772 * blue / 224.0,
        ];
        let [red, green, blue] = rgb.map(|sample| (sample * 255.0).round().clamp(0.0, 255.0) as u8);
        [red, green, blue, 255]
    });
    for (columns, rows) in [(4, 4), (20, 26), (46, 40), (60, 80), (160, 150)] {
        let shown = thumbnail(&vp8::quarters(columns, rows, colours));
        assert_eq!(
            (shown.width, shown.height, shown.format),
            (200, 200, Format::WebP)
        );
        shown.assert_quarters(quarters, 3);
        if columns > 4 {
            // Nor are they shifted.
            let places = [(0.46, 0.46), (0.54, 0.46), (0.46, 0.54), (0.54, 0.54)];
            for ((x, y), colour) in places.into_iter().zip(quarters) {
                assert_near(shown.part(x, y), colour, 6);
            }
        }
    }
}

/// What the first frame of an animated WebP leaves free is transparent, and its place is in steps of two pixels.
#[test]
fn a_frame_covers_a_part() {
    let shown = |canvas: (u32, u32), frame: (u32, u32), at: (u32, u32)| {
        let drawing = Drawing::quarters(frame.0, frame.1, COLOURS);
        let place = |number: u32| number.to_le_bytes()[..3].to_vec();
        let numbers = [at.0 / 2, at.1 / 2, frame.0 - 1, frame.1 - 1].map(place);
        let picture = webp::usual(&drawing)[12..].to_vec();
        let data = [numbers.concat(), vec![100, 0, 0, 2], picture].concat();
        thumbnail(&webp::container(&[
            webp::extended(2, canvas.0, canvas.1),
            webp::chunk(*b"ANIM", &[0; 6]),
            webp::chunk(*b"ANMF", &data),
        ]))
    };
    for scale in [1, 40] {
        let sized = |width: u32, height: u32| (width * scale, height * scale);
        let shown = shown(sized(64, 64), sized(32, 32), sized(32, 0));
        assert_near(shown.part(0.25, 0.25), CLEAR, 2);
        assert_near(shown.part(0.75, 0.75), CLEAR, 2);
        assert_near(shown.part(0.55, 0.05), RED, 2);
        assert_near(shown.part(0.95, 0.45), WHITE, 2);
    }
}
