//! The decoder from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support code of tests fails by panicking"
)]

mod corpus;
mod damage;
mod equality;
mod kinds;
mod limits;
mod samples;
mod writer;
mod zune;

use jpeg_shrink::reference::{self, ReferencePicture, ReferencePlane};
use jpeg_shrink::{Decoder, Error, Picture, Progress, Request};

/// The planes in the reference's form, for comparing.
fn copied(picture: &Picture<'_>) -> ReferencePicture {
    let planes = picture.planes().map(|plane| ReferencePlane {
        shape: plane.shape,
        samples: plane.rows().flatten().copied().collect(),
    });
    ReferencePicture {
        planes: planes.collect(),
        share: picture.share(),
        damage: picture.damage(),
    }
}

fn decode(
    decoder: &mut Decoder,
    file: &[u8],
    request: &Request,
) -> Result<ReferencePicture, Error> {
    decoder
        .decode(file, |_| *request)
        .map(|picture| copied(&picture))
}

/// The same, in chunks, stopping when the decoder has enough.
fn decode_in_chunks(
    decoder: &mut Decoder,
    file: &[u8],
    request: &Request,
    chunk: usize,
) -> Result<ReferencePicture, Error> {
    decoder.reset();
    'file: for mut bytes in file.chunks(chunk.max(1)) {
        loop {
            match decoder.push(bytes)? {
                Progress::More => break,
                Progress::Enough => break 'file,
                Progress::Header { used } => {
                    decoder.begin(request)?;
                    bytes = &bytes[used..];
                }
            }
        }
    }
    decoder.finish().map(|picture| copied(&picture))
}

/// Says where two results differ, which a print of all samples would not.
fn assert_same(
    expected: &Result<ReferencePicture, Error>,
    actual: &Result<ReferencePicture, Error>,
    what: &str,
) {
    let (Ok(expected), Ok(actual)) = (expected, actual) else {
        assert_eq!(expected.as_ref().err(), actual.as_ref().err(), "{what}");
        return;
    };
    assert_eq!(
        (expected.share, expected.damage),
        (actual.share, actual.damage),
        "{what}"
    );
    assert_eq!(expected.planes.len(), actual.planes.len(), "{what}");
    for (index, (expected, actual)) in expected.planes.iter().zip(&actual.planes).enumerate() {
        assert_eq!(expected.shape, actual.shape, "{what}, plane {index}");
        let different = expected
            .samples
            .iter()
            .zip(&actual.samples)
            .position(|(a, b)| a != b);
        assert_eq!(
            different, None,
            "{what}, plane {index} of {:?}: first different sample",
            expected.shape
        );
        assert_eq!(
            expected.samples.len(),
            actual.samples.len(),
            "{what}, plane {index}"
        );
    }
}

/// The fast decoder, whole and in chunks, does what the reference does.
fn check(
    file: &[u8],
    request: &Request,
    chunk: usize,
    what: &str,
) -> Result<ReferencePicture, Error> {
    let expected = reference::decode(file, request);
    let mut decoder = Decoder::new();
    assert_same(
        &expected,
        &decode(&mut decoder, file, request),
        &format!("{what}, whole, {request:?}"),
    );
    let chunked = decode_in_chunks(&mut decoder, file, request, chunk);
    assert_same(
        &expected,
        &chunked,
        &format!("{what}, in chunks of {chunk}, {request:?}"),
    );
    expected
}
