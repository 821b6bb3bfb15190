//! Any bytes, at any reduction: no panic, no endless loop, and no more memory than allowed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use vp8_shrink::{Decoder, Reduction, Request};

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, frame) = input;
    let request = Request::new(Reduction::ALL[usize::from(choice) % 4]).max_bytes(4 << 20);
    DECODER.with_borrow_mut(|decoder| {
        if let Ok(picture) = decoder.decode(frame, &request) {
            for plane in picture.planes() {
                assert_eq!(plane.rows().len(), plane.shape.height);
            }
        }
    });
});
