//! JPEG without loss.

use crate::samples::{BLUE, Drawing, GREEN, RED, Shown, WHITE, lossless::Lossless, tiff};
use crate::thumbnail;
use thumbnail::{ErrorKind, Limits, Spec, Warning, render, render_all};

const SIZE: (usize, usize) = (60, 40);

/// Samples that the picture takes in all, so that differences of all sizes occur.
fn samples(components: usize, bits: u8) -> Vec<u16> {
    let most = f64::from((1_u32 << bits) - 1);
    let drawing = Drawing::gradient(SIZE.0 as u32, SIZE.1 as u32);
    let levels = if components == 1 {
        drawing.grey()
    } else {
        drawing.rgb()
    };
    let scaled = |level: &u8| (f64::from(*level) / 255.0 * most).round() as u16;
    levels.iter().map(scaled).collect()
}

fn usual(samples: &[u16]) -> Lossless<'_> {
    Lossless {
        size: SIZE,
        bits: 8,
        components: 3,
        samples,
        predictor: 1,
        shift: 0,
        restart: None,
        is_apart: false,
    }
}

/// As the same drawing is shown when it is stored otherwise.
#[track_caller]
fn check(file: &[u8], expected: &Shown, tolerance: u8) {
    let shown = thumbnail(file);
    for (x, y) in [
        (5, 5),
        (100, 20),
        (190, 60),
        (60, 100),
        (20, 190),
        (195, 195),
    ] {
        crate::samples::shown::assert_near(shown.at(x, y), expected.at(x, y), tolerance);
    }
}

fn expected(components: usize) -> Shown {
    let drawing = Drawing::gradient(SIZE.0 as u32, SIZE.1 as u32);
    let (meaning, samples) = if components == 1 {
        (1, drawing.grey())
    } else {
        (2, drawing.rgb())
    };
    let file = tiff::Tiff::new(&drawing, meaning, 8, components as u32).chunk(samples);
    thumbnail(&file.bytes())
}

#[test]
fn samples_are_foretold_in_seven_ways() {
    for components in [1, 3] {
        let samples = samples(components, 8);
        for predictor in 1..=7 {
            let file = Lossless {
                components,
                predictor,
                ..usual(&samples)
            };
            check(&file.bytes(), &expected(components), 1);
        }
    }
}

#[test]
fn samples_have_two_to_sixteen_bits() {
    for bits in [2, 7, 10, 12, 16] {
        // Half of a step between two levels, and a tenth for what resampling adds where there is one.
        let step = 255.0 / (f64::from(bits).exp2() - 1.0);
        let tolerance = (0.6 * step + 1.0).ceil() as u8;
        for components in [1, 3] {
            let samples = samples(components, bits);
            for predictor in [1, 4, 7] {
                let file = Lossless {
                    bits,
                    components,
                    predictor,
                    ..usual(&samples)
                };
                check(&file.bytes(), &expected(components), tolerance);
            }
        }
    }
}

#[test]
fn scans_are_shifted_restarted_and_apart() {
    let samples = samples(3, 8);
    let check = |file: Lossless<'_>, tolerance| check(&file.bytes(), &expected(3), tolerance);
    check(
        Lossless {
            shift: 2,
            ..usual(&samples)
        },
        4,
    );
    for predictor in [1, 2, 5] {
        for is_apart in [false, true] {
            let file = Lossless {
                predictor,
                restart: Some(4),
                is_apart,
                ..usual(&samples)
            };
            check(file, 1);
        }
    }
}

#[test]
fn it_is_read_within_tiff() {
    let quarters = [RED, GREEN, BLUE, WHITE];
    let drawing = Drawing::quarters(60, 40, quarters);
    let samples: Vec<u16> = drawing.rgb().into_iter().map(u16::from).collect();
    let file = tiff::Tiff::new(&drawing, 2, 8, 3)
        .tag(tiff::COMPRESSION, &[7])
        .chunk(usual(&samples).bytes());
    thumbnail(&file.bytes()).assert_quarters(quarters, 2);
}

#[test]
fn one_that_is_cut_off_is_shown_as_far_as_it_goes() {
    let samples = samples(3, 8);
    let file = usual(&samples).bytes();
    let cut = &file[..file.len() * 3 / 4];
    let report = render_all(cut, &[Spec::default()], &Limits::default()).expect("most of it");
    assert!(matches!(
        report.source.warnings[..],
        [Warning::Damaged { .. }]
    ));
    let error = render(&file[..90], &Spec::default(), &Limits::default()).expect_err("nothing");
    assert_eq!(error.kind(), ErrorKind::CorruptImage);
}
