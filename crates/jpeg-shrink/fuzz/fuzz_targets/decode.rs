//! Any bytes, at any reduction: no panic, no endless loop, and no more memory than allowed.
#![no_main]

use jpeg_shrink::{Decoder, Reduction, Request};
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, file) = input;
    let [first, others] = [choice, choice / 8].map(|choice| Reduction::ALL[usize::from(choice % 8) % Reduction::ALL.len()]);
    let request = Request::new(first).chroma(others).max_bytes(16 << 20);
    DECODER.with_borrow_mut(|decoder| {
        if let Ok(picture) = decoder.decode(file, |_| request) {
            for plane in picture.planes() {
                assert_eq!(plane.rows().len(), plane.shape.height);
            }
        }
    });
});
