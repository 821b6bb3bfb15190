//! Any bytes, in bands of any height: no panic, no endless loop, and no more memory than allowed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use vp8l_rows::{Decoder, Request, Samples};

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (choice, rows, data) = input;
    let samples = [Samples::Rgb, Samples::Rgba, Samples::Green][usize::from(choice) % 3];
    // A few bytes can say that all of the largest picture is of one colour.
    let most = 1 << 20;
    let request = Request::new(samples).max_bytes(16 << 20);
    DECODER.with_borrow_mut(|decoder| {
        let Ok(mut picture) = decoder.begin(data, &request) else {
            return;
        };
        let header = picture.header();
        let mut left = most / header.width;
        let mut band = vec![0; (usize::from(rows) % 40 + 1) * picture.row_bytes()];
        let mut shown = 0;
        while left > 0 {
            match picture.read(&mut band) {
                Ok(Some(count)) => {
                    shown += count as u32;
                    left = left.saturating_sub(count as u32);
                }
                Ok(None) => {
                    assert_eq!(shown, header.height);
                    break;
                }
                Err(error) => {
                    assert_eq!(error, vp8l_rows::Error::Damaged { rows: shown });
                    break;
                }
            }
        }
    });
});
