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

use vp8l_rows::{Decoder, Error, Request, Samples, reference};

/// All rows, so many at a time; and why there are no more, where there should be.
fn decode(data: &[u8], samples: Samples, rows: usize) -> Result<(Vec<u8>, Option<Error>), Error> {
    let mut decoder = Decoder::new();
    let mut picture = decoder.begin(data, &Request::new(samples))?;
    let mut band = vec![0; rows * picture.row_bytes()];
    let mut shown = Vec::new();
    loop {
        match picture.read(&mut band) {
            Ok(Some(count)) => shown.extend(&band[..count * picture.row_bytes()]),
            Ok(None) => return Ok((shown, None)),
            Err(error) => return Ok((shown, Some(error))),
        }
    }
}

/// The definition's red, green, blue and alpha.
fn expected(data: &[u8]) -> Vec<u8> {
    let pixels = reference::decode(data, usize::MAX).expect("a picture");
    let ordered = pixels
        .iter()
        .flat_map(|&[blue, green, red, alpha]| [red, green, blue, alpha]);
    ordered.collect()
}
