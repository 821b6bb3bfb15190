//! The colours of a picture whose pixels are places in a palette.

use crate::alpha::multiply;
use crate::raster::Layout;

/// What each place stands for.
pub(crate) struct Palette {
    colours: Colours,
    /// Multiplied by their alpha, where the picture has one.
    multiplied: Colours,
    /// The same, with its samples in 16 bits each from the lowest on, so that those of many pixels can be summed at once.
    sums: Box<[u64; 256]>,
    layout: Layout,
}

type Colours = Box<[[u8; 4]; 256]>;

impl Palette {
    /// From red, green, blue and alpha of each place; `layout` is that of the picture, with three samples a pixel or four.
    pub(crate) fn new(colours: Colours, layout: Layout) -> Self {
        let mut multiplied = colours.clone();
        if layout.channels.has_alpha() {
            multiply(multiplied.as_flattened_mut(), (256, 1), layout);
        }
        let mut sums = Box::new([0; 256]);
        for (sum, colour) in sums.iter_mut().zip(&*multiplied) {
            let [red, green, blue, alpha] = colour.map(u64::from);
            *sum = red | green << 16 | blue << 32 | alpha << 48;
        }
        Self {
            colours,
            multiplied,
            sums,
            layout,
        }
    }

    /// Writes the colours of pixels.
    pub(crate) fn draw(&self, indices: &[u8], pixels: &mut [u8]) {
        self.draw_with(&self.colours, indices, pixels);
    }

    /// Writes them as they are averaged: multiplied by their alpha.
    pub(crate) fn draw_multiplied(&self, indices: &[u8], pixels: &mut [u8]) {
        self.draw_with(&self.multiplied, indices, pixels);
    }

    fn draw_with(&self, colours: &[[u8; 4]; 256], indices: &[u8], pixels: &mut [u8]) {
        // A copy of a length that is known is one instruction, and of another one a call.
        if self.layout.bytes() == 4 {
            for (pixel, &index) in pixels.as_chunks_mut().0.iter_mut().zip(indices) {
                *pixel = colours[usize::from(index)];
            }
        } else {
            for (pixel, &index) in pixels.as_chunks_mut().0.iter_mut().zip(indices) {
                let [red, green, blue, _] = colours[usize::from(index)];
                *pixel = [red, green, blue];
            }
        }
    }

    /// What is averaged of these places, summed.
    #[inline(always)]
    pub(crate) fn sum(&self, places: &[u8]) -> u64 {
        let colours = places.iter().map(|&place| self.sums[usize::from(place)]);
        colours.sum()
    }
}
