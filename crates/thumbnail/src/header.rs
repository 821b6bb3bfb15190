//! What is known of a picture before its pixels.

use crate::colour::Colour;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::Layout;

/// What a decoder knows of a picture before it decodes the pixels.
#[derive(Debug)]
pub(crate) struct Header {
    /// Pixels in a row and rows, as stored, neither of them 0.
    pub(crate) size: (u32, u32),
    /// How the decoder hands on the pixels.
    pub(crate) layout: Layout,
    pub(crate) orientation: Orientation,
    pub(crate) colour: Colour,
    /// Whether the colours that the decoder hands on are already multiplied by their alpha.
    pub(crate) premultiplied: bool,
    /// What else the report shall say; more can be added while the rows come.
    pub(crate) notes: Notes,
}
