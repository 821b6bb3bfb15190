//! The decoder from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support code of tests fails by panicking"
)]

mod damage;
mod equality;
mod limits;
mod writer;

use vp8_shrink::reference::{self, ReferencePicture, ReferencePlane};
use vp8_shrink::{Decoder, Error, Picture, Request};

/// The planes in the reference's form, for comparing.
fn copied(picture: &Picture<'_>) -> ReferencePicture {
    let planes = picture.planes().map(|plane| ReferencePlane {
        shape: plane.shape,
        samples: plane.rows().flatten().copied().collect(),
    });
    ReferencePicture {
        planes: planes.into(),
        share: picture.share(),
        damage: picture.damage(),
    }
}

fn decode(
    decoder: &mut Decoder,
    frame: &[u8],
    request: &Request<'_>,
) -> Result<ReferencePicture, Error> {
    decoder
        .decode(frame, request)
        .map(|picture| copied(&picture))
}

/// Says where two planes differ, which a print of all samples would not.
fn assert_same_planes(expected: &[ReferencePlane], actual: &[ReferencePlane], what: &str) {
    assert_eq!(expected.len(), actual.len(), "{what}");
    for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
        assert_eq!(expected.shape, actual.shape, "{what}, plane {index}");
        assert_eq!(
            expected.samples.len(),
            actual.samples.len(),
            "{what}, plane {index}"
        );
        let mut pairs = expected.samples.iter().zip(&actual.samples);
        assert_eq!(
            pairs.position(|(a, b)| a != b),
            None,
            "{what}, plane {index} of {:?}: first different sample",
            expected.shape
        );
    }
}

/// The fast decoder does what the reference does.
fn check(frame: &[u8], request: &Request<'_>, what: &str) -> Result<ReferencePicture, Error> {
    let expected = reference::decode(frame, request);
    let actual = decode(&mut Decoder::new(), frame, request);
    match (&expected, &actual) {
        (Ok(expected), Ok(actual)) => {
            let outcome = |picture: &ReferencePicture| (picture.share, picture.damage);
            assert_eq!(outcome(expected), outcome(actual), "{what}");
            assert_same_planes(&expected.planes, &actual.planes, what);
        }
        _ => assert_eq!(expected.as_ref().err(), actual.as_ref().err(), "{what}"),
    }
    expected
}
