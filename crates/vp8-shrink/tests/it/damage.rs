//! Frames that end too early.

use crate::check;
use crate::writer::{Kind, frame};
use proptest::prelude::*;
use vp8_shrink::{Error, Reduction, Request};

fn sample() -> Vec<u8> {
    let kind = Kind {
        width: 90,
        height: 70,
        // No colours to speak of, no segments, no filter, and two partitions of coefficients.
        fields: [vec![false; 2 + 1 + 10 + 1], vec![false, true]].concat(),
        calm: 180,
        seed: 11,
    };
    frame(&kind, Reduction::Full).0
}

#[test]
fn a_frame_that_ends_too_early_shows_what_there_is() {
    let whole = sample();
    let mut shares = Vec::new();
    for length in 0..whole.len() {
        match check(&whole[..length], &Request::new(Reduction::Full), "cut") {
            Ok(picture) => {
                shares.push(picture.share);
                if let Some(offset) = picture.damage {
                    assert!(offset <= length && picture.share < 1.0);
                }
            }
            Err(Error::Truncated { offset } | Error::Damaged { offset, .. }) => {
                assert!(offset <= length, "{offset} in {length}");
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(shares.is_sorted(), "more data shows more");
    assert!(shares[0] < 0.5 && shares[shares.len() - 1] == 1.0);
}

#[test]
fn too_little_of_a_picture_is_none() {
    let whole = sample();
    let cut = &whole[..whole.len() - whole.len() / 3];
    let request = Request::new(Reduction::Full);
    let picture = check(cut, &request, "cut").unwrap();
    assert!(picture.share > 0.0 && picture.share < 1.0);
    let expected = Error::Damaged {
        offset: picture.damage.unwrap(),
        share: picture.share,
    };
    let strict = request.min_share(picture.share + 0.01);
    assert_eq!(check(cut, &strict, "cut"), Err(expected));
    assert!(check(cut, &request.min_share(picture.share), "cut").is_ok());
}

proptest! {
    #[test]
    fn damage_is_seen_alike(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let mut frame = sample();
        let at = at.index(frame.len());
        frame[at] = byte;
        frame.truncate(cut.index(frame.len()) + 1);
        // A size may have changed.
        let request = Request::new(Reduction::Half).max_bytes(100 << 10);
        let _ = check(&frame, &request, "damaged");
    }
}
