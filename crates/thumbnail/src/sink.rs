//! Where a decoder puts a picture.

use crate::colour::Colour;
use crate::fit::Plan;
use crate::notes::{Notes, Warning};
use crate::orientation::Orientation;
use crate::raster::Layout;
use crate::resample::Reduction;
use crate::scratch::{Buffer, Scratch};
use crate::{Damaged, Error, Format, Limits, Spec};
use fast_image_resize::MulDiv;
use fast_image_resize::images::{Image, ImageRef};

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

/// How a decoder hands on its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// All rows at once.
    Whole,
    /// Bands of so many rows, from the top; the last band may have fewer.
    Bands(u32),
}

/// A thumbnail at its size, in the source's layout, colours and orientation.
#[derive(Debug)]
pub(crate) struct Scaled {
    pub(crate) plan: Plan,
    pub(crate) samples: Buffer,
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
    reductions: Vec<Reduction>,
    next_row: u32,
    whole: Vec<Buffer>,
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
        let reductions: Vec<_> = self
            .specs
            .iter()
            .map(|spec| {
                let plan = Plan::new(header.size, header.orientation, spec);
                Reduction::new(plan, header.layout, header.size)
            })
            .collect();
        let frame = u64::from(width) * u64::from(rows) * header.layout.bytes() as u64;
        let reduced: u64 = reductions
            .iter()
            .map(|reduction| reduction.memory(banded))
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
            reductions,
            next_row: 0,
            whole: Vec::new(),
        });
        Ok(())
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
        match (error, Damaged::of(self.specs)) {
            (Error::Corrupt { source, .. }, Damaged::Show) => {
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
        let Header {
            size,
            layout,
            premultiplied,
            ..
        } = started.header;
        let scratch = &mut *self.scratch;
        let len = size.0 as usize * count as usize * layout.bytes();
        let samples = scratch.frame.zeroed(len);
        fill(samples)?;
        if layout.channels.has_alpha() && !premultiplied {
            let mut rows = Image::from_slice_u8(size.0, count, samples, layout.pixel_type())
                .expect("the buffer was made for this size");
            MulDiv::new()
                .multiply_alpha_inplace(&mut rows)
                .expect("every layout with alpha can be premultiplied");
        }
        let rows = ImageRef::new(size.0, count, samples, layout.pixel_type())
            .expect("the buffer was made for this size");
        for reduction in &mut started.reductions {
            if count == size.1 {
                let scaled = reduction.whole(&rows, &mut scratch.resizer, &mut scratch.between);
                started.whole.push(scaled);
            } else {
                reduction.band(started.next_row, &rows, &mut scratch.resizer);
            }
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
        let plans: Vec<_> = started.reductions.iter().map(|one| *one.plan()).collect();
        started.whole = scale(&plans, &mut self.scratch.vp8)?;
        Ok(())
    }

    /// Whether no thumbnail needs any row below those that have come.
    pub(crate) fn has_enough(&self) -> bool {
        self.started.as_ref().is_some_and(|started| {
            let needed = started.reductions.iter().map(Reduction::rows_needed).max();
            started.next_row >= needed.unwrap_or(0)
        })
    }

    /// The scaled pictures, one for each spec, once the decoder has handed on its rows.
    pub(crate) fn finish(self) -> (Header, Vec<Scaled>) {
        let Started {
            header,
            reductions,
            whole,
            ..
        } = self
            .started
            .expect("a decoder that succeeds has sent a header");
        let mut whole = whole.into_iter();
        let scaled = reductions.into_iter().map(|reduction| {
            let plan = *reduction.plan();
            let mut samples = whole.next().unwrap_or_else(|| {
                reduction.finish(&mut self.scratch.resizer, &mut self.scratch.between)
            });
            if header.layout.channels.has_alpha() {
                let len = plan.scaled.0 as usize * plan.scaled.1 as usize * header.layout.bytes();
                let mut image = Image::from_slice_u8(
                    plan.scaled.0,
                    plan.scaled.1,
                    &mut samples.bytes_mut()[..len],
                    header.layout.pixel_type(),
                )
                .expect("the buffer was made for this size");
                MulDiv::new()
                    .divide_alpha_inplace(&mut image)
                    .expect("every layout with alpha can be premultiplied");
            }
            Scaled { plan, samples }
        });
        let scaled = scaled.collect();
        (header, scaled)
    }
}
