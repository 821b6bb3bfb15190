//! Files that ask for too much. Each is small itself, and refused for what its header says.

use crate::samples::{Drawing, bmp, gif, jpeg, png, tiff, webp};
use thumbnail::{Error, ErrorKind, Limits, Size, Spec, render};

#[track_caller]
fn refusal(file: &[u8], limits: &Limits) -> Error {
    let error = render(file, &Spec::default(), limits).expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::ImageTooLarge, "{error}");
    error
}

#[test]
fn a_small_file_that_claims_billions_of_pixels_is_refused() {
    let small = Drawing::quarters(16, 16, [[0, 0, 0, 255]; 4]);
    let wide_tiff = tiff::described(&small)
        .tag(tiff::WIDTH, &[65_535])
        .tag(tiff::HEIGHT, &[65_535]);
    let frame = webp::usual(&small);
    let check = |file: &[u8]| {
        let error = refusal(file, &Limits::default());
        let message = error.to_string();
        assert!(matches!(error, Error::TooManyPixels { .. }), "{message}");
        assert!(message.contains("65535x65535 = 4294836225"), "{message}");
        assert!(
            message.contains(&Limits::default().pixels.to_string()),
            "{message}"
        );
    };
    check(&png::header_only(65_535, 65_535, 2, 8));
    check(&jpeg::claiming(&jpeg::usual(&small), 65_535, 65_535));
    check(&gif::on_screen(&[(&small, (0, 0))], (65_535, 65_535)));
    check(&bmp::header_only(65_535, 65_535));
    check(&wide_tiff.bytes());
    check(&webp::container(&[
        webp::extended(0, 65_535, 65_535),
        frame[12..].to_vec(),
    ]));
}

/// The frame is decoded before it is cut to its screen.
#[test]
fn a_gif_frame_larger_than_its_screen_counts() {
    let small = Drawing::quarters(16, 16, [[0, 0, 0, 255]; 4]);
    let mut file = gif::on_screen(&[(&small, (0, 0))], (16, 16));
    gif::claim(&mut file, (0xFFFF, 0xFFFF));
    refusal(&file, &Limits::default());
}

/// The decoder would take the memory that the inner header asks for before it compares the two.
#[test]
fn a_webp_whose_parts_disagree_is_refused() {
    let inner = webp::lossy((16_383, 16_383));
    let outer = webp::container(&[webp::extended(0, 16, 16), inner[12..].to_vec()]);
    let error = render(&outer, &Spec::default(), &Limits::default()).expect_err("a contradiction");
    assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
}

/// A JPEG within a TIFF that claims more than its place.
#[test]
fn a_jpeg_larger_than_its_strip_is_refused() {
    let drawing = Drawing::gradient(64, 64);
    let inner = jpeg::claiming(&jpeg::usual(&drawing), 60_000, 60_000);
    let file = tiff::Tiff::new(&drawing, 6, 8, 3)
        .tag(tiff::COMPRESSION, &[7])
        .chunk(inner);
    let error = render(&file.bytes(), &Spec::default(), &Limits::default()).expect_err("no fit");
    assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
}

#[test]
fn a_tile_larger_than_memory_is_refused() {
    let drawing = Drawing::gradient(64, 64);
    let file = tiff::described(&drawing)
        .tag(tiff::TILE_WIDTH, &[1 << 30])
        .tag(tiff::TILE_HEIGHT, &[1 << 30]);
    refusal(&file.bytes(), &Limits::default());
}

/// Many times the memory of the file in a chunk that no thumbnail needs: it is passed over or cut, not held.
#[test]
fn a_compressed_chunk_that_swells_does_no_harm() {
    let file = png::usual(&Drawing::gradient(64, 64));
    let zeros = swelling(1 << 30);
    let profile = [b"name\0\0".to_vec(), zeros.clone()].concat();
    let text = [b"Comment\0\0".to_vec(), zeros].concat();
    for (name, data) in [(*b"iCCP", profile), (*b"zTXt", text)] {
        let swollen = png::with_chunk(&file, name, &data);
        assert!(swollen.len() < 2 << 20);
        crate::thumbnail(&swollen).assert_quarters(
            [
                [64, 64, 128, 255],
                [191, 64, 128, 255],
                [64, 191, 128, 255],
                [191, 191, 128, 255],
            ],
            4,
        );
    }
}

/// About `length` zeros as a zlib stream, made of deflate blocks that repeat the longest match: 258 zeros in one or two bits.
pub(crate) fn swelling(length: usize) -> Vec<u8> {
    // A block with fixed codes is: final or not, 01, then literal 0 (8 bits: 00110000), then pairs of length 258 (8 bits:
    // 11000101) and distance 1 (5 bits: 00000), then 256 (7 bits: 0000000).
    let mut bits = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    for _ in 0..length / 258 / 64 {
        bits.extend([true, true, false, false, false, true, false, true]);
        bits.extend([false; 5]);
    }
    bits.extend([false; 7]);
    let pack = |bits: &[bool]| {
        let places = bits.iter().enumerate();
        places.fold(0, |byte, (place, &bit)| byte | u8::from(bit) << place)
    };
    let mut stream = vec![0x78, 0x9C];
    stream.extend(bits.chunks(8).map(pack));
    stream.extend([0; 4]);
    stream
}

#[test]
fn memory_is_refused_by_what_the_decoder_and_the_frame_need() {
    let limits = Limits {
        memory_bytes: 20 << 20,
        ..Limits::default()
    };
    // 3,000 by 3,000: 9 million bytes in grey, 27 million in colour, 72 million with alpha and sixteen bits.
    let check = |file: &[u8], fits: bool| match render(file, &Spec::default(), &limits) {
        Err(Error::TooMuchMemory { needed, limit, .. }) => {
            assert!(!fits && needed > limit && limit == limits.memory_bytes);
        }
        // What fits goes on to the decoder, which finds no pixels.
        other => assert!(fits, "{other:?}"),
    };
    let drawing = Drawing::quarters(16, 16, [[0, 0, 0, 255]; 4]);
    // A JPEG is reduced while it is decoded, so that it fits whatever its size.
    let grey = jpeg::written(&drawing, jpeg_encoder::ColorType::Luma, |_| {});
    check(&jpeg::claiming(&grey, 3000, 3000), true);
    check(&jpeg::claiming(&jpeg::usual(&drawing), 3000, 3000), true);
    let large = Spec::new(Size::new(3000, 3000).expect("a size"));
    let claiming = jpeg::claiming(&jpeg::usual(&drawing), 3000, 3000);
    let refused = render(&claiming, &large, &limits).expect_err("too much memory");
    assert!(matches!(refused, Error::TooMuchMemory { .. }), "{refused}");
    // At half its size a progressive one takes two bytes for each coefficient as well.
    let half = Spec::new(Size::new(1000, 1000).expect("a size"));
    let less = Limits {
        memory_bytes: 14 << 20,
        ..limits
    };
    let progressive = jpeg::written(&drawing, jpeg_encoder::ColorType::Luma, |encoder| {
        encoder.set_progressive(true);
    });
    for (file, fits) in [(&grey, true), (&progressive, false)] {
        let outcome = render(&jpeg::claiming(file, 3000, 3000), &half, &less);
        let refused = matches!(outcome, Err(Error::TooMuchMemory { .. }));
        assert_eq!(!refused, fits, "{outcome:?}");
    }
    // Of a GIF some rows are held, and of one that is interlaced the frame, with a byte for each pixel.
    check(&gif::on_screen(&[(&drawing, (0, 0))], (3000, 3000)), true);
    let mut frame = gif::usual(&drawing);
    gif::claim(&mut frame, (5000, 5000));
    check(&frame, true);
    let mut interlaced = gif::interlaced(&drawing, 4);
    gif::claim(&mut interlaced, (5000, 5000));
    check(&interlaced, false);
    // A PNG and a BMP come row by row, whatever their size.
    check(&bmp::header_only(3000, 3000), true);
    check(&png::header_only(3000, 3000, 6, 16), true);
}

#[test]
fn the_file_itself_counts() {
    let file = png::usual(&Drawing::gradient(64, 64));
    let limits = Limits {
        source_bytes: file.len() as u64 - 1,
        ..Limits::default()
    };
    let error = refusal(&file, &limits);
    assert!(matches!(error, Error::TooManyBytes { .. }), "{error}");
    let limits = Limits {
        source_bytes: file.len() as u64,
        ..limits
    };
    assert!(render(&file, &Spec::default(), &limits).is_ok());
}

#[test]
fn a_large_thumbnail_counts_too() {
    let file = png::usual(&Drawing::gradient(64, 64));
    let size = thumbnail::Size::new(8192, 8192).expect("a size");
    let limits = Limits {
        memory_bytes: 100 << 20,
        ..Limits::default()
    };
    let error = render(&file, &Spec::new(size), &limits).expect_err("too large");
    assert!(matches!(error, Error::TooMuchMemory { .. }), "{error}");
}
