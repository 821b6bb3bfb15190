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
