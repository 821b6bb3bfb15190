//! One thumbnail between the rows that a decoder hands on and its own size.

use crate::Spec;
use crate::alpha::{divide, multiply};
use crate::colour::{Colour, Space};
use crate::fit::Plan;
use crate::header::Header;
use crate::palette::Palette;
use crate::raster::{Layout, Raster};
use crate::resample::Reduction;
use crate::scratch::{Buffer, Scratch};
use fast_image_resize::Resizer;
use fast_image_resize::images::ImageRef;

/// A thumbnail at its size, in the source's orientation and in the colours that it was averaged in.
#[derive(Debug)]
pub(crate) struct Scaled {
    pub(crate) plan: Plan,
    pub(crate) space: Space,
    pub(crate) layout: Layout,
    pub(crate) samples: Buffer,
}

impl Scaled {
    /// In sRGB or its luma and chroma, of samples that mean what `colour` says.
    pub(crate) fn to_srgb(&self, colour: &Colour) -> Raster {
        let (width, height) = self.plan.scaled;
        let bytes = width as usize * height as usize * self.layout.bytes();
        let samples = &self.samples.bytes()[..bytes];
        let (channels, samples) = colour.to_srgb(self.space, self.layout, samples);
        Raster {
            channels,
            width,
            height,
            samples,
        }
    }
}

/// One thumbnail on its way.
pub(crate) struct Rendition {
    space: Space,
    /// The layout of samples in that space.
    layout: Layout,
    reduction: Reduction,
    /// The result, where all rows came at once.
    whole: Option<Buffer>,
}

impl Rendition {
    /// Bytes of rows that are converted at a time: few enough to stay in the processor's second-level cache.
    const CONVERTED: usize = 1 << 18;

    pub(crate) fn new(header: &Header, spec: &Spec) -> Self {
        let space = header.colour.space(spec);
        let layout = space.layout(header.layout);
        let plan = Plan::new(header.size, header.orientation, spec);
        Self {
            space,
            layout,
            reduction: Reduction::new(plan, layout, header.size, spec.margin.factor()),
            whole: None,
        }
    }

    /// Bytes that it takes beside the rows that it is given; `banded` where they come in bands.
    pub(crate) fn memory(&self, banded: bool, width: u32) -> u64 {
        if self.space == Space::Stored {
            return self.reduction.memory(banded);
        }
        let row = width as usize * self.layout.bytes();
        // The rows as they come, in between, and as they are averaged.
        let converted = 4 * row.max(2 * Self::CONVERTED) as u64;
        self.reduction.memory(true) + converted
    }

    /// Takes rows as the decoder hands them on, from row `first` on.
    pub(crate) fn convert(
        &mut self,
        header: &Header,
        first: u32,
        rows: &[u8],
        resizer: &mut Resizer,
    ) {
        let width = header.size.0;
        let row = width as usize * header.layout.bytes();
        let count = (Self::CONVERTED / row).max(1);
        let mut converted = Buffer::default();
        for (nth, some) in rows.chunks(count * row).enumerate() {
            let height = (some.len() / row) as u32;
            let straight = if header.premultiplied && header.layout.channels.has_alpha() {
                let mut straight = Buffer::default();
                let samples = straight.zeroed(some.len());
                samples.copy_from_slice(some);
                divide(samples, (width, height), header.layout);
                Some(straight)
            } else {
                None
            };
            let some = straight
                .as_ref()
                .map_or(some, |straight| &straight.bytes()[..some.len()]);
            let samples = converted.zeroed(width as usize * height as usize * self.layout.bytes());
            header
                .colour
                .convert_rows(self.space, header.layout, some, samples);
            if self.layout.channels.has_alpha() {
                multiply(samples, (width, height), self.layout);
            }
            let band = ImageRef::new(width, height, samples, self.layout.pixel_type())
                .expect("the buffer was made for this size");
            self.reduction
                .band(first + (nth * count) as u32, &band, resizer);
        }
    }

    /// Whether it takes rows as they are stored, multiplied by their alpha.
    pub(crate) fn takes_stored(&self) -> bool {
        self.space == Space::Stored
    }

    pub(crate) const fn plan(&self) -> Plan {
        *self.reduction.plan()
    }

    /// The row below the last one that is needed.
    pub(crate) const fn rows_needed(&self) -> u32 {
        self.reduction.rows_needed()
    }

    /// Whether it makes no difference how many rows come at once. Else all of them at once are faster than bands.
    pub(crate) const fn takes_rows(&self) -> bool {
        self.reduction.takes_rows()
    }

    /// Takes all rows at once.
    pub(crate) fn whole(
        &mut self,
        rows: &ImageRef<'_>,
        resizer: &mut Resizer,
        between: &mut Buffer,
    ) {
        self.whole = Some(self.reduction.whole(rows, resizer, between));
    }

    /// Takes the rows from `first` on.
    pub(crate) fn band(&mut self, first: u32, rows: &ImageRef<'_>, resizer: &mut Resizer) {
        self.reduction.band(first, rows, resizer);
    }

    /// Whether it takes rows of places in a palette.
    pub(crate) fn takes_indices(&self) -> bool {
        self.takes_stored() && self.takes_rows()
    }

    /// Takes the rows from `first` on, each of so many pixels, as places in a palette.
    pub(crate) fn indices(&mut self, first: u32, width: u32, indices: &[u8], palette: &Palette) {
        self.reduction.indices(first, width, indices, palette);
    }

    /// Takes the result itself.
    pub(crate) fn take(&mut self, samples: Buffer) {
        self.whole = Some(samples);
    }

    pub(crate) fn finish(self, scratch: &mut Scratch) -> Scaled {
        let Self {
            space,
            layout,
            reduction,
            whole,
        } = self;
        let plan = *reduction.plan();
        let mut samples =
            whole.unwrap_or_else(|| reduction.finish(&mut scratch.resizer, &mut scratch.between));
        if layout.channels.has_alpha() {
            let len = plan.scaled.0 as usize * plan.scaled.1 as usize * layout.bytes();
            divide(&mut samples.bytes_mut()[..len], plan.scaled, layout);
        }
        Scaled {
            plan,
            space,
            layout,
            samples,
        }
    }
}
