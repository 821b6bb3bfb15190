//! Refusals by name, and requests that are checked before anything is decoded.

use crate::samples::{Kind, picture};
use crate::{check, decode};
use jpeg_shrink::{
    Color, Crop, Decoder, Error, Problem, Progress, Reduction, Request, Unsupported,
};

fn small() -> Kind {
    Kind {
        width: 40,
        height: 24,
        sampling: vec![(2, 2), (1, 1), (1, 1)],
        progressive: false,
        separate: false,
        restart: 0,
        fill: 0,
        steep: false,
        density: 3,
        seed: 7,
    }
}

/// A sample picture with another frame header: the bytes behind the marker's code.
fn with_frame(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut file = picture(&small()).write();
    let at = file
        .windows(4)
        .position(|bytes| bytes == [0xff, 0xc1, 0, 17])
        .unwrap();
    change(&mut file[at + 1..]);
    file
}

#[test]
fn what_is_not_supported_is_declined_by_name() {
    let check = |file: Vec<u8>, expected: Unsupported| {
        let result = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Eighth));
        assert_eq!(result.unwrap_err(), Error::Unsupported(expected));
    };
    for marker in [0xc9, 0xca, 0xcb, 0xcc] {
        check(
            with_frame(|frame| frame[0] = marker),
            Unsupported::Arithmetic,
        );
    }
    for marker in [0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf, 0xde] {
        check(
            with_frame(|frame| frame[0] = marker),
            Unsupported::Hierarchical,
        );
    }
    check(with_frame(|frame| frame[0] = 0xc3), Unsupported::Lossless);
    check(
        with_frame(|frame| frame[3] = 12),
        Unsupported::Precision(12),
    );
    check(with_frame(|frame| frame[8] = 5), Unsupported::Components(5));
    check(
        with_frame(|frame| frame[4..6].fill(0)),
        Unsupported::NumberOfLines,
    );
    check(
        with_frame(|frame| frame[0] = 0xdc),
        Unsupported::NumberOfLines,
    );
}

#[test]
fn a_broken_header_is_refused_with_its_place() {
    let check = |file: Vec<u8>, expected: Problem| {
        let result = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Eighth));
        let Err(Error::Malformed { problem, offset }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(problem, expected);
        assert_eq!(file[offset], 0xff);
    };
    check(with_frame(|frame| frame[6..8].fill(0)), Problem::Frame);
    check(with_frame(|frame| frame[8] = 0), Problem::Frame);
    check(with_frame(|frame| frame[12] = frame[9]), Problem::Frame);
    check(with_frame(|frame| frame[10] = 0x50), Problem::Sampling);
    check(
        with_frame(|frame| frame[11] = 9),
        Problem::QuantizationTable,
    );
    check(with_frame(|frame| frame[2] = 12), Problem::SegmentLength);
    check(with_frame(|frame| frame[9] = 77), Problem::Scan);
}

#[test]
fn what_is_no_jpeg_is_said_to_be_none() {
    let mut decoder = Decoder::new();
    for file in [&b"\x89PNG\r\n\x1a\n"[..], b"hello", b"\xff\xd9"] {
        assert_eq!(
            decode(&mut decoder, file, &Request::new(Reduction::Full)),
            Err(Error::NotJpeg)
        );
    }
    for file in [&b""[..], b"\xff\xd8", b"\xff\xd8\xff\xd9"] {
        let result = decode(&mut decoder, file, &Request::new(Reduction::Full));
        assert_eq!(result, Err(Error::Truncated { offset: file.len() }));
    }
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    // A few bytes that claim to be a huge picture.
    let file = with_frame(|frame| frame[4..8].fill(0xff));
    let result = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Full));
    assert!(
        matches!(result, Err(Error::TooLarge { allowed, needed }) if allowed == 256 << 20 && needed == 65536 * 65536 * 3 / 2),
        "{result:?}"
    );
    let request = Request::new(Reduction::Eighth);
    let mut decoder = Decoder::new();
    decoder.push(&file).unwrap();
    let header = decoder.header().unwrap();
    let needed = header.memory(&request).unwrap();
    let planes: usize = header
        .planes(&request)
        .unwrap()
        .iter()
        .map(|plane| plane.width * plane.height)
        .sum();
    assert!(needed as usize >= planes);
    assert_eq!(
        decoder.begin(&request.max_bytes(needed - 1)),
        Err(Error::TooLarge {
            needed,
            allowed: needed - 1
        })
    );
    assert_eq!(decoder.begin(&request.max_bytes(needed)), Ok(()));
}

#[test]
fn crops_outside_the_picture_are_refused() {
    let file = picture(&small()).write();
    let crops = [
        (0, 0, 0, 5),
        (0, 0, 5, 0),
        (40, 0, 1, 1),
        (0, 24, 1, 1),
        (1, 0, 40, 24),
        (5, 5, u32::MAX, 1),
    ];
    for (x, y, width, height) in crops {
        let request = Request::new(Reduction::Half).crop(Crop {
            x,
            y,
            width,
            height,
        });
        assert_eq!(
            decode(&mut Decoder::new(), &file, &request),
            Err(Error::BadCrop),
            "{request:?}"
        );
    }
}

#[test]
fn a_header_says_where_its_segments_are() {
    let mut written = picture(&small());
    let adobe = b"Adobe\0\x64\0\0\0\0\x01".to_vec();
    written.extra = vec![
        (0xe1, b"Exif\0\0MM".to_vec()),
        (0xee, adobe.clone()),
        (0xfe, Vec::new()),
    ];
    let file = written.write();
    let mut decoder = Decoder::new();
    let Progress::Header { used } = decoder.push(&file).unwrap() else {
        panic!("no header")
    };
    let header = decoder.header().unwrap();
    let found: Vec<(u8, &[u8])> = header
        .segments
        .iter()
        .map(|segment| (segment.marker, &file[segment.range.clone()]))
        .collect();
    assert_eq!(
        found,
        [(0xe1, &b"Exif\0\0MM"[..]), (0xee, &adobe), (0xfe, b"")]
    );
    assert_eq!(
        (header.width, header.height, header.adobe_transform),
        (40, 24, Some(1))
    );
    assert_eq!(header.color(), Color::YCbCr);
    assert!(used < file.len());
}

#[test]
fn enough_is_said_as_soon_as_it_is_true() {
    let kind = Kind {
        progressive: true,
        ..small()
    };
    let written = picture(&kind);
    let file = written.write();
    let mut decoder = Decoder::new();
    let Progress::Header { used } = decoder.push(&file).unwrap() else {
        panic!("no header")
    };
    decoder.begin(&Request::new(Reduction::Eighth)).unwrap();
    let mut at = used;
    while decoder.push(&file[at..=at]).unwrap() == Progress::More {
        at += 1;
    }
    // The refinement of DC is followed by three scans of AC.
    let scans: Vec<usize> = file
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| *pair == [0xff, 0xda])
        .map(|(at, _)| at)
        .collect();
    assert!(
        at < scans[scans.len() - 3],
        "enough at {at}, scans at {scans:?}"
    );
    assert!(at > scans[scans.len() - 4]);
}

#[test]
fn four_inks_are_handed_on_as_they_are() {
    let kind = Kind {
        sampling: vec![(1, 1); 4],
        ..small()
    };
    let mut written = picture(&kind);
    for (transform, color) in [(0, Color::Cmyk), (2, Color::Ycck)] {
        written.extra = vec![(
            0xee,
            vec![b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform],
        )];
        let file = written.write();
        let picture = check(
            &file,
            &Request::new(Reduction::Quarter),
            100,
            "four components",
        )
        .unwrap();
        assert_eq!(picture.planes.len(), 4);
        let mut decoder = Decoder::new();
        decoder.push(&file).unwrap();
        assert_eq!(decoder.header().unwrap().color(), color);
    }
}
