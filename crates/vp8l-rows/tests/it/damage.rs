//! Pictures that end too early, or make no sense.

use crate::writer::{Kind, picture};
use crate::{decode, expected};
use proptest::prelude::*;
use vp8l_rows::{Error, Part, Samples};

fn sample(transforms: &[u8]) -> Vec<u8> {
    picture(&Kind {
        width: 70,
        height: 50,
        transforms: transforms.to_vec(),
        copies: 60,
        seed: 8,
    })
}

#[test]
fn a_picture_that_ends_too_early_shows_the_rows_that_are_there() {
    for transforms in [&[][..], &[0], &[3], &[2, 1, 0]] {
        let whole = sample(transforms);
        let all = expected(&whole);
        let mut counts = Vec::new();
        for length in 0..whole.len() - 4 {
            match decode(&whole[..length], Samples::Rgba, 7) {
                Ok((rows, error)) => {
                    let count = rows.len() / (70 * 4);
                    assert_eq!(error, Some(Error::Damaged { rows: count as u32 }));
                    assert!(rows == all[..rows.len()], "cut to {length} bytes");
                    counts.push(count);
                }
                Err(error) => assert!(
                    matches!(error, Error::NotVp8l | Error::Truncated | Error::Broken(_)),
                    "{error} at {length}"
                ),
            }
        }
        assert!(counts.is_sorted(), "more data shows more");
        assert!(counts[counts.len() - 1] > 40);
    }
}

#[test]
fn what_stands_before_the_pixels_has_to_be_whole() {
    let broken = |data: &[u8]| decode(data, Samples::Rgb, 1).unwrap_err();
    assert_eq!(broken(&[]), Error::NotVp8l);
    assert_eq!(broken(b"VP8L"), Error::NotVp8l);
    assert_eq!(broken(&[0x2F, 0, 0]), Error::Truncated);
    assert_eq!(broken(&[0x2F, 0, 0, 0, 0x20]), Error::Version(1));
    // Green is taken off twice.
    assert_eq!(
        broken(&[0x2F, 0, 0, 0, 0, 0b0010_1101, 0]),
        Error::Broken(Part::Transform)
    );
    // A cache of 2 to the power of 15.
    assert_eq!(
        broken(&[0x2F, 0, 0, 0, 0, 0b0011_1110, 0]),
        Error::Broken(Part::Cache)
    );
}

proptest! {
    /// Nothing but errors comes of it, or some picture.
    #[test]
    fn any_bytes_end(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let mut data = sample(&[1, 0, 2]);
        let at = at.index(data.len());
        data[at] = byte;
        data.truncate(cut.index(data.len()) + 1);
        // The size may have changed: then it takes time and memory.
        if at > 4 {
            let _ = decode(&data, Samples::Rgba, 3);
        }
    }
}
