//! Refusals by name, and requests that are checked before anything is decoded.

use crate::check;
use crate::writer::{Kind, frame};
use std::cell::Cell;
use vp8_shrink::{Crop, Decoder, Error, Header, Reduction, Request, Unsupported};

/// The start of a frame of a size.
fn start(width: u16, height: u16) -> Vec<u8> {
    let mut frame = vec![0x10, 0, 0, 0x9d, 0x01, 0x2a];
    frame.extend(width.to_le_bytes());
    frame.extend(height.to_le_bytes());
    frame
}

#[test]
fn who_has_no_more_time_is_asked_for_each_row_of_macroblocks() {
    let kind = Kind {
        width: 40,
        height: 90,
        fields: Vec::new(),
        calm: 180,
        seed: 3,
    };
    let (frame, _) = frame(&kind, Reduction::Full);
    let decode = |rows: usize| {
        let asked = Cell::new(0);
        let go_on = || asked.replace(asked.get() + 1) < rows;
        let request = Request::new(Reduction::Full).go_on(&go_on);
        let ended = Decoder::new().decode(&frame, &request).err();
        (ended, asked.get())
    };
    // 90 rows of pixels are in six of 16.
    assert_eq!(decode(6), (None, 6));
    assert_eq!(decode(4), (Some(Error::Stopped), 5));
    assert_eq!(decode(0), (Some(Error::Stopped), 1));
}

fn refused(frame: &[u8], request: &Request<'_>) -> Error {
    check(frame, request, "refused").unwrap_err()
}

#[test]
fn what_is_not_read_is_declined_by_name() {
    let full = Request::new(Reduction::Full);
    let with_tag = |tag: u8| [&[tag], &start(16, 16)[1..]].concat();
    let difference = Error::Unsupported(Unsupported::Difference);
    assert_eq!(refused(&with_tag(0x11), &full), difference);
    for version in 4..8 {
        let expected = Error::Unsupported(Unsupported::Version(version));
        assert_eq!(refused(&with_tag(version << 1), &full), expected);
    }
    assert_eq!(refused(&[0; 16], &full), Error::NotVp8);
    for (width, height) in [(0, 1), (1, 0), (0x4000, 5)] {
        assert_eq!(refused(&start(width, height), &full), Error::Empty);
    }
    for length in 0..10 {
        let expected = Error::Truncated { offset: length };
        assert_eq!(refused(&start(5, 5)[..length], &full), expected);
    }
}

#[test]
fn the_bits_of_scaling_are_no_part_of_the_size() {
    let header = Header::read(&start(0xc000 | 300, 0x4000 | 200)).unwrap();
    assert_eq!((header.width, header.height), (300, 200));
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let frame = start(0x3fff, 0x3fff);
    let header = Header::read(&frame).unwrap();
    let samples = |request: &Request<'_>| -> u64 {
        let planes = header.planes(request).unwrap();
        planes
            .iter()
            .map(|plane| (plane.width * plane.height) as u64)
            .sum()
    };
    for reduction in Reduction::ALL {
        let request = Request::new(reduction).max_bytes(1 << 20);
        let needed = header.memory(&request).unwrap();
        assert!(needed >= samples(&request) && needed < samples(&request) + (1 << 20));
        let expected = Error::TooLarge {
            needed,
            allowed: 1 << 20,
        };
        assert_eq!(refused(&frame, &request), expected);
    }
}

#[test]
fn a_crop_has_pixels_and_lies_in_the_picture() {
    let frame = start(40, 30);
    let crop = |x, y, width, height| {
        let crop = Crop {
            x,
            y,
            width,
            height,
        };
        Request::new(Reduction::Full).crop(crop)
    };
    for request in [
        crop(0, 0, 0, 10),
        crop(0, 0, 10, 0),
        crop(1, 0, 40, 30),
        crop(0, 1, 40, 30),
        crop(40, 0, 1, 1),
        crop(u32::MAX, 0, u32::MAX, 1),
    ] {
        assert_eq!(refused(&frame, &request), Error::BadCrop);
    }
    let planes = Header::read(&frame)
        .unwrap()
        .planes(&crop(3, 5, 20, 9))
        .unwrap();
    let places = planes.map(|plane| (plane.x, plane.y, plane.width, plane.height));
    assert_eq!(places, [(3, 5, 20, 9), (1, 2, 11, 5), (1, 2, 11, 5)]);
}
