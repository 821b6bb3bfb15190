//! Memory and time.

use crate::writer::{Kind, picture};
use std::cell::Cell;
use vp8l_rows::{Decoder, Error, Request, Samples};

fn sample(width: u32, height: u32) -> Vec<u8> {
    picture(&Kind {
        width,
        height,
        transforms: vec![0, 1],
        copies: 250,
        seed: 3,
    })
}

#[test]
fn memory_is_counted_before_it_is_taken() {
    let data = sample(300, 200);
    let mut decoder = Decoder::new();
    let needed = decoder
        .begin(&data, &Request::new(Samples::Rgb))
        .unwrap()
        .memory();
    assert!(
        decoder.bytes() as u64 <= needed + (16 << 10),
        "{} of {needed}",
        decoder.bytes()
    );
    let mut decoder = Decoder::new();
    let enough = Request::new(Samples::Rgb).max_bytes(needed);
    assert!(decoder.begin(&data, &enough).is_ok());
    for allowed in [0, 1000, needed - 1] {
        let mut decoder = Decoder::new();
        let request = Request::new(Samples::Rgb).max_bytes(allowed);
        let refused = decoder.begin(&data, &request).err();
        let Some(Error::TooLarge {
            needed,
            allowed: limit,
        }) = refused
        else {
            panic!("{refused:?}");
        };
        assert!(needed > allowed && limit == allowed);
        assert!(decoder.bytes() as u64 <= allowed + (16 << 10));
    }
}

/// The largest picture that there can be takes a few MiB, and is refused where it may not.
#[test]
fn a_large_picture_takes_little_memory() {
    let mut data = vec![0x2F, 0xFF, 0xFF, 0xFF, 0x0F];
    // No transform, no cache, no tiles, and five times a simple code of one symbol of one bit: every pixel is alike and takes no bits.
    data.extend([0x88, 0x88, 0x08]);
    let mut decoder = Decoder::new();
    let mut picture = decoder.begin(&data, &Request::new(Samples::Green)).unwrap();
    assert_eq!(picture.header().width, 16_384);
    assert!(picture.memory() < 12 << 20, "{}", picture.memory());
    let mut band = vec![0; 8 << 14];
    assert_eq!(picture.read(&mut band), Ok(Some(8)));
}

#[test]
fn decoding_stops_when_it_is_told_to() {
    let data = sample(2000, 1000);
    let asked = Cell::new(0);
    let often = |times: u32| {
        let asked = &asked;
        move || {
            asked.set(asked.get() + 1);
            asked.get() < times
        }
    };
    let mut band = vec![0; 2000 * 1000 * 3];
    let all = often(u32::MAX);
    let mut decoder = Decoder::new();
    let request = Request::new(Samples::Rgb).go_on(&all);
    let mut picture = decoder.begin(&data, &request).unwrap();
    assert_eq!(picture.read(&mut band), Ok(Some(1000)));
    let times = asked.take();
    assert!(times > 20, "{times} times");
    for stop in [1, 3, times / 2, times] {
        asked.set(0);
        let some = often(stop);
        let request = Request::new(Samples::Rgb).go_on(&some);
        let stopped = match decoder.begin(&data, &request) {
            Ok(mut picture) => picture.read(&mut band).err(),
            Err(error) => Some(error),
        };
        assert_eq!(stopped, Some(Error::Stopped));
        assert_eq!(asked.get(), stop);
    }
}
