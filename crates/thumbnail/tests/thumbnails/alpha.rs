//! What is see-through.

use crate::samples::{
    BLUE, CLEAR, Drawing, GREEN, RED, WHITE, bmp, png, shown::assert_near, tiff, vp8, webp,
};
use crate::{rendered, thumbnail};
use ::png::{BitDepth, ColorType};
use thumbnail::{Format, OutputFormat, Spec};

/// Opaque green to the left, see-through red to the right: the red is never to be seen.
#[test]
fn what_is_invisible_has_no_influence() {
    let drawing = Drawing::new(
        1001,
        1001,
        |x, _| {
            if x < 0.5 { GREEN } else { [255, 0, 0, 0] }
        },
    );
    let files = [
        png::usual(&drawing),
        png::png(&drawing, ColorType::Rgba, BitDepth::Sixteen),
        png::png(&drawing, ColorType::Indexed, BitDepth::One),
        webp::usual(&drawing),
        tiff::usual(&drawing),
    ];
    for file in files {
        let shown = thumbnail(&file);
        let mixed = shown
            .pixels
            .iter()
            .filter(|pixel| (1..255).contains(&pixel[3]));
        assert!(mixed.clone().count() >= 200, "there is a border");
        for pixel in shown.pixels.iter().filter(|pixel| pixel[3] > 8) {
            assert_near(*pixel, [0, 255, 0, pixel[3]], 1);
        }
    }
}

#[test]
fn half_covered_is_half_transparent() {
    // Stripes of 1 in 2 columns, far finer than the thumbnail's pixels.
    let drawing = Drawing::new(1600, 400, |x, _| {
        if ((x * 1600.0) as u32).is_multiple_of(2) {
            BLUE
        } else {
            [0; 4]
        }
    });
    let shown = thumbnail(&png::usual(&drawing));
    for pixel in &shown.pixels {
        assert_near(*pixel, [0, 0, 255, 128], 3);
    }
}

#[test]
fn jpeg_shows_white_behind_what_is_see_through() {
    let drawing = Drawing::quarters(64, 64, [RED, [0, 0, 0, 0], [0, 0, 0, 128], WHITE]);
    let shown = rendered(
        &png::usual(&drawing),
        &Spec::default().with_format(OutputFormat::Jpeg),
    );
    shown.assert_quarters([RED, WHITE, [127, 127, 127, 255], WHITE], 4);
    let grey = png::png(&drawing, ColorType::GrayscaleAlpha, BitDepth::Eight);
    let shown = rendered(&grey, &Spec::default().with_format(OutputFormat::Jpeg));
    assert!(shown.is_grey);
    assert_near(shown.part(0.75, 0.25), WHITE, 4);
}

#[test]
fn gif_knows_only_all_or_nothing_and_keeps_the_average() {
    let alpha = [100, 200, 255, 0];
    let drawing = Drawing::quarters(64, 64, alpha.map(|alpha| [0, 0, 255, alpha]));
    let shown = rendered(
        &png::usual(&drawing),
        &Spec::default().with_format(OutputFormat::Gif),
    );
    for pixel in &shown.pixels {
        assert!(matches!(*pixel, BLUE | [0, 0, 0, 0]), "{pixel:?}");
    }
    for (index, wanted) in alpha.into_iter().enumerate() {
        let (left, top) = (index % 2 * 100, index / 2 * 100);
        // Away from the borders, where enlarging mixes.
        let inside = (top + 10..top + 90).flat_map(|y| (left + 10..left + 90).map(move |x| (x, y)));
        let sum: u32 = inside
            .map(|(x, y)| u32::from(shown.pixels[y * 200 + x][3]))
            .sum();
        let mean = sum / (80 * 80);
        let most = if matches!(wanted, 0 | 255) { 0 } else { 2 };
        assert!(mean.abs_diff(wanted.into()) <= most, "{mean} for {wanted}");
    }
}

/// The border lies within a column of pixels, which is solid or clear from top to bottom.
#[test]
fn a_border_in_a_gif_has_no_dots() {
    let side = 1001;
    let drawing = Drawing::new(side, side, |x, _| if x < 0.5 { GREEN } else { CLEAR });
    let shown = rendered(
        &png::usual(&drawing),
        &Spec::default().with_format(OutputFormat::Gif),
    );
    let (first, rows) = shown.pixels.split_at(200);
    let solid = first.iter().filter(|pixel| pixel[3] == 255).count();
    assert!((100..=101).contains(&solid), "{solid}");
    assert!(rows.chunks(200).all(|row| row == first));
}

/// An alpha channel that is opaque all over loses nothing when it is left out.
#[test]
fn a_needless_alpha_channel_is_not_carried_on() {
    let opaque = Drawing::gradient(64, 64);
    let file = tiff::Tiff::new(&opaque, 2, 8, 4)
        .tag(tiff::EXTRA, &[2])
        .chunk(opaque.rgba());
    assert_eq!(thumbnail(&file.bytes()).format, Format::Jpeg);
    let mut bitmap = bmp::usual(&Drawing::new(64, 64, |x, _| {
        [0, 0, 0, if x < 0.5 { 255 } else { 254 }]
    }));
    assert_eq!(thumbnail(&bitmap).format, Format::Png);
    for byte in bitmap.iter_mut().rev().take(64 * 64 * 4) {
        *byte |= 1;
    }
    assert_eq!(thumbnail(&bitmap).format, Format::Jpeg);

    let with = png::png(&opaque, ColorType::Rgba, BitDepth::Eight);
    let without = png::png(&opaque, ColorType::Rgb, BitDepth::Eight);
    let bytes = |file: &[u8]| {
        let picture = thumbnail::render(file, &Spec::default(), &thumbnail::Limits::default());
        picture.expect("a thumbnail").bytes
    };
    assert_eq!(bytes(&with), bytes(&without));
}

/// Green to the left, and see-through red to the right: of lossy pictures, too, with an alpha channel of every sort.
#[test]
fn what_is_invisible_in_a_lossy_webp_has_no_influence() {
    let (green, red) = ([145, 52, 36], [82, 92, 240]);
    for (columns, rows) in [(8, 10), (60, 46)] {
        let (width, height) = (16 * columns, 16 * rows);
        let colours = vp8::quarters(columns, rows, [green, red, green, red]);
        let frame = webp::chunk(*b"VP8 ", webp::content(&colours, b"VP8 "));
        // The border lies within a macroblock, and nothing of the red is to be seen.
        let samples: Vec<u8> = (0..width * height)
            .map(|at| match at % width {
                x if x + 5 < width / 2 => 255 - (at / width % 3) as u8,
                _ => 0,
            })
            .collect();
        for filter in 0..4 {
            for is_coded in [false, true] {
                let alpha = webp::alpha(&samples, width, filter, is_coded);
                let has_alpha = 16;
                let header = webp::extended(has_alpha, width as u32, height as u32);
                let shown = thumbnail(&webp::container(&[header, alpha, frame.clone()]));
                assert_near(shown.part(0.1, 0.5), [0, 255, 0, 254], 6);
                assert_near(shown.part(0.9, 0.5), [0; 4], 0);
                for pixel in shown.pixels.iter().filter(|pixel| pixel[3] > 100) {
                    assert!(
                        pixel[0] < 60 && pixel[1] > 200,
                        "{pixel:?}, filter {filter}"
                    );
                }
            }
        }
    }
}

/// A colour that can't be made out is shown as if it were opaque.
#[test]
fn a_lossy_webp_with_a_broken_alpha_channel_is_shown() {
    let colours = vp8::quarters(60, 60, [[145, 52, 36]; 4]);
    let frame = webp::chunk(*b"VP8 ", webp::content(&colours, b"VP8 "));
    for broken in [&[][..], &[0, 1, 2], &[1, 255, 255], &[2]] {
        let alpha = webp::chunk(*b"ALPH", broken);
        let file = webp::container(&[webp::extended(16, 960, 960), alpha, frame.clone()]);
        thumbnail(&file).assert_quarters([[0, 255, 0, 255]; 4], 6);
    }
}

/// Of both sizes: as it is, and averaged to squares first.
#[test]
fn pngs_of_apples_telephones_are_shown() {
    let colours = [RED, [0, 200, 100, 128], [40, 80, 240, 255], CLEAR];
    for side in [60, 1200] {
        let file = png::apples(&Drawing::quarters(side, side, colours));
        let shown = thumbnail(&file);
        assert_eq!(shown.format, Format::Png);
        shown.assert_quarters(colours, 3);
    }
}
