//! GIF files.

use super::Drawing;
use gif::{Encoder, Frame};
use std::borrow::Cow;

/// A drawing of few colours; one that is clear is transparent.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    let side = |pixels: u32| u16::try_from(pixels).expect("a small drawing");
    let screen = (side(drawing.width), side(drawing.height));
    on_screen(&[(drawing, (0, 0))], screen)
}

/// Drawings as the frames of an animation, each at its place on a screen of another size.
pub(crate) fn on_screen(frames: &[(&Drawing, (u16, u16))], screen: (u16, u16)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, screen.0, screen.1, &[]).expect("a screen");
    for (drawing, (left, top)) in frames {
        let (colours, indices) = drawing.indexed();
        let transparent = colours.iter().position(|colour| colour[3] == 0);
        let side = |pixels: u32| u16::try_from(pixels).expect("a small drawing");
        let frame = Frame {
            left: *left,
            top: *top,
            width: side(drawing.width),
            height: side(drawing.height),
            palette: Some(
                colours
                    .iter()
                    .flat_map(|colour| &colour[..3])
                    .copied()
                    .collect(),
            ),
            transparent: transparent.and_then(|index| u8::try_from(index).ok()),
            buffer: Cow::Owned(indices),
            ..Frame::default()
        };
        encoder.write_frame(&frame).expect("a frame");
    }
    drop(encoder);
    bytes
}

/// A drawing whose rows come in four passes, or in the first of them (GIF89a, appendix E).
pub(crate) fn interlaced(drawing: &Drawing, passes: usize) -> Vec<u8> {
    let pass = |row: &usize| match row % 8 {
        0 => 0,
        4 => 1,
        2 | 6 => 2,
        _ => 3,
    };
    let mut rows: Vec<_> = (0..drawing.height as usize).collect();
    rows.retain(|row| pass(row) < passes);
    rows.sort_by_key(pass);
    let width = drawing.width as usize;
    let stored = Drawing {
        height: u32::try_from(rows.len()).expect("a small drawing"),
        pixels: rows
            .iter()
            .flat_map(|row| &drawing.pixels[row * width..][..width])
            .copied()
            .collect(),
        ..*drawing
    };
    let mut file = on_screen(&[(&stored, (0, 0))], (1, 1));
    let side = |pixels: u32| u16::try_from(pixels).expect("a small drawing");
    claim(&mut file, (side(drawing.width), side(drawing.height)));
    let flags = frame(&file) + 9;
    file[flags] |= 0x40;
    file
}

/// Where the first frame's description begins.
pub(crate) fn frame(file: &[u8]) -> usize {
    let start = [0x2C, 0, 0, 0, 0];
    let found = file.windows(start.len()).position(|some| some == start);
    found.expect("a frame at the start of the screen")
}

/// Has the first frame say that it is of another size.
pub(crate) fn claim(file: &mut [u8], (width, height): (u16, u16)) {
    let sides = frame(file) + 5;
    file[sides..sides + 2].copy_from_slice(&width.to_le_bytes());
    file[sides + 2..sides + 4].copy_from_slice(&height.to_le_bytes());
}
