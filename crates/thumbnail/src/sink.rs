//! Where a decoder puts a picture.

use crate::alpha::multiply;
use crate::fit::Plan;
use crate::header::Header;
use crate::notes::Warning;
use crate::orientation::Orientation;
use crate::palette::Palette;
use crate::raster::{Depth, Layout};
use crate::rendition::{Rendition, Scaled};
use crate::scratch::{Buffer, Scratch};
use crate::{Damaged, Error, Format, Limits, Spec};
use fast_image_resize::images::ImageRef;

/// How a decoder hands on its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// All rows at once.
    Whole,
    /// Bands of so many rows, from the top; the last band may have fewer.
    Bands(u32),
}

impl Delivery {
    /// Bytes of a band that stays in the processor's second-level cache, beside whatever it is made from.
    const CACHED: usize = 1 << 17;

    /// Bytes and rows of a band for samples of sixteen bits: the resampler prepares itself for each anew, which takes as long as dozens of
    /// rows.
    const PREPARED: (usize, usize) = (1 << 20, 40);

    /// How many rows to hand on at a time, each of so many pixels, for a decoder that can stop after any; a multiple of eight.
    pub(crate) fn band(width: u32, layout: Layout) -> u32 {
        let row = width.max(1) as usize * layout.bytes();
        let rows = match layout.depth {
            Depth::Eight => Self::CACHED / row,
            Depth::Sixteen => (Self::PREPARED.0 / row).max(Self::PREPARED.1),
        };
        rows.max(8) as u32 / 8 * 8
    }
}

/// Takes a picture from a decoder, header first, and reduces its rows to the thumbnails' sizes as they come.
pub(crate) struct Sink<'a> {
    format: Format,
    specs: &'a [Spec],
    limits: &'a Limits,
    source_bytes: u64,
    scratch: &'a mut Scratch,
    started: Option<Started>,
}

struct Started {
    header: Header,
    renditions: Vec<Rendition>,
    next_row: u32,
}

impl<'a> Sink<'a> {
    pub(crate) const fn new(
        format: Format,
        source_bytes: u64,
        specs: &'a [Spec],
        limits: &'a Limits,
        scratch: &'a mut Scratch,
    ) -> Self {
        Self {
            format,
            specs,
            limits,
            source_bytes,
            scratch,
            started: None,
        }
    }

    pub(crate) const fn limits(&self) -> &Limits {
        self.limits
    }

    pub(crate) const fn specs(&self) -> &[Spec] {
        self.specs
    }

    /// What becomes of damage.
    pub(crate) fn damaged(&self) -> Damaged {
        Damaged::of(self.specs)
    }

    /// What is to be made of a picture, for each spec.
    pub(crate) fn plans(&self, size: (u32, u32), orientation: Orientation) -> Vec<Plan> {
        let specs = self.specs.iter();
        specs
            .map(|spec| Plan::new(size, orientation, spec))
            .collect()
    }

    /// Begins a picture: checks every limit, before anything is allocated. `decoder_bytes` is what the decoder will hold at
    /// its peak beside the file and the rows that it hands on.
    pub(crate) fn start(
        &mut self,
        header: Header,
        delivery: Delivery,
        decoder_bytes: u64,
    ) -> Result<(), Error> {
        let (rows, banded) = match delivery {
            Delivery::Whole => (header.size.1, false),
            Delivery::Bands(rows) => (rows.min(header.size.1), true),
        };
        self.begin(header, rows, banded, decoder_bytes)
    }

    /// The same for a decoder that makes planes of the picture, and small ones: it hands on no rows.
    pub(crate) fn start_planes(&mut self, header: Header, decoder_bytes: u64) -> Result<(), Error> {
        self.begin(header, 0, false, decoder_bytes)
    }

    fn begin(
        &mut self,
        header: Header,
        rows: u32,
        banded: bool,
        decoder_bytes: u64,
    ) -> Result<(), Error> {
        let (width, height) = header.size;
        if width == 0 || height == 0 {
            return Err(Error::corrupt(
                self.format,
                "its header says that it has no pixels",
            ));
        }
        self.limits.check_pixels(width, height)?;
        let renditions: Vec<_> = self
            .specs
            .iter()
            .map(|spec| Rendition::new(&header, spec))
            .collect();
        let frame = u64::from(width) * u64::from(rows) * header.layout.bytes() as u64;
        let reduced: u64 = renditions
            .iter()
            .map(|rendition| rendition.memory(banded, width))
            .sum();
        let needed = self
            .source_bytes
            .saturating_add(decoder_bytes)
            .saturating_add(frame)
            .saturating_add(reduced);
        self.limits.check_memory(self.format, header.size, needed)?;
        if needed + self.scratch.bytes() as u64 > self.limits.memory_bytes {
            *self.scratch = Scratch::default();
        }
        self.started = Some(Started {
            header,
            renditions,
            next_row: 0,
        });
        Ok(())
    }

    /// Lends a part of the scratch, for as long as rows are taken from it.
    pub(crate) fn lend<T: Default>(&mut self, part: fn(&mut Scratch) -> &mut T) -> T {
        std::mem::take(part(self.scratch))
    }

    /// Takes back what was lent.
    pub(crate) fn give_back<T>(&mut self, lent: T, part: fn(&mut Scratch) -> &mut T) {
        *part(self.scratch) = lent;
    }

    /// How many pictures there are in the file, once the header has been sent.
    pub(crate) fn count_frames(&mut self, frames: u32) {
        let started = self.started.as_mut().expect("the header comes first");
        started.header.notes.frames = Some(frames);
    }

    /// A note for the report, once the header has been sent.
    pub(crate) fn warn(&mut self, warning: Warning) {
        let started = self.started.as_mut().expect("the header comes first");
        started.header.notes.warn(warning);
    }

    /// What a decoder does with an error behind which there is a part of the picture that can be shown: by the setting it is
    /// the end, or a warning. No deadline or limit is passed over that way.
    pub(crate) fn tolerate(&mut self, error: Error) -> Result<(), Error> {
        match (error, self.damaged()) {
            (Error::Corrupt { source, .. }, Damaged::Show | Damaged::ShowFrom(_)) => {
                self.warn(Warning::Damaged {
                    cause: source.to_string(),
                });
                Ok(())
            }
            (error, _) => Err(error),
        }
    }

    /// Takes the next `count` rows, which `fill` writes into the zeroed memory that it is given.
    ///
    /// The deadline is looked at before each call: a decoder that takes long for one call looks at
    /// [`Limits::check_time`] itself.
    pub(crate) fn rows(
        &mut self,
        count: u32,
        fill: impl FnOnce(&mut [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.limits.check_time()?;
        let started = self.started.as_mut().expect("the header comes first");
        let Started {
            header,
            renditions,
            next_row,
        } = started;
        let Header { size, layout, .. } = *header;
        let scratch = &mut *self.scratch;
        let len = size.0 as usize * count as usize * layout.bytes();
        let samples = scratch.frame.zeroed(len);
        fill(samples)?;
        let (stored, converted): (Vec<_>, Vec<_>) = renditions
            .iter_mut()
            .partition(|rendition| rendition.takes_stored());
        for rendition in converted {
            rendition.convert(header, *next_row, samples, &mut scratch.resizer);
        }
        if !stored.is_empty() && layout.channels.has_alpha() && !header.premultiplied {
            multiply(samples, (size.0, count), layout);
        }
        let rows = ImageRef::new(size.0, count, samples, layout.pixel_type())
            .expect("the buffer was made for this size");
        for rendition in stored {
            if count == size.1 && !rendition.takes_rows() {
                rendition.whole(&rows, &mut scratch.resizer, &mut scratch.between);
            } else {
                rendition.band(*next_row, &rows, &mut scratch.resizer);
            }
        }
        *next_row += count;
        Ok(())
    }

    /// Takes the next `count` rows of a picture whose pixels are places in a palette.
    pub(crate) fn indices(
        &mut self,
        count: u32,
        indices: &[u8],
        palette: &Palette,
    ) -> Result<(), Error> {
        let started = self.started.as_mut().expect("the header comes first");
        if !started.renditions.iter().all(Rendition::takes_indices) {
            return self.rows(count, |pixels| {
                palette.draw(indices, pixels);
                Ok(())
            });
        }
        self.limits.check_time()?;
        let width = started.header.size.0;
        for rendition in &mut started.renditions {
            rendition.indices(started.next_row, width, indices, palette);
        }
        started.next_row += count;
        Ok(())
    }

    /// Takes the planes of a whole picture, which `scale` decodes and resamples for each of the plans.
    pub(crate) fn planes(
        &mut self,
        scale: impl FnOnce(&[Plan], &mut vp8_shrink::Decoder) -> Result<Vec<Buffer>, Error>,
    ) -> Result<(), Error> {
        self.limits.check_time()?;
        let started = self.started.as_mut().expect("the header comes first");
        let renditions = &mut started.renditions;
        let plans: Vec<_> = renditions.iter().map(Rendition::plan).collect();
        let scaled = scale(&plans, &mut self.scratch.vp8)?;
        for (rendition, samples) in renditions.iter_mut().zip(scaled) {
            rendition.take(samples);
        }
        Ok(())
    }

    /// Whether no thumbnail needs any row below those that have come.
    pub(crate) fn has_enough(&self) -> bool {
        self.started.as_ref().is_some_and(|started| {
            let renditions = started.renditions.iter();
            let needed = renditions.map(Rendition::rows_needed).max();
            started.next_row >= needed.unwrap_or(0)
        })
    }

    /// The scaled pictures, one for each spec, once the decoder has handed on its rows.
    pub(crate) fn finish(self) -> (Header, Vec<Scaled>) {
        let Started {
            header, renditions, ..
        } = self
            .started
            .expect("a decoder that succeeds has sent a header");
        let scaled = renditions
            .into_iter()
            .map(|rendition| rendition.finish(self.scratch));
        (header, scaled.collect())
    }
}
