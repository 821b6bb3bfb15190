//! The fast decoder gives what the reference gives, and nothing where that finds anything wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use vp8l_rows::{Decoder, Request, Samples, reference};

thread_local! {
    static DECODER: RefCell<Decoder> = RefCell::new(Decoder::new());
}

fuzz_target!(|input: (u8, &[u8])| {
    let (rows, data) = input;
    // The reference is slow: small pictures only.
    const MOST: usize = 1 << 13;
    let Ok(header) = vp8l_rows::Header::read(data) else {
        return;
    };
    if header.width as usize * header.height as usize > MOST {
        return;
    }
    let expected = reference::decode(data, MOST);
    DECODER.with_borrow_mut(|decoder| {
        let rows = usize::from(rows) % 40 + 1;
        let shown = decode(decoder, data, rows);
        match (shown, expected) {
            (Some(shown), Some(expected)) => {
                let ordered = expected
                    .iter()
                    .flat_map(|&[blue, green, red, alpha]| [red, green, blue, alpha]);
                assert!(shown.into_iter().eq(ordered));
            }
            (shown, expected) => assert_eq!(shown.is_some(), expected.is_some()),
        }
    });
});

/// All pixels, where there are all.
fn decode(decoder: &mut Decoder, data: &[u8], rows: usize) -> Option<Vec<u8>> {
    let request = Request::new(Samples::Rgba).max_bytes(64 << 20);
    let mut picture = decoder.begin(data, &request).ok()?;
    let mut band = vec![0; rows * picture.row_bytes()];
    let mut shown = Vec::new();
    while let Some(count) = picture.read(&mut band).ok()? {
        shown.extend_from_slice(&band[..count * picture.row_bytes()]);
    }
    Some(shown)
}
