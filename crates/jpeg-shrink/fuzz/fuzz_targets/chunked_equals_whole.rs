//! A file in chunks gives what it gives as a whole, errors included.
#![no_main]

use jpeg_shrink::{Decoder, Error, Picture, Progress, Reduction, Request};
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local! {
    static DECODERS: RefCell<(Decoder, Decoder)> = RefCell::new((Decoder::new(), Decoder::new()));
}

fn in_chunks<'a>(
    decoder: &'a mut Decoder,
    file: &[u8],
    chunk: usize,
    request: &Request,
) -> Result<Picture<'a>, Error> {
    decoder.reset();
    'file: for mut bytes in file.chunks(chunk) {
        loop {
            match decoder.push(bytes)? {
                Progress::More => break,
                Progress::Enough => break 'file,
                Progress::Header { used } => {
                    decoder.begin(request)?;
                    bytes = &bytes[used..];
                }
            }
        }
    }
    decoder.finish()
}

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (choice, chunk, file) = input;
    let [first, others] = [choice, choice / 8].map(|choice| Reduction::ALL[usize::from(choice % 8) % Reduction::ALL.len()]);
    let request = Request::new(first).chroma(others).max_bytes(16 << 20);
    DECODERS.with_borrow_mut(|(one, other)| {
        let chunk = usize::from(chunk).max(1);
        match (
            one.decode(file, |_| request),
            in_chunks(other, file, chunk, &request),
        ) {
            (Ok(whole), Ok(chunked)) => {
                assert_eq!(
                    (whole.share(), whole.damage()),
                    (chunked.share(), chunked.damage())
                );
                for (whole, chunked) in whole.planes().zip(chunked.planes()) {
                    assert_eq!(whole.shape, chunked.shape);
                    assert!(whole.rows().eq(chunked.rows()));
                }
            }
            (whole, chunked) => assert_eq!(whole.err(), chunked.err()),
        }
    });
});
