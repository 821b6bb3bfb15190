//! The rows are those of the reference, bit for bit.

use crate::writer::{Kind, picture};
use crate::{decode, expected};
use image_webp::{ColorType, WebPEncoder};
use proptest::prelude::*;
use vp8l_rows::{Decoder, Header, Request, Samples};

fn kind(width: impl Strategy<Value = u32>) -> impl Strategy<Value = Kind> {
    let transforms = Just(vec![0_u8, 1, 2, 3]).prop_shuffle();
    let transforms = (transforms, 0..=4_usize).prop_map(|(mut all, count)| {
        all.truncate(count);
        all
    });
    let copies = prop::sample::select(vec![0, 20, 128, 250]);
    (width, 1..70_u32, transforms, copies, any::<u64>()).prop_map(
        |(width, height, transforms, copies, seed)| Kind {
            width,
            height,
            transforms,
            copies,
            seed,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn rows_are_those_of_the_reference(kind in kind(1..300_u32), rows in 1..40_usize) {
        let data = picture(&kind);
        let (shown, error) = decode(&data, Samples::Rgba, rows).unwrap();
        prop_assert_eq!(error, None);
        prop_assert!(shown == expected(&data));
    }
}

proptest! {
    /// The first pixels of rows and the last ones have other neighbours.
    #[test]
    fn narrow_pictures_are_equal(kind in kind(1..5_u32), rows in 1..40_usize) {
        let data = picture(&kind);
        let (shown, error) = decode(&data, Samples::Rgba, rows).unwrap();
        prop_assert_eq!(error, None);
        prop_assert!(shown == expected(&data));
    }

    #[test]
    fn fewer_samples_are_some_of_all(kind in kind(1..40_u32)) {
        let data = picture(&kind);
        let all = expected(&data);
        let pixels = || all.as_chunks::<4>().0.iter();
        let rgb: Vec<_> = pixels().flat_map(|pixel| &pixel[..3]).copied().collect();
        prop_assert!(decode(&data, Samples::Rgb, 8).unwrap().0 == rgb);
        let green: Vec<_> = pixels().map(|pixel| pixel[1]).collect();
        prop_assert!(decode(&data, Samples::Green, 8).unwrap().0 == green);
    }
}

proptest! {
    /// What somebody else has written, who knew what it was to show.
    #[test]
    fn a_picture_shows_what_was_written(
        width in 1..120_u32,
        height in 1..40_u32,
        noise in 0..=255_u8,
        seed: u32,
    ) {
        let sample = |at: u32| {
            let chance = (at ^ seed).wrapping_mul(0x9E37_79B1) >> 24;
            (at / 40) as u8 ^ (chance as u8 & noise)
        };
        let samples: Vec<_> = (0..4 * width * height).map(sample).collect();
        let mut file = Vec::new();
        let encoder = WebPEncoder::new(&mut file);
        encoder.encode(&samples, width, height, ColorType::Rgba8).unwrap();
        let start = file.windows(4).position(|name| name == b"VP8L").unwrap() + 8;
        let (shown, error) = decode(&file[start..], Samples::Rgba, 8).unwrap();
        prop_assert_eq!(error, None);
        prop_assert!(shown == samples);
    }
}

/// More pixels than a copy can reach back, twice over, so that the window moves on.
#[test]
fn a_large_picture_is_equal() {
    for (seed, transforms) in [(1, vec![]), (2, vec![2, 0, 1]), (3, vec![0, 3])] {
        let kind = Kind {
            width: 5000,
            height: 1300,
            transforms,
            copies: 250,
            seed,
        };
        let data = picture(&kind);
        let (shown, error) = decode(&data, Samples::Rgba, 16).unwrap();
        assert_eq!(error, None);
        assert!(shown == expected(&data), "of seed {seed}");
    }
}

#[test]
fn one_decoder_does_one_picture_after_the_other() {
    let mut decoder = Decoder::new();
    for (seed, width) in [(1, 100), (2, 1), (3, 300), (4, 30)] {
        let kind = Kind {
            width,
            height: 50,
            transforms: vec![0, 2],
            copies: 128,
            seed,
        };
        let data = picture(&kind);
        let mut picture = decoder.begin(&data, &Request::new(Samples::Rgba)).unwrap();
        let mut shown = vec![0; 50 * picture.row_bytes()];
        assert_eq!(picture.read(&mut shown), Ok(Some(50)));
        assert_eq!(picture.read(&mut shown), Ok(None));
        assert!(shown == expected(&data));
    }
}

#[test]
fn an_alpha_channel_has_no_header() {
    let kind = Kind {
        width: 60,
        height: 40,
        transforms: vec![0],
        copies: 50,
        seed: 5,
    };
    let data = picture(&kind);
    assert_eq!(
        Header::read(&data).map(|header| (header.width, header.height)),
        Ok((60, 40))
    );
    let mut decoder = Decoder::new();
    let request = Request::new(Samples::Green);
    let mut picture = decoder
        .begin_without_header(&data[5..], (60, 40), &request)
        .unwrap();
    let mut shown = vec![0; 60 * 40];
    assert_eq!(picture.read(&mut shown), Ok(Some(40)));
    assert!(shown == decode(&data, Samples::Green, 8).unwrap().0);
}
