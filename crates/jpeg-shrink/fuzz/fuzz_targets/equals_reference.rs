//! The fast decoder gives what the reference gives, at any reduction and crop, errors included.
#![no_main]

use jpeg_shrink::reference;
use jpeg_shrink::{Crop, Decoder, Reduction, Request};
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fuzz_target!(|input: (u8, [u8; 4], &[u8])| {
    let (choice, [x, y, width, height], file) = input;
    // The reference is slow: small pictures only.
    let [first, others] = [choice, choice / 8].map(|choice| Reduction::ALL[usize::from(choice % 8) % Reduction::ALL.len()]);
    let request = Request::new(first).chroma(others).max_bytes(64 << 10);
    let crop = Crop {
        x: x.into(),
        y: y.into(),
        width: width.into(),
        height: height.into(),
    };
    let request = if choice & 0x80 == 0 {
        request
    } else {
        request.crop(crop)
    };
    let expected = reference::decode(file, &request);
    DECODER.with_borrow_mut(
        |decoder| match (decoder.decode(file, |_| request), expected) {
            (Ok(picture), Ok(expected)) => {
                assert_eq!(
                    (picture.share(), picture.damage()),
                    (expected.share, expected.damage)
                );
                assert_eq!(picture.planes().len(), expected.planes.len());
                for (plane, expected) in picture.planes().zip(&expected.planes) {
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
