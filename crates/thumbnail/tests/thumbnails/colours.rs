//! The right colours, whatever space they were stored in. What is wanted is computed here from the definitions of the spaces.

use crate::samples::{BLACK, BLUE, Drawing, GREEN, RED, Shown, WHITE, jpeg, png, tiff, webp};
use crate::{rendered, thumbnail};
use ::png::{BitDepth, ColorType, ScaledFloat};
use jpeg_encoder::ColorType as JpegColour;
use moxcms::{ColorProfile, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d, ToneReprCurve};
use thumbnail::{ColourSource, Limits, OutputFormat, Spec, Warning, render_all};

/// sRGB's curve (IEC 61966-2-1): what a part of the full sample is in light.
fn to_light(part: f64) -> f64 {
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

fn from_light(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

/// A colour of Display P3 in sRGB, by the matrix between the two, which have the same white (from SMPTE EG 432-1 and ITU-R
/// BT.709), and sRGB's curve on both sides.
fn p3_to_srgb(colour: [u8; 4]) -> [u8; 4] {
    const MATRIX: [[f64; 3]; 3] = [
        [1.224_940, -0.224_940, 0.0],
        [-0.042_057, 1.042_057, 0.0],
        [-0.019_638, -0.078_636, 1.098_274],
    ];
    let light: Vec<_> = colour[..3]
        .iter()
        .map(|&sample| to_light(f64::from(sample) / 255.0))
        .collect();
    let mut converted = colour;
    for (sample, row) in converted.iter_mut().zip(MATRIX) {
        let sum: f64 = row
            .iter()
            .zip(&light)
            .map(|(factor, light)| factor * light)
            .sum();
        *sample = (from_light(sum) * 255.0).round() as u8;
    }
    converted
}

/// Colours of P3 that sRGB can show, and its corners, which it cannot.
const COLOURS: [[u8; 4]; 4] = [
    [180, 90, 60, 255],
    [60, 140, 90, 255],
    [255, 0, 0, 255],
    [120, 120, 120, 255],
];

#[test]
fn a_profile_is_converted_in_every_format_that_carries_one() {
    let drawing = Drawing::quarters(64, 64, COLOURS);
    let profile = ColorProfile::new_display_p3().encode().expect("a profile");
    let wanted = COLOURS.map(p3_to_srgb);
    assert_ne!(wanted, COLOURS);

    let segment = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
    let from_jpeg = jpeg::with_segment(&jpeg::usual(&drawing), 0xE2, &segment);
    thumbnail(&from_jpeg).assert_quarters(wanted, 5);
    let from_webp = webp::written(&drawing, |encoder| encoder.set_icc_profile(profile.clone()));
    thumbnail(&from_webp).assert_quarters(wanted, 1);
    let mut from_tiff = tiff::described(&drawing);
    from_tiff.profile = Some(profile.clone());
    rendered(
        &from_tiff.bytes(),
        &Spec::default().with_format(OutputFormat::Png),
    )
    .assert_quarters(wanted, 1);
    for depth in [BitDepth::Eight, BitDepth::Sixteen] {
        for colour in [ColorType::Rgb, ColorType::Rgba] {
            let file = png::png(&drawing, colour, depth);
            let file = png::with_chunk(&file, *b"iCCP", &stored_profile(&profile));
            thumbnail(&file).assert_quarters(wanted, 1);
        }
    }
}

/// A profile as PNG's chunk has it, in stored deflate blocks.
fn stored_profile(profile: &[u8]) -> Vec<u8> {
    let length = u16::try_from(profile.len()).expect("a short profile");
    let mut data = b"P3\0\0\x78\x01\x01".to_vec();
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(profile);
    let (mut low, mut high) = (1_u32, 0_u32);
    for &byte in profile {
        low = (low + u32::from(byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    data.extend((high << 16 | low).to_be_bytes());
    data
}

#[test]
fn code_points_come_before_a_profile() {
    let drawing = Drawing::quarters(64, 64, COLOURS);
    let file = png::usual(&drawing);
    let (p3, srgb) = ([12, 13, 0, 1], [1, 13, 0, 1]);
    thumbnail(&png::with_chunk(&file, *b"cICP", &p3)).assert_quarters(COLOURS.map(p3_to_srgb), 1);
    let profile = stored_profile(&ColorProfile::new_display_p3().encode().expect("a profile"));
    let both = png::with_chunk(&png::with_chunk(&file, *b"iCCP", &profile), *b"cICP", &srgb);
    thumbnail(&both).assert_quarters(COLOURS, 0);
}

#[test]
fn grey_has_profiles_too() {
    let greys = [BLACK, [64, 64, 64, 255], [128, 128, 128, 255], WHITE];
    let drawing = Drawing::quarters(64, 64, greys);
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = Some(ToneReprCurve::Lut(vec![]));
    let profile = profile.encode().expect("a profile");
    let wanted = greys.map(|[grey, ..]| {
        let grey = (from_light(f64::from(grey) / 255.0) * 255.0).round() as u8;
        [grey, grey, grey, 255]
    });
    let segment = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
    let file = jpeg::with_segment(
        &jpeg::written(&drawing, JpegColour::Luma, |_| {}),
        0xE2,
        &segment,
    );
    let shown = thumbnail(&file);
    assert!(shown.is_grey);
    shown.assert_quarters(wanted, 2);
    for depth in [BitDepth::Eight, BitDepth::Sixteen] {
        let file = png::png(&drawing, ColorType::Grayscale, depth);
        thumbnail(&png::with_chunk(&file, *b"iCCP", &stored_profile(&profile)))
            .assert_quarters(wanted, 1);
    }
}

/// A profile made of a table, in which all samples below the middle are black and the others are full: of two that are mixed
/// before they are looked up nothing is left.
#[test]
fn what_a_table_tells_apart_is_not_mixed_before() {
    // The lights of sRGB's primaries by white D50 (IEC 61966-2-1, adapted as ICC.1 has it), with 1.0 at half of the range.
    const PRIMARIES: [[f64; 3]; 3] = [
        [0.436_07, 0.222_49, 0.013_92],
        [0.385_15, 0.716_87, 0.097_08],
        [0.143_07, 0.060_61, 0.714_10],
    ];
    let corners = (0..8).flat_map(|corner| {
        [0, 1, 2].map(|axis| {
            let parts = (0..3).filter(|channel| corner >> (2 - channel) & 1 == 1);
            let light: f64 = parts.map(|channel| PRIMARIES[channel][axis]).sum();
            (light * 32_768.0).round() as u16
        })
    });
    let step = (0..256 * 3).map(|at| if at % 256 < 128 { 0 } else { u16::MAX });
    let table = LutDataType {
        num_input_channels: 3,
        num_output_channels: 3,
        num_clut_grid_points: 2,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 256,
        num_output_table_entries: 2,
        input_table: LutStore::Store16(step.collect()),
        clut_table: LutStore::Store16(corners.collect()),
        output_table: LutStore::Store16([0, u16::MAX].repeat(3)),
        lut_type: LutType::Lut16,
    };
    let mut profile = ColorProfile::new_srgb();
    profile.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(table));
    let profile = profile.encode().expect("a profile");
    let drawing = Drawing {
        width: 400,
        height: 400,
        pixels: [[100, 100, 100, 255], [250, 250, 250, 255]].repeat(200 * 400),
    };
    let segment = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
    let check = |file: &[u8]| thumbnail(file).assert_quarters([[128, 128, 128, 255]; 4], 3);
    check(&jpeg::with_segment(&jpeg::usual(&drawing), 0xE2, &segment));
    check(&png::with_chunk(
        &png::usual(&drawing),
        *b"iCCP",
        &stored_profile(&profile),
    ));
}

#[test]
fn gamma_counts_where_nothing_better_is_said() {
    let greys = [BLACK, [64, 64, 64, 255], [128, 128, 128, 255], WHITE];
    let drawing = Drawing::quarters(64, 64, greys);
    for colour in [ColorType::Rgb, ColorType::Grayscale, ColorType::Rgba] {
        for gamma in [1.0, 0.55, 0.35_f64] {
            let wanted = greys.map(|[grey, ..]| {
                let light = (f64::from(grey) / 255.0).powf(1.0 / gamma);
                let grey = (from_light(light) * 255.0).round() as u8;
                [grey, grey, grey, 255]
            });
            let file = png::written(&drawing, colour, BitDepth::Eight, |encoder| {
                encoder.set_source_gamma(ScaledFloat::new(gamma as f32));
            });
            thumbnail(&file).assert_quarters(wanted, 1);
            let overruled = png::with_chunk(&file, *b"sRGB", &[0]);
            thumbnail(&overruled).assert_quarters(greys, 0);
        }
    }
    // What every program writes beside sRGB, and nonsense.
    for gamma in [0.454_55, 0.0, 900.0] {
        let file = png::written(&drawing, ColorType::Rgb, BitDepth::Eight, |encoder| {
            encoder.set_source_gamma(ScaledFloat::new(gamma));
        });
        thumbnail(&file).assert_quarters(greys, 0);
    }
}

#[test]
fn a_profile_that_is_of_no_use_is_passed_over() {
    let drawing = Drawing::quarters(64, 64, [RED, GREEN, BLUE, WHITE]);
    let whole = ColorProfile::new_display_p3().encode().expect("a profile");
    let mut nonsense = whole.clone();
    nonsense[128..].fill(0xFF);
    let grey = ColorProfile::new_gray_with_gamma(2.2)
        .encode()
        .expect("a profile");
    for profile in [
        &b""[..],
        b"not a profile",
        &whole[..whole.len() / 2],
        &nonsense,
        &grey,
    ] {
        let file = webp::written(&drawing, |encoder| {
            encoder.set_icc_profile(profile.to_vec());
        });
        thumbnail(&file).assert_quarters([RED, GREEN, BLUE, WHITE], 0);
        let segment = [b"ICC_PROFILE\0\x01\x01", profile].concat();
        let file = jpeg::with_segment(&jpeg::usual(&drawing), 0xE2, &segment);
        thumbnail(&file).assert_quarters([RED, GREEN, BLUE, WHITE], 4);
    }
}

/// Inverted, as Adobe's programs write ink: browsers, sharp and Pillow take it so whether or not the file says that it is from one.
#[test]
fn ink_without_a_profile_is_what_its_complements_are() {
    let quarters = [RED, GREEN, BLUE, WHITE];
    let drawing = Drawing::quarters(64, 64, quarters);
    for colour in [JpegColour::Cmyk, JpegColour::CmykAsYcck] {
        let file = jpeg::written(&drawing, colour, |_| {});
        thumbnail(&file).assert_quarters(quarters, 6);
    }
    let file = jpeg::written(&drawing, JpegColour::Cmyk, |_| {});
    thumbnail(&jpeg::without_segment(&file, 0xEE)).assert_quarters(quarters, 6);
}

/// Sixteen bits are brought to eight by their value, not by what is left of them.
#[test]
fn sixteen_bits_are_not_clipped() {
    let levels = [300_u16, 20_000, 40_000, 65_000];
    let drawing = Drawing::quarters(
        64,
        64,
        [
            [0, 0, 0, 255],
            [1, 0, 0, 255],
            [2, 0, 0, 255],
            [3, 0, 0, 255],
        ],
    );
    let samples = drawing
        .grey()
        .into_iter()
        .map(|index| levels[usize::from(index)]);
    let data: Vec<u8> = samples.flat_map(u16::to_be_bytes).collect();
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, 64, 64);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Sixteen);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&data).expect("a picture");
    drop(writer);
    let wanted = levels.map(|level| {
        let grey = (f64::from(level) / 257.0).round() as u8;
        [grey, grey, grey, 255]
    });
    thumbnail(&file).assert_quarters(wanted, 0);
}

/// The primaries' tags hold something else, which no number of is a colour.
#[test]
fn a_profile_whose_primaries_are_of_another_type_is_broken() {
    let drawing = Drawing::quarters(64, 64, COLOURS);
    let mut profile = ColorProfile::new_display_p3().encode().expect("a profile");
    let entry = profile.windows(4).position(|name| name == b"gXYZ");
    let at = entry.expect("a tag") + 4;
    let at = u32::from_be_bytes(*profile[at..].first_chunk().expect("an offset")) as usize;
    profile[at..at + 4].copy_from_slice(b"XYY ");
    let segment = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
    let mut in_tiff = tiff::described(&drawing);
    in_tiff.profile = Some(profile.clone());
    let files = [
        jpeg::with_segment(&jpeg::usual(&drawing), 0xE2, &segment),
        webp::written(&drawing, |encoder| encoder.set_icc_profile(profile.clone())),
        png::with_chunk(&png::usual(&drawing), *b"iCCP", &stored_profile(&profile)),
        in_tiff.bytes(),
    ];
    for file in files {
        let spec = Spec::default().with_format(OutputFormat::Png);
        let made = render_all(&file, &[spec], &Limits::default());
        let made = made.expect("a thumbnail");
        assert_eq!(made.source.profile, None);
        assert_eq!(made.source.warnings, [Warning::BrokenProfile]);
        Shown::decode(&made.pictures[0]).assert_quarters(COLOURS, 5);
    }
}

/// What is no deflate stream says nothing: the gamma behind it counts, by which half of the light is sRGB's 188.
#[test]
fn a_profile_that_cannot_be_inflated_is_broken_and_the_next_chunk_counts() {
    let grey = png::usual(&Drawing::quarters(64, 64, [[128, 128, 128, 255]; 4]));
    let with_gamma = png::with_chunk(&grey, *b"gAMA", &100_000_u32.to_be_bytes());
    for profile in [&b"icc\0\0\xFF\xFF\xFF"[..], b"icc\0\x07", b"icc"] {
        let file = png::with_chunk(&with_gamma, *b"iCCP", profile);
        let made = render_all(&file, &[Spec::default()], &Limits::default());
        let made = made.expect("a thumbnail");
        assert_eq!(made.source.profile, Some(ColourSource::Gamma));
        assert_eq!(made.source.warnings, [Warning::BrokenProfile]);
        Shown::decode(&made.pictures[0]).assert_quarters([[188, 188, 188, 255]; 4], 1);
    }
}
