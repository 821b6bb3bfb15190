//! Every format in every way that it stores pixels.

use crate::samples::{
    BLACK, BLUE, CLEAR, Drawing, GREEN, RED, WHITE, bmp, gif, jpeg, png, shown::Shown,
    shown::assert_near, tiff, webp,
};
use crate::{rendered, thumbnail};
use ::png::{BitDepth, ColorType};
use jpeg_encoder::{ColorType as JpegColour, SamplingFactor};
use thumbnail::{Format, Limits, OutputFormat, Spec, render_all};

pub(crate) const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];
const GREYS: [[u8; 4]; 4] = [BLACK, WHITE, WHITE, BLACK];

pub(crate) fn colours() -> Drawing {
    Drawing::quarters(64, 64, COLOURS)
}

fn greys() -> Drawing {
    Drawing::quarters(64, 64, GREYS)
}

/// The four quarters are where they belong, and exactly those colours where nothing was lost on the way.
#[track_caller]
pub(crate) fn check(file: &[u8], quarters: [[u8; 4]; 4], format: Format) -> Shown {
    let shown = thumbnail(file);
    assert_eq!((shown.width, shown.height), (200, 200));
    assert_eq!(shown.format, format);
    let tolerance = if format == Format::Jpeg { 4 } else { 0 };
    shown.assert_quarters(quarters, tolerance);
    shown
}

#[test]
fn png_in_every_colour_type_and_depth() {
    use BitDepth::{Eight, Four, One, Sixteen, Two};
    for depth in [Eight, Sixteen] {
        check(
            &png::png(&colours(), ColorType::Rgb, depth),
            COLOURS,
            Format::Png,
        );
        check(
            &png::png(&colours(), ColorType::Rgba, depth),
            COLOURS,
            Format::Png,
        );
        check(
            &png::png(&greys(), ColorType::GrayscaleAlpha, depth),
            GREYS,
            Format::Png,
        );
    }
    for depth in [One, Two, Four, Eight, Sixteen] {
        let file = png::png(&greys(), ColorType::Grayscale, depth);
        check(&file, GREYS, Format::Png);
        // A PNG of few greys has a palette; in a JPEG one channel is one.
        let jpeg = rendered(&file, &Spec::default().with_format(OutputFormat::Jpeg));
        assert!(jpeg.is_grey, "{depth:?}");
    }
    for depth in [Two, Four, Eight] {
        check(
            &png::png(&colours(), ColorType::Indexed, depth),
            COLOURS,
            Format::Png,
        );
    }
    check(
        &png::png(&greys(), ColorType::Indexed, One),
        GREYS,
        Format::Png,
    );
}

#[test]
fn png_with_every_kind_of_transparency() {
    let quarters = [RED, CLEAR, BLUE, [255, 255, 255, 128]];
    let drawing = Drawing::quarters(64, 64, quarters);
    check(
        &png::png(&drawing, ColorType::Rgba, BitDepth::Eight),
        quarters,
        Format::Png,
    );
    check(
        &png::png(&drawing, ColorType::Rgba, BitDepth::Sixteen),
        quarters,
        Format::Png,
    );
    check(
        &png::png(&drawing, ColorType::Indexed, BitDepth::Two),
        quarters,
        Format::Png,
    );

    let keyed = png::written(&colours(), ColorType::Rgb, BitDepth::Eight, |encoder| {
        encoder.set_trns(vec![0, 0, 0, 255, 0, 0]);
    });
    check(&keyed, [RED, CLEAR, BLUE, WHITE], Format::Png);
    let keyed = png::written(&greys(), ColorType::Grayscale, BitDepth::One, |encoder| {
        encoder.set_trns(vec![0, 1]);
    });
    check(&keyed, [BLACK, CLEAR, CLEAR, BLACK], Format::Png);
}

#[test]
fn jpeg_in_every_sampling_and_order() {
    let samplings = [
        SamplingFactor::F_1_1,
        SamplingFactor::F_2_1,
        SamplingFactor::F_1_2,
        SamplingFactor::F_2_2,
    ];
    for sampling in samplings {
        for is_progressive in [false, true] {
            for restarts in [0, 1, 5] {
                let file = jpeg::written(&colours(), JpegColour::Rgb, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(is_progressive);
                    encoder.set_restart_interval(restarts);
                });
                check(&file, COLOURS, Format::Jpeg);
            }
        }
    }
}

#[test]
fn jpeg_in_grey_stays_grey() {
    for is_progressive in [false, true] {
        let file = jpeg::written(&greys(), JpegColour::Luma, |encoder| {
            encoder.set_progressive(is_progressive);
        });
        assert!(check(&file, GREYS, Format::Jpeg).is_grey);
    }
}

/// Three components with the names R, G and B and no header are no luma and chroma; nor are they where Adobe says so.
#[test]
fn jpeg_in_red_green_and_blue() {
    let stored = jpeg::written(&colours(), JpegColour::Ycbcr, |_| {});
    let adobe = jpeg::with_segment(&stored, 0xEE, b"Adobe\0\x64\0\0\0\0\0");
    check(&jpeg::without_segment(&adobe, 0xE0), COLOURS, Format::Jpeg);

    let mut named = jpeg::without_segment(&stored, 0xE0);
    let frame = named
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame");
    let scan = named
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .expect("a scan");
    for (index, name) in b"RGB".iter().enumerate() {
        named[frame + 10 + 3 * index] = *name;
        named[scan + 5 + 2 * index] = *name;
    }
    check(&named, COLOURS, Format::Jpeg);
}

#[test]
fn an_animation_shows_its_first_picture() {
    let second = Drawing::quarters(64, 64, [WHITE; 4]);
    let file = gif::on_screen(&[(&colours(), (0, 0)), (&second, (0, 0))], (64, 64));
    check(&file, COLOURS, Format::Gif);
    check(&webp::animated(&colours(), &second), COLOURS, Format::WebP);
}

#[test]
fn bmp_becomes_jpeg_or_where_that_would_lose_transparency_png() {
    check(&bmp::usual(&colours()), COLOURS, Format::Jpeg);
    let quarters = [RED, CLEAR, BLUE, [255, 255, 255, 128]];
    check(
        &bmp::usual(&Drawing::quarters(64, 64, quarters)),
        quarters,
        Format::Png,
    );
}

#[test]
fn tiff_in_every_kind_of_sample() {
    use tiff::{EXTRA, FORMAT, Tiff};
    let (colours, greys) = (colours(), greys());
    check(&tiff::usual(&colours), COLOURS, Format::Jpeg);

    let wide =
        |samples: &[u8]| -> Vec<u8> { samples.iter().flat_map(|&sample| [sample; 2]).collect() };
    let sixteen = Tiff::new(&colours, 2, 16, 3).chunk(wide(&colours.rgb()));
    check(&sixteen.bytes(), COLOURS, Format::Jpeg);

    for (bits, shift) in [(1, 7), (2, 6), (4, 4), (8, 0)] {
        let fewer: Vec<u8> = greys.grey().iter().map(|sample| sample >> shift).collect();
        let packed = crate::samples::packed(&fewer, 64, bits);
        let black_is_zero = Tiff::new(&greys, 1, u32::from(bits), 1).chunk(packed.clone());
        assert!(check(&black_is_zero.bytes(), GREYS, Format::Jpeg).is_grey);
        let white_is_zero = Tiff::new(&greys, 0, u32::from(bits), 1).chunk(packed);
        check(
            &white_is_zero.bytes(),
            [WHITE, BLACK, BLACK, WHITE],
            Format::Jpeg,
        );
    }

    let (palette, indices) = colours.indexed();
    let map: Vec<u32> = (0..3)
        .flat_map(|channel| {
            palette
                .iter()
                .map(move |colour| u32::from(colour[channel]) * 257)
        })
        .collect();
    let indexed = Tiff::new(&colours, 3, 2, 1).tag(tiff::COLOURS, &map);
    let indexed = indexed.chunk(crate::samples::packed(&indices, 64, 2));
    check(&indexed.bytes(), COLOURS, Format::Jpeg);

    let float = 3;
    let floats = greys
        .grey()
        .into_iter()
        .flat_map(|sample| (f32::from(sample) / 255.0).to_le_bytes());
    let floats = Tiff::new(&greys, 1, 32, 1)
        .tag(FORMAT, &[float])
        .chunk(floats.collect());
    check(&floats.bytes(), GREYS, Format::Jpeg);

    let ink = colours
        .pixels
        .iter()
        .flat_map(|&[red, green, blue, _]| [!red, !green, !blue, 0]);
    let ink = Tiff::new(&colours, 5, 8, 4).chunk(ink.collect());
    check(&ink.bytes(), COLOURS, Format::Jpeg);

    let quarters = [RED, CLEAR, BLUE, [255, 255, 255, 128]];
    let drawing = Drawing::quarters(64, 64, quarters);
    check(&tiff::usual(&drawing), quarters, Format::Png);
    let multiplied = drawing
        .pixels
        .iter()
        .flat_map(|&[red, green, blue, alpha]| {
            let times = |sample: u8| (u16::from(sample) * u16::from(alpha) / 255) as u8;
            [times(red), times(green), times(blue), alpha]
        });
    let multiplied = Tiff::new(&drawing, 2, 8, 4)
        .tag(EXTRA, &[1])
        .chunk(multiplied.collect());
    check(&multiplied.bytes(), quarters, Format::Png);
}

#[test]
fn tiff_in_every_arrangement() {
    use tiff::{HEIGHT, PLANES, ROWS_PER_STRIP, TILE_HEIGHT, TILE_WIDTH, Tiff, WIDTH};
    let colours = colours();
    let rgb = colours.rgb();
    let plane =
        |channel: usize| -> Vec<u8> { rgb.iter().skip(channel).step_by(3).copied().collect() };

    let mut big_endian = tiff::described(&colours);
    big_endian.is_big_endian = true;
    check(&big_endian.bytes(), COLOURS, Format::Jpeg);

    let strips = Tiff::new(&colours, 2, 8, 3).tag(ROWS_PER_STRIP, &[10]);
    let strips = rgb
        .chunks(10 * 64 * 3)
        .fold(strips, |tiff, strip| tiff.chunk(strip.to_vec()));
    check(&strips.bytes(), COLOURS, Format::Jpeg);

    let planes = Tiff::new(&colours, 2, 8, 3).tag(PLANES, &[2]);
    let planes = (0..3).fold(planes, |tiff, channel| tiff.chunk(plane(channel)));
    check(&planes.bytes(), COLOURS, Format::Jpeg);

    // Tiles of 32x48 over a picture of 64x64: the lower ones hang over.
    let tile = |samples: &[u8], count: usize, left: usize, top: usize| -> Vec<u8> {
        (top..top + 48)
            .flat_map(|y| {
                let row = samples.get(y * 64 * count..).unwrap_or(&[]);
                let row = row.get(left * count..(left + 32) * count);
                row.map_or_else(|| vec![7; 32 * count], <[u8]>::to_vec)
            })
            .collect()
    };
    let places = [(0, 0), (32, 0), (0, 48), (32, 48)];
    let sized = |tiff: Tiff| tiff.tag(TILE_WIDTH, &[32]).tag(TILE_HEIGHT, &[48]);
    let tiled = places
        .iter()
        .fold(sized(Tiff::new(&colours, 2, 8, 3)), |tiff, &(left, top)| {
            tiff.chunk(tile(&rgb, 3, left, top))
        });
    check(&tiled.bytes(), COLOURS, Format::Jpeg);

    let mut planar_tiles = sized(Tiff::new(&colours, 2, 8, 3)).tag(PLANES, &[2]);
    for channel in 0..3 {
        for (left, top) in places {
            planar_tiles = planar_tiles.chunk(tile(&plane(channel), 1, left, top));
        }
    }
    check(&planar_tiles.bytes(), COLOURS, Format::Jpeg);

    // JPEGs as strips, the last of them with fewer rows.
    let jpegs = Tiff::new(&colours, 6, 8, 3)
        .tag(tiff::COMPRESSION, &[7])
        .tag(ROWS_PER_STRIP, &[40]);
    let jpegs = rgb.chunks(40 * 64 * 3).fold(jpegs, |tiff, strip| {
        let pixels = strip
            .chunks_exact(3)
            .map(|pixel| [pixel[0], pixel[1], pixel[2], 255]);
        let height = strip.len() / 3 / 64;
        let part = Drawing {
            width: 64,
            height: height as u32,
            pixels: pixels.collect(),
        };
        tiff.chunk(jpeg::usual(&part))
    });
    check(
        &jpegs.tag(WIDTH, &[64]).tag(HEIGHT, &[64]).bytes(),
        COLOURS,
        Format::Jpeg,
    );
}

#[test]
fn every_format_can_be_asked_for() {
    let files = [
        jpeg::usual(&colours()),
        png::usual(&colours()),
        webp::usual(&colours()),
        gif::usual(&colours()),
        bmp::usual(&colours()),
        tiff::usual(&colours()),
    ];
    let asked = [
        (OutputFormat::Jpeg, Format::Jpeg),
        (OutputFormat::Png, Format::Png),
        (OutputFormat::WebP, Format::WebP),
        (OutputFormat::Gif, Format::Gif),
    ];
    for file in &files {
        for (output, format) in asked {
            let shown = rendered(file, &Spec::default().with_format(output));
            assert_eq!(shown.format, format);
            shown.assert_quarters(COLOURS, 4);
        }
    }
}

#[test]
fn the_source_is_reported_as_it_is_stored() {
    let drawing = Drawing::gradient(30, 20);
    let check = |file: &[u8], format: Format| {
        let rendered = render_all(file, &[], &Limits::default()).expect("a picture");
        let source = rendered.source;
        assert_eq!(
            (source.format, source.width, source.height),
            (format, 30, 20)
        );
        assert!(rendered.pictures.is_empty());
    };
    check(
        &jpeg::with_exif(&jpeg::usual(&drawing), &crate::samples::exif(6)),
        Format::Jpeg,
    );
    check(&png::usual(&drawing), Format::Png);
    check(&webp::usual(&drawing), Format::WebP);
    check(
        &gif::usual(&Drawing::quarters(30, 20, COLOURS)),
        Format::Gif,
    );
    check(&bmp::usual(&drawing), Format::Bmp);
    check(&tiff::usual(&drawing), Format::Tiff);
}

/// Larger than what is drawn at once.
#[test]
fn a_frame_within_a_large_screen_is_where_it_belongs() {
    let colours = [RED, GREEN, BLUE, WHITE];
    let drawing = Drawing::quarters(1000, 1000, colours);
    for (width, height) in [(3000, 3000), (3000, 3001), (2999, 3000)] {
        let shown = thumbnail(&gif::on_screen(
            &[(&drawing, (1000, 1000))],
            (width, height),
        ));
        for (nth, colour) in colours.into_iter().enumerate() {
            let place = |half: usize| 1.25 / 3.0 + 0.5 / 3.0 * half as f64;
            let found = shown.part(place(nth % 2), place(nth / 2));
            assert_near(found, colour, 2);
        }
        for place in [(0.1, 0.1), (0.9, 0.5), (0.5, 0.3), (0.5, 0.7), (0.3, 0.5)] {
            assert_eq!(shown.part(place.0, place.1)[3], 0);
        }
    }
}
