//! What has to hold for any bytes, for the fuzz targets beside this file: one for each format, which differ in the first bytes.

use std::time::{Duration, Instant};
use thumbnail::{Error, Limits, Size, Spec, render};

/// The thumbnail's sides: small, since what is drawn or resampled costs more than what is read, and instrumented a hundred times as much.
const SIDE: u32 = 40;

/// Pixels that a picture may have: more would take seconds, and find nothing that these don't.
const PIXELS: u64 = 1 << 18;

/// Panics that are known, contained, and no news: resvg 0.45.1 over a filter whose region is larger than any canvas that there is
/// memory for, and jxl-render 0.12.4 over a frame of the fourth level that is cut off.
const KNOWN: [&str; 2] = [
    "src1.height == src2.height",
    "index out of bounds: the len is 4 but the index is 4 at lib.rs:744",
];

/// Renders `bytes` with `magic` written over them at `at`, so that no time is lost on what is no picture, and fails where there is
/// no answer: a thumbnail of the right size, or a refusal. A panic in a decoder is contained by the library, and is a finding all
/// the same.
///
/// Memory is capped from outside, by libFuzzer's limits on the process and on a single allocation.
pub fn check(at: usize, magic: &[u8], bytes: &[u8]) {
    let mut source = bytes.to_vec();
    if let Some(start) = source.get_mut(at..at + magic.len()) {
        start.copy_from_slice(magic);
    }
    let limits = Limits {
        pixels: PIXELS,
        ..Limits::for_memory(256).with_deadline(Instant::now() + Duration::from_secs(5))
    };
    let size = Size::new(SIDE, SIDE).expect("sides of a picture");
    match render(&source, &Spec::new(size), &limits) {
        Ok(picture) => assert_eq!((picture.width, picture.height), (SIDE, SIDE)),
        Err(Error::Panicked { message, .. }) => {
            let is_known = KNOWN.iter().any(|known| message.contains(known));
            assert!(is_known, "{message}");
        }
        Err(_) => {}
    }
}
