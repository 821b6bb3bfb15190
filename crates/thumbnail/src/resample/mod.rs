//! From a crop of the source to the thumbnail's size.
//!
//! Lanczos with three lobes, and a cubic kernel for what is enlarged, as separate passes down the columns and along the rows. The
//! kernel is scaled with the reduction and applied to every source pixel, or to means of some of them where there are many. Alpha is premultiplied by the
//! caller, so that what is invisible has no influence.
//!
//! Pictures whose channels are interleaved, which most decoders give, go through [`squares`] where they are much larger than
//! the thumbnail and else through `fast_image_resize`, here; pictures that are stored plane by plane, as JPEG is, through [`planes`].

mod kernel;
mod planes;
mod squares;

pub(crate) use planes::{Grid, Plane, Samples, plane_bytes, planes};

use crate::fit::{Crop, Plan};
use crate::palette::Palette;
use crate::raster::Layout;
use crate::scratch::Buffer;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{
    FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer, pixels,
};
use squares::Squares;
use std::ops::Range;

/// The kernel's half width, in pixels of the larger of the two grids.
const LOBES: f64 = 3.0;

/// One rendition on its way from the source's rows to its own size.
///
/// Where the source comes in bands of rows, each band is reduced along its rows at once, so that a tall picture takes no
/// more memory than its height times the thumbnail's width.
pub(crate) struct Reduction {
    plan: Plan,
    layout: Layout,
    stored: (u32, u32),
    /// The rows that the kernel reaches, of which `arrived` have come.
    rows: Range<u32>,
    arrived: u32,
    kept: Buffer,
    /// What takes the rows instead, but for samples of sixteen bits or very many of eight.
    squares: Option<Squares>,
}

impl Reduction {
    /// `margin` is what the thumbnail's settings say of a picture that is reduced in two steps.
    pub(crate) fn new(plan: Plan, layout: Layout, stored: (u32, u32), margin: f64) -> Self {
        let Plan { crop, scaled, .. } = plan;
        let columns = reach(crop.left, crop.width, scaled.0, 1.0, stored.0);
        let rows = reach(crop.top, crop.height, scaled.1, 1.0, stored.1);
        let squares = Squares::new(&plan, layout, margin, columns, rows.clone());
        Self {
            squares,
            plan,
            layout,
            stored,
            rows,
            arrived: 0,
            kept: Buffer::default(),
        }
    }

    /// Bytes that the reduction takes beside the rows that it is given; `banded` where they come in bands.
    pub(crate) fn memory(&self, banded: bool) -> u64 {
        let pixel = self.layout.bytes() as u64;
        let (width, height) = (u64::from(self.plan.scaled.0), u64::from(self.plan.scaled.1));
        if let Some(squares) = &self.squares {
            return squares.memory(&self.plan) + width * height * pixel;
        }
        let columns = self.columns();
        let (columns, rows) = (columns.end - columns.start, self.rows.end - self.rows.start);
        let kept = if banded {
            u64::from(self.kept_width()) * u64::from(rows)
        } else {
            0
        };
        (kept + between((columns, rows), self.plan.scaled) + width * height) * pixel
    }

    pub(crate) const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The row below the last one that is needed.
    pub(crate) const fn rows_needed(&self) -> u32 {
        self.rows.end
    }

    fn columns(&self) -> Range<u32> {
        let Plan { crop, scaled, .. } = self.plan;
        reach(crop.left, crop.width, scaled.0, 1.0, self.stored.0)
    }

    /// Whether a band gets narrower by being brought to the final width.
    fn narrows(&self) -> bool {
        f64::from(self.plan.scaled.0) < self.plan.crop.width
    }

    fn kept_width(&self) -> u32 {
        if self.narrows() {
            self.plan.scaled.0
        } else {
            self.stored.0
        }
    }

    /// Takes the rows from `first` on, as many as `band` holds.
    pub(crate) fn band(&mut self, first: u32, band: &ImageRef<'_>, resizer: &mut Resizer) {
        let needed = first.max(self.rows.start)..(first + band.height()).min(self.rows.end);
        if needed.is_empty() {
            return;
        }
        if let Some(squares) = &mut self.squares {
            let rows = band
                .buffer()
                .chunks_exact(self.stored.0 as usize * self.layout.bytes());
            let skipped = (needed.start - first) as usize;
            for row in rows.skip(skipped).take(needed.len()) {
                squares.add(row);
            }
            return;
        }
        let (narrows, kept_width) = (self.narrows(), self.kept_width());
        let row_bytes = kept_width as usize * self.layout.bytes();
        if self.arrived == 0 {
            let rows = self.rows.end - self.rows.start;
            self.kept.zeroed(rows as usize * row_bytes);
        }
        let count = needed.end - needed.start;
        let at = (needed.start - self.rows.start) as usize * row_bytes;
        let kept = &mut self.kept.bytes_mut()[at..at + count as usize * row_bytes];
        let from = needed.start - first;
        if narrows {
            let crop = Crop {
                top: f64::from(from),
                height: f64::from(count),
                ..self.plan.crop
            };
            pass(resizer, band, crop, kept, (kept_width, count));
        } else {
            let at = from as usize * row_bytes;
            kept.copy_from_slice(&band.buffer()[at..at + kept.len()]);
        }
        self.arrived += count;
    }

    /// Takes the rows from `first` on, each of so many pixels, as places in a palette. Only where [`takes_rows`](Self::takes_rows).
    pub(crate) fn indices(&mut self, first: u32, width: u32, indices: &[u8], palette: &Palette) {
        let squares = self.squares.as_mut().expect("it takes rows");
        for (row, y) in indices.chunks_exact(width as usize).zip(first..) {
            if self.rows.contains(&y) {
                squares.add_indices(row, palette);
            }
        }
    }

    /// The scaled picture, once all rows that are needed have come. Those that have not are 0.
    pub(crate) fn finish(self, resizer: &mut Resizer, between: &mut Buffer) -> Buffer {
        if let Some(squares) = self.squares {
            return squares.finish(&self.plan, resizer, between);
        }
        let size = (self.kept_width(), self.rows.end - self.rows.start);
        let len = size.0 as usize * size.1 as usize * self.layout.bytes();
        let kept = ImageRef::new(
            size.0,
            size.1,
            &self.kept.bytes()[..len],
            self.layout.pixel_type(),
        );
        let kept = kept.expect("the buffer was made for this size");
        let mut crop = Crop {
            top: self.plan.crop.top - f64::from(self.rows.start),
            ..self.plan.crop
        };
        if self.narrows() {
            crop.left = 0.0;
            crop.width = f64::from(size.0);
        }
        both_passes(resizer, &kept, crop, self.plan.scaled, between)
    }

    /// Whether it makes no difference how many rows come at once. Else all of them at once are faster than bands.
    pub(crate) const fn takes_rows(&self) -> bool {
        self.squares.is_some()
    }

    /// The scaled picture from the whole source at once.
    pub(crate) fn whole(
        &self,
        source: &ImageRef<'_>,
        resizer: &mut Resizer,
        between: &mut Buffer,
    ) -> Buffer {
        both_passes(resizer, source, self.plan.crop, self.plan.scaled, between)
    }
}

/// The pixels of a row or column of `length` that the kernel reaches for a crop that comes to `scaled` pixels, where what is
/// resampled are samples that are each `sample` pixels wide.
pub(crate) fn reach(start: f64, shown: f64, scaled: u32, sample: f64, length: u32) -> Range<u32> {
    let radius = LOBES * (shown / f64::from(scaled)).max(sample);
    let first = (start - radius).floor().max(0.0);
    let end = (start + shown + radius).ceil().min(f64::from(length));
    // Within 0..=length, both of them whole.
    first as u32..end as u32
}

/// Whether it is done down the columns first, which is the faster first pass; unless a wide picture gets much taller by it.
fn is_down_first(reached: (u32, u32), size: (u32, u32)) -> bool {
    let area = |width: u32, height: u32| u64::from(width) * u64::from(height);
    area(reached.0, size.1) <= 4 * area(size.0, reached.1)
}

/// The pixels between the two passes.
fn between(reached: (u32, u32), size: (u32, u32)) -> u64 {
    let (width, height) = if is_down_first(reached, size) {
        (reached.0, size.1)
    } else {
        (size.0, reached.1)
    };
    u64::from(width) * u64::from(height)
}

/// Resamples `crop` of `source` to `size`, by two passes with the smaller picture between them.
fn both_passes(
    resizer: &mut Resizer,
    source: &ImageRef<'_>,
    crop: Crop,
    size: (u32, u32),
    between: &mut Buffer,
) -> Buffer {
    let columns = reach(crop.left, crop.width, size.0, 1.0, source.width());
    let rows = reach(crop.top, crop.height, size.1, 1.0, source.height());
    let (column_count, row_count) = (columns.end - columns.start, rows.end - rows.start);
    let pixel = source.pixel_type().size();

    let (first, first_size, second) = if is_down_first((column_count, row_count), size) {
        let first = Crop {
            left: f64::from(columns.start),
            width: f64::from(column_count),
            ..crop
        };
        let second = Crop {
            left: crop.left - f64::from(columns.start),
            width: crop.width,
            top: 0.0,
            height: f64::from(size.1),
        };
        (first, (column_count, size.1), second)
    } else {
        let first = Crop {
            top: f64::from(rows.start),
            height: f64::from(row_count),
            ..crop
        };
        let second = Crop {
            top: crop.top - f64::from(rows.start),
            height: crop.height,
            left: 0.0,
            width: f64::from(size.0),
        };
        (first, (size.0, row_count), second)
    };
    let half_way = between.zeroed(first_size.0 as usize * first_size.1 as usize * pixel);
    pass(resizer, source, first, half_way, first_size);
    let half_way = ImageRef::new(first_size.0, first_size.1, half_way, source.pixel_type())
        .expect("the buffer was made for this size");
    let mut scaled = Buffer::default();
    let to = scaled.zeroed(size.0 as usize * size.1 as usize * pixel);
    pass(resizer, &half_way, second, to, size);
    scaled
}

/// One pass: only one side of `crop` differs from `size`.
fn pass(resizer: &mut Resizer, source: &ImageRef<'_>, crop: Crop, to: &mut [u8], size: (u32, u32)) {
    let pixel_type = source.pixel_type();
    let mut to = Image::from_slice_u8(size.0, size.1, to, pixel_type)
        .expect("the buffer was made for this size");
    // Only the types that a `Layout` has: the resampler's own choice would compile all that it knows.
    match pixel_type {
        PixelType::U8 => typed_pass::<pixels::U8>(resizer, source, crop, &mut to),
        PixelType::U8x2 => typed_pass::<pixels::U8x2>(resizer, source, crop, &mut to),
        PixelType::U8x3 => typed_pass::<pixels::U8x3>(resizer, source, crop, &mut to),
        PixelType::U8x4 => typed_pass::<pixels::U8x4>(resizer, source, crop, &mut to),
        PixelType::U16 => typed_pass::<pixels::U16>(resizer, source, crop, &mut to),
        PixelType::U16x2 => typed_pass::<pixels::U16x2>(resizer, source, crop, &mut to),
        PixelType::U16x3 => typed_pass::<pixels::U16x3>(resizer, source, crop, &mut to),
        PixelType::U16x4 => typed_pass::<pixels::U16x4>(resizer, source, crop, &mut to),
        other => unreachable!("no layout is stored as {other:?}"),
    }
}

fn typed_pass<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &ImageRef<'_>,
    crop: Crop,
    to: &mut Image<'_>,
) {
    // The third lobe of Lanczos shows around the edges of what is enlarged.
    let is_enlarged = f64::from(to.width()) > crop.width || f64::from(to.height()) > crop.height;
    let kernel = if is_enlarged {
        FilterType::CatmullRom
    } else {
        FilterType::Lanczos3
    };
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(kernel))
        .crop(crop.left, crop.top, crop.width, crop.height)
        .use_alpha(false);
    let source = source.typed_image::<P>().expect("the type was asked for");
    let mut to = to.typed_image_mut::<P>().expect("the type was asked for");
    resizer
        .resize_typed(&source, &mut to, &options)
        .expect("a plan's crop lies within its source");
}
