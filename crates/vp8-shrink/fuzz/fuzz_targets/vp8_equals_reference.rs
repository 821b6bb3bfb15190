//! The fast decoder gives what the reference gives, at any reduction and crop, errors included.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use vp8_shrink::{Crop, Decoder, Reduction, Request, reference};

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fuzz_target!(|input: (u8, [u8; 4], &[u8])| {
    let (choice, [x, y, width, height], frame) = input;
    // The reference is slow: small pictures only.
    let request = Request::new(Reduction::ALL[usize::from(choice) % 4]).max_bytes(64 << 10);
    let crop = Crop {
        x: x.into(),
        y: y.into(),
        width: width.into(),
        height: height.into(),
    };
    let request = if choice & 4 == 0 {
        request
    } else {
        request.crop(crop)
    };
    let expected = reference::decode(frame, &request);
    DECODER.with_borrow_mut(
        |decoder| match (decoder.decode(frame, &request), expected) {
            (Ok(picture), Ok(expected)) => {
                assert_eq!(
                    (picture.share(), picture.damage()),
                    (expected.share, expected.damage)
                );
                for (plane, expected) in picture.planes().iter().zip(&expected.planes) {
                    assert_eq!(plane.shape, expected.shape);
                    assert!(
                        plane
                            .rows()
                            .eq(expected.samples.chunks(expected.shape.width))
                    );
                }
            }
            (result, expected) => assert_eq!(result.err(), expected.err()),
        },
    );
});
