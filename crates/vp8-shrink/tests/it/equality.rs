//! The fast decoder gives what the reference gives, bit for bit.

use crate::writer::{Kind, frame};
use crate::{assert_same_planes, check, decode};
use proptest::prelude::*;
use vp8_shrink::{Crop, Decoder, Reduction, Request};

fn kind() -> impl Strategy<Value = Kind> {
    let fields = prop::collection::vec(any::<bool>(), 0..24);
    (1..80_u16, 1..80_u16, fields, 0..=255_u8, any::<u64>()).prop_map(
        |(width, height, fields, calm, seed)| Kind {
            width,
            height,
            fields,
            calm,
            seed,
        },
    )
}

fn reduction() -> impl Strategy<Value = Reduction> {
    prop::sample::select(Reduction::ALL.to_vec())
}

/// A crop of a picture, by four numbers in 65,536.
fn crop(kind: &Kind, [left, top, right, bottom]: [u16; 4]) -> Crop {
    let range = |one: u16, other: u16, length: u16| {
        let at = |share: u16| (u32::from(share) * u32::from(length)) >> 16;
        let (one, other) = (at(one), at(other));
        (one.min(other), one.max(other) + 1 - one.min(other))
    };
    let (x, width) = range(left, right, kind.width);
    let (y, height) = range(top, bottom, kind.height);
    Crop {
        x,
        y,
        width,
        height,
    }
}

proptest! {
    /// What was put in comes out, by both decoders.
    #[test]
    fn a_frame_shows_what_was_written(kind in kind(), reduction in reduction()) {
        let (frame, planes) = frame(&kind, reduction);
        let picture = check(&frame, &Request::new(reduction), "a frame").unwrap();
        prop_assert_eq!((picture.share, picture.damage), (1.0, None));
        assert_same_planes(&planes, &picture.planes, "what was written");
    }

    #[test]
    fn every_part_of_a_picture_is_equal(kind in kind(), reduction in reduction(), edges: [u16; 4]) {
        let (frame, _) = frame(&kind, reduction);
        let request = Request::new(reduction).crop(crop(&kind, edges));
        let picture = check(&frame, &request, "a crop").unwrap();
        prop_assert_eq!(picture.share, 1.0);
    }

    /// Any bytes are a frame behind the first ten.
    #[test]
    fn noise_is_decoded_alike(
        size in (1..50_u8, 1..50_u8),
        first in 0..400_u16,
        data in prop::collection::vec(any::<u8>(), 0..1500),
        reduction in reduction(),
    ) {
        let tag = (u32::from(first) << 5).to_le_bytes();
        let mut frame = vec![tag[0], tag[1], tag[2], 0x9d, 0x01, 0x2a, size.0, 0, size.1, 0];
        frame.extend(data);
        let _ = check(&frame, &Request::new(reduction), "noise");
    }
}

#[test]
fn one_decoder_does_one_picture_after_the_other() {
    let mut decoder = Decoder::new();
    for (width, height) in [(70, 50), (16, 16), (1, 1), (33, 90)] {
        let kind = Kind {
            width,
            height,
            fields: Vec::new(),
            calm: 200,
            seed: 5,
        };
        let (frame, planes) = frame(&kind, Reduction::Half);
        let picture = decode(&mut decoder, &frame, &Request::new(Reduction::Half)).unwrap();
        assert_same_planes(&planes, &picture.planes, "one after the other");
    }
}
