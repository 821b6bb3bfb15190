//! Files that are broken or cut off: never a panic, the same result on every path, and what there is of the picture.

use crate::kinds::kinds;
use crate::samples::{Kind, Noise, picture};
use crate::{check, decode};
use jpeg_shrink::{Crop, Decoder, Error, Reduction, Request};
use proptest::prelude::*;

fn grey(height: usize, restart: usize) -> Kind {
    Kind {
        width: 64,
        height,
        sampling: vec![(1, 1)],
        progressive: false,
        separate: false,
        restart,
        fill: 0,
        steep: false,
        density: 6,
        seed: 3,
    }
}

#[test]
fn a_file_cut_anywhere_gives_what_came_before() {
    for progressive in [false, true] {
        for restart in [0, 3] {
            let kind = Kind {
                progressive,
                sampling: vec![(2, 1), (1, 1), (1, 1)],
                width: 50,
                ..grey(30, restart)
            };
            let file = picture(&kind).write();
            let mut shares = Vec::new();
            for length in 0..file.len() {
                for reduction in [Reduction::Eighth, Reduction::Half] {
                    let result = check(
                        &file[..length],
                        &Request::new(reduction),
                        77,
                        &format!("{length} bytes of {kind:?}"),
                    );
                    shares.extend(result.map(|picture| picture.share));
                }
            }
            assert!(shares.is_sorted(), "more of a file is more of the picture");
            assert_eq!(
                shares.last(),
                Some(&1.0),
                "without its last marker a file is whole"
            );
        }
    }
}

#[test]
fn what_is_missing_is_grey_and_below() {
    let file = picture(&grey(640, 0)).write();
    let whole = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Eighth)).unwrap();
    let half = decode(
        &mut Decoder::new(),
        &file[..file.len() / 2],
        &Request::new(Reduction::Eighth),
    )
    .unwrap();
    assert!((0.3..0.7).contains(&half.share));
    let decoded = (half.share * 640.0).round() as usize;
    let (before, after) = half.planes[0].samples.split_at(decoded);
    assert_eq!(before, &whole.planes[0].samples[..decoded]);
    assert!(after.iter().all(|&sample| sample == 128));
    assert!(
        half.damage
            .is_some_and(|offset| offset <= file.len() / 2 && offset > file.len() / 2 - 100)
    );
}

/// A grey file of one row of blocks, up to the data of its scan. DC: 0 is no difference, 10 is one of three bits. AC: 0 is `symbol`,
/// 10 ends the block.
fn row_of_blocks(width: u8, symbol: u8) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    // All steps are 1.
    file.extend([0xFF, 0xDB, 0, 67, 0]);
    file.extend([1; 64]);
    file.extend([0xFF, 0xC0, 0, 11, 8, 0, 8, 0, width, 1, 1, 0x11, 0]);
    for (class, symbols) in [(0x00, [0x00, 0x03]), (0x10, [symbol, 0x00])] {
        file.extend([0xFF, 0xC4, 0, 21, class, 1, 1]);
        file.extend([0; 14]);
        file.extend(symbols);
    }
    file.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]);
    file
}

/// Some cameras write them, and libjpeg passes over them.
#[test]
fn a_run_past_the_end_of_a_block_ends_it() {
    // AC: 0 is a run of fifteen before a value of one bit.
    let mut file = row_of_blocks(16, 0xF1);
    // No difference, four runs with values, of which the fourth would be coefficient 64; then a difference of 7, and the end.
    file.extend([0b0010_1010, 0b1101_1110]);
    file.extend([0xFF, 0xD9]);
    for reduction in [Reduction::Eighth, Reduction::Full] {
        let picture = check(&file, &Request::new(reduction), 7, "a long run").unwrap();
        assert_eq!((picture.share, picture.damage), (1.0, None));
        let samples = &picture.planes[0].samples;
        // 7 is 7/8 of a sample above the middle.
        assert_eq!(samples.last(), Some(&129), "{reduction:?}");
    }
}

/// As for libjpeg: what is no code is an end of block, and what follows is decoded as if nothing had been.
#[test]
fn decoding_goes_on_behind_an_unknown_code() {
    // AC: 0 is a value of one bit. 11 is nothing in either code.
    let mut file = row_of_blocks(24, 0x01);
    let data = file.len();
    // A difference of 7, and seventeen ones; no difference, and the end; a difference of -7, and the end.
    file.extend([0b1011_1111, 0xFF, 0, 0b1111_1101, 0b0100_0010]);
    file.extend([0xFF, 0xD9]);
    for reduction in [Reduction::Eighth, Reduction::Quarter, Reduction::Full] {
        let picture = check(&file, &Request::new(reduction), 7, "an unknown code").unwrap();
        assert_eq!((picture.share, picture.damage), (1.0, Some(data)));
        let samples = &picture.planes[0].samples;
        let points = reduction.points();
        let firsts: Vec<u8> = samples.iter().step_by(points).take(3).copied().collect();
        // 7 is 7/8 of a sample above the middle.
        assert_eq!(firsts, [129, 129, 128], "{reduction:?}");
    }
}

/// As for libjpeg: what no scan says is 0.
#[test]
fn a_progressive_file_without_its_means_shows_the_rest() {
    let kind = Kind {
        progressive: true,
        ..grey(64, 0)
    };
    let mut written = picture(&kind);
    let file = written.write();
    written.script.retain(|scan| scan.first > 0);
    let without = written.write();
    let request = Request::new(Reduction::Full);
    let picture = check(&without, &request, 77, "no means").unwrap();
    assert_eq!((picture.share, picture.damage), (1.0, Some(without.len())));
    let whole = check(&file, &request, 77, "all of it").unwrap();
    // Neighbours in a block differ by what they differ by in the whole picture, where neither is clamped.
    let (some, all) = (&picture.planes[0].samples, &whole.planes[0].samples);
    let is_inside = |sample: i32| (1..255).contains(&sample);
    let mut compared = 0;
    for at in (0..some.len()).filter(|at| at % 8 < 7) {
        let four = [some[at], some[at + 1], all[at], all[at + 1]].map(i32::from);
        if four.into_iter().all(is_inside) {
            assert!((four[1] - four[0] - (four[3] - four[2])).abs() <= 2);
            compared += 1;
        }
    }
    assert!(compared > 1000);
    let means = check(&without, &Request::new(Reduction::Eighth), 77, "no means");
    assert!(matches!(means, Err(Error::Damaged { share: 0.0, .. })));
    // A bit more of what never came is no mean.
    let mut written = crate::samples::picture(&kind);
    written
        .script
        .retain(|scan| scan.first > 0 || scan.high > 0);
    let refined = written.write();
    assert!(refined.len() > without.len());
    let picture = check(&refined, &request, 77, "a bit of the means").unwrap();
    assert_eq!((picture.share, picture.damage), (1.0, Some(refined.len())));
}

/// As for libjpeg: what is missing of it are zeros.
#[test]
fn a_block_that_has_begun_is_decoded_to_its_end() {
    let share_with = |last_bits: u8| {
        // AC: 0 is a value of one bit.
        let mut file = row_of_blocks(24, 0x01);
        let data = file.len();
        // A difference of 7, and the end.
        file.extend([0b1011_1100 | last_bits, 0xFF, 0xD9]);
        let request = Request::new(Reduction::Eighth);
        let picture = check(&file, &request, 7, "an end within a block").unwrap();
        assert_eq!(picture.damage, Some(data));
        (picture.share, picture.planes[0].samples.clone())
    };
    // No difference, and as many values as there may be, all of which are zeros.
    assert_eq!(share_with(0), (2.0 / 3.0, vec![129, 129, 128]));
    // Ones only fill up a byte.
    assert_eq!(share_with(1), (1.0 / 3.0, vec![129, 128, 128]));
}

/// libjpeg goes on at the next restart marker. One of the bytes that tell an FF from markers is what it was.
#[test]
fn a_code_that_is_no_marker_does_not_end_a_scan_with_restarts() {
    for progressive in [false, true] {
        let kind = Kind {
            progressive,
            ..grey(1600, 3)
        };
        let file = picture(&kind).write();
        let start = file.windows(2).position(|pair| pair == [0xFF, 0xDA]);
        let (start, mut broken) = (start.expect("a scan"), file.clone());
        let stuffed = file[start..].windows(2).position(|pair| pair == [0xFF, 0]);
        broken[start + stuffed.expect("an FF in the data") + 1] = 0xAE;
        for reduction in [Reduction::Eighth, Reduction::Full] {
            let request = Request::new(reduction);
            let whole = check(&file, &request, 7, "a file").unwrap();
            let same = check(&broken, &request, 7, "a code that is no marker").unwrap();
            assert_eq!(same.planes, whole.planes);
            assert_eq!((whole.damage, same.damage.is_some()), (None, true));
        }
    }
}

#[test]
fn too_little_of_a_picture_is_an_error_with_its_place() {
    let file = picture(&grey(640, 0)).write();
    let cut = &file[..file.len() / 2];
    let request = Request::new(Reduction::Quarter).min_share(0.9);
    let result = check(cut, &request, 999, "half a file");
    assert!(
        matches!(result, Err(Error::Damaged { share, offset }) if share < 0.7 && offset <= cut.len()),
        "{result:?}"
    );
    assert!(check(cut, &request.min_share(0.2), 999, "half a file").is_ok());
    // The header alone is a file of which nothing was decoded.
    let start = file
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    let result = check(
        &file[..start + 10],
        &Request::new(Reduction::Eighth),
        9,
        "a header",
    );
    assert_eq!(
        result,
        Err(Error::Damaged {
            offset: start + 10,
            share: 0.0
        })
    );
}

#[test]
fn decoding_goes_on_behind_a_broken_interval() {
    // Eight blocks in an interval, which is a row.
    let mut file = picture(&grey(640, 8)).write();
    let whole = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Eighth)).unwrap();
    let restarts: Vec<usize> = file
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] == 0xff && (0xd0..=0xd7).contains(&pair[1]))
        .map(|(at, _)| at)
        .collect();
    // The eleventh interval becomes all ones, which is no code.
    for pair in file[restarts[9] + 2..restarts[10]].chunks_mut(2) {
        pair.copy_from_slice(&[0xff, 0][..pair.len()]);
    }
    let result = check(
        &file,
        &Request::new(Reduction::Eighth),
        500,
        "a broken interval",
    )
    .unwrap();
    assert_eq!(result.damage, Some(restarts[9] + 2));
    for (row, (samples, whole)) in result.planes[0]
        .samples
        .chunks(8)
        .zip(whole.planes[0].samples.chunks(8))
        .enumerate()
    {
        let expected = if row == 10 { &[128; 8][..] } else { whole };
        assert_eq!(samples, expected, "row {row}");
    }
    // An interval that is missing with its marker is noticed by the next marker's number.
    file.drain(restarts[20]..restarts[21]);
    let result = check(
        &file,
        &Request::new(Reduction::Eighth),
        500,
        "a missing interval",
    )
    .unwrap();
    let grey_rows: Vec<usize> = result.planes[0]
        .samples
        .chunks(8)
        .enumerate()
        .filter(|(_, row)| row.iter().all(|&s| s == 128))
        .map(|(row, _)| row)
        .collect();
    assert_eq!(grey_rows, [10, 21]);
}

#[test]
fn an_interval_beside_the_crop_is_not_looked_at() {
    // Two blocks in an interval, four intervals in a row.
    let mut file = picture(&grey(64, 2)).write();
    let whole = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Eighth)).unwrap();
    let marker = |number| move |pair: &[u8]| pair == [0xff, number];
    let begin = file.windows(2).position(marker(0xd1)).unwrap() + 2;
    let end = file.windows(2).position(marker(0xd2)).unwrap();
    // The third interval becomes empty.
    file.drain(begin..end);
    let beside = Crop {
        x: 0,
        y: 0,
        width: 32,
        height: 64,
    };
    let request = Request::new(Reduction::Eighth);
    let left = check(&file, &request.crop(beside), 50, "the left half").unwrap();
    assert_eq!((left.share, left.damage), (1.0, None));
    let rows = whole.planes[0].samples.chunks(8);
    for (row, whole) in left.planes[0].samples.chunks(4).zip(rows) {
        assert_eq!(row, &whole[..4]);
    }
    let right = check(
        &file,
        &request.crop(Crop { x: 32, ..beside }),
        50,
        "the right half",
    );
    assert_eq!(right.unwrap().damage, Some(begin));
}

/// Changes some bytes behind the header, or anywhere.
fn corrupt(file: &mut Vec<u8>, noise: &mut Noise, anywhere: bool) {
    let start = if anywhere {
        2
    } else {
        file.windows(2)
            .position(|pair| pair == [0xff, 0xda])
            .unwrap_or(2)
            + 2
    };
    for _ in 0..1 + noise.below(8) {
        let at = start + noise.below(file.len() - start);
        match noise.below(5) {
            0 => file[at] = 0xff,
            1 => file[at] ^= 1 << noise.below(8),
            2 => file[at] = noise.below(256) as u8,
            3 => {
                file.remove(at);
            }
            _ => file.insert(at, noise.below(256) as u8),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn broken_files_give_the_same_on_every_path(kind in kinds(90), seed: u64, anywhere: bool, chunk in 1usize..3000) {
        let mut file = picture(&kind).write();
        let mut noise = Noise::new(seed);
        corrupt(&mut file, &mut noise, anywhere);
        let (x, y) = (noise.below(kind.width), noise.below(kind.height));
        let crop = Crop {
            x: x as u32,
            y: y as u32,
            width: 1 + noise.below(kind.width - x) as u32,
            height: 1 + noise.below(kind.height - y) as u32,
        };
        for reduction in Reduction::ALL {
            let mut request = Request::new(reduction).max_bytes(64 << 20);
            if seed % 2 == 0 {
                request = request.crop(crop);
            }
            let _ = check(&file, &request, chunk, &format!("{kind:?} broken by {seed}"));
        }
    }
}
