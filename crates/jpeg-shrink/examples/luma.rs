//! Writes how bright a JPEG is, at an eighth of its size, as a picture that most viewers open:
//! `cargo run -p jpeg-shrink --example luma -- photo.jpg luma.pgm`.

use jpeg_shrink::{Decoder, Reduction, Request};
use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [from, to] = &arguments[..] else {
        return Err("usage: luma FROM.jpg TO.pgm".into());
    };
    let file = fs::read(from)?;
    let mut decoder = Decoder::new();
    let picture = decoder.decode(&file, |_| Request::new(Reduction::Eighth))?;
    let luma = picture
        .planes()
        .next()
        .ok_or("a picture of no components")?;

    let (width, height) = (luma.shape.width, luma.shape.height);
    let mut pgm = format!("P5\n{width} {height}\n255\n").into_bytes();
    luma.rows().for_each(|row| pgm.extend_from_slice(row));
    fs::write(to, pgm)?;
    Ok(())
}
