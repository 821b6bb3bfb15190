//! Fast equals reference, chunked equals whole, cropped equals a crop of the whole, and all of it equals what was written.

use crate::kinds::kinds;
use crate::samples::{Kind, picture};
use crate::writer::Picture;
use crate::{check, decode};
use jpeg_shrink::{Crop, Decoder, Reduction, Request};
use proptest::prelude::*;

/// The natural place of each coefficient in the stream's order.
fn zigzag() -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = (0..64).map(|place| (place / 8, place % 8)).collect();
    order.sort_by_key(|&(row, column)| {
        let diagonal = row + column;
        (diagonal, if diagonal % 2 == 0 { column } else { row })
    });
    order
}

/// A component's samples as the textbook's transform gives them.
fn samples(written: &Picture, component: usize, points: usize) -> (usize, Vec<f64>) {
    let c = &written.components[component];
    let (columns, rows) = written.mcus();
    let (wide, high) = (columns * c.h, rows * c.v);
    let stride = wide * points;
    let mut samples = vec![0.0; stride * high * points];
    let order = zigzag();
    let cosine = |x: usize, u: usize| {
        let scale = if u == 0 {
            1.0
        } else {
            std::f64::consts::SQRT_2
        };
        scale * (((2 * x + 1) * u) as f64 * std::f64::consts::PI / (2 * points) as f64).cos()
    };
    let basis: Vec<Vec<f64>> = (0..points)
        .map(|x| (0..points).map(|u| cosine(x, u)).collect())
        .collect();
    for (index, block) in c.blocks.iter().enumerate() {
        for y in 0..points {
            for x in 0..points {
                let sum: f64 = order
                    .iter()
                    .enumerate()
                    .filter(|&(k, &(v, u))| {
                        let corner = points < 8 && points > 1 && u + v == 2 * (points - 1);
                        block[k] != 0 && v < points && u < points && !corner
                    })
                    .map(|(k, &(v, u))| {
                        f64::from(block[k]) * f64::from(c.quant[k]) * basis[y][v] * basis[x][u]
                    })
                    .sum();
                samples[(index / wide * points + y) * stride + index % wide * points + x] =
                    (sum / 8.0 + 128.0).clamp(0.0, 255.0);
            }
        }
    }
    (stride, samples)
}

/// All components alike, or those behind the first otherwise.
fn chroma() -> impl Strategy<Value = Option<Reduction>> {
    prop::option::of(prop::sample::select(Reduction::ALL.to_vec()))
}

fn request(reduction: Reduction, chroma: Option<Reduction>) -> Request {
    let request = Request::new(reduction);
    chroma.map_or(request, |chroma| request.chroma(chroma))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn every_legal_kind_decodes_as_defined(kind in kinds(150), chroma in chroma(), chunk in 1usize..5000) {
        let file = picture(&kind).write();
        for reduction in Reduction::ALL {
            let result = check(&file, &request(reduction, chroma), chunk, &format!("{kind:?}")).unwrap();
            prop_assert_eq!((result.share, result.damage), (1.0, None));
        }
    }

    #[test]
    fn planes_hold_what_was_written(kind in kinds(60), chroma in chroma()) {
        let written = picture(&kind);
        let file = written.write();
        for reduction in Reduction::ALL {
            let decoded = decode(&mut Decoder::new(), &file, &request(reduction, chroma)).unwrap();
            for (index, plane) in decoded.planes.iter().enumerate() {
                let own = chroma.filter(|_| index > 0).unwrap_or(reduction);
                let (stride, expected) = samples(&written, index, own.points());
                for (at, &sample) in plane.samples.iter().enumerate() {
                    let (x, y) = (at % plane.shape.width, at / plane.shape.width);
                    let exact = expected[y * stride + x];
                    // Rounding to the nearest, and the fixed-point factors on values of up to a thousand times 66.
                    prop_assert!((exact - f64::from(sample)).abs() < 3.0, "{kind:?} {reduction:?} plane {index} at {x}, {y}: {sample} for {exact}");
                }
            }
        }
    }

    #[test]
    fn a_crop_is_the_same_as_of_the_whole(
        kind in kinds(150), chroma in chroma(), chunk in 1usize..5000,
        (x, y, width, height) in (0.0..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0),
    ) {
        let file = picture(&kind).write();
        let part = |size: usize, share: f64| (size as f64 * share) as u32;
        let (x, y) = (part(kind.width, x), part(kind.height, y));
        let crop = Crop {
            x, y,
            width: 1 + part(kind.width - 1 - x as usize, width),
            height: 1 + part(kind.height - 1 - y as usize, height),
        };
        for reduction in Reduction::ALL {
            let whole = decode(&mut Decoder::new(), &file, &request(reduction, chroma)).unwrap();
            let cropped = check(&file, &request(reduction, chroma).crop(crop), chunk, &format!("{kind:?}")).unwrap();
            for (part, whole) in cropped.planes.iter().zip(&whole.planes) {
                let (shape, stride) = (part.shape, whole.shape.width);
                for (row, samples) in part.samples.chunks(shape.width).enumerate() {
                    let from = (shape.y + row) * stride + shape.x;
                    prop_assert_eq!(samples, &whole.samples[from..from + shape.width], "row {} of {:?}", row, shape);
                }
            }
        }
    }
}

fn large() -> Kind {
    Kind {
        width: 1100,
        height: 900,
        sampling: vec![(2, 2), (1, 1), (1, 1)],
        progressive: false,
        separate: false,
        restart: 0,
        fill: 0,
        steep: false,
        density: 12,
        seed: 1,
    }
}

/// Data of several windows, with each way of coding.
#[test]
fn pictures_larger_than_a_window_decode_as_defined() {
    let cases = [
        large(),
        Kind {
            steep: true,
            ..large()
        },
        Kind {
            separate: true,
            ..large()
        },
        Kind {
            restart: 7,
            ..large()
        },
        Kind {
            restart: 1500,
            ..large()
        },
        Kind {
            restart: 1,
            density: 2,
            ..large()
        },
        Kind {
            progressive: true,
            ..large()
        },
        Kind {
            progressive: true,
            restart: 100,
            ..large()
        },
        Kind {
            sampling: vec![(1, 1)],
            density: 0,
            width: 4000,
            height: 3000,
            ..large()
        },
    ];
    for kind in cases {
        let file = picture(&kind).write();
        for reduction in Reduction::ALL {
            let result = check(
                &file,
                &Request::new(reduction),
                100_000,
                &format!("{kind:?}"),
            )
            .unwrap();
            assert_eq!((result.share, result.damage), (1.0, None), "{kind:?}");
        }
    }
}

#[test]
fn a_decoder_is_as_good_as_new_after_any_picture() {
    let mut decoder = Decoder::new();
    let kinds = [
        large(),
        Kind {
            progressive: true,
            width: 90,
            ..large()
        },
        Kind {
            sampling: vec![(1, 1)],
            height: 70,
            ..large()
        },
    ];
    for kind in kinds.iter().chain(&kinds) {
        let file = picture(kind).write();
        for reduction in Reduction::ALL {
            let fresh = decode(&mut Decoder::new(), &file, &Request::new(reduction));
            assert_eq!(decode(&mut decoder, &file, &Request::new(reduction)), fresh);
            // Leaves half a picture behind.
            decoder.reset();
            decoder.push(&file[..file.len() / 2]).unwrap();
        }
    }
}
