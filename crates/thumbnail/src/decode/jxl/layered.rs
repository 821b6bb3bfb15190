//! Any picture, by `jxl-oxide`: of layers, patches and splines, without loss, of ink, and of high dynamic range.

use crate::colour::Colour;
use crate::error::Cause;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format, Limits, apart};
use jxl_grid::OutOfMemory;
use jxl_oxide::image::{BitDepth, ExtraChannelInfo};
use jxl_oxide::{
    AllocTracker, EnumColourEncoding, InitializeResult, JxlImage, JxlThreadPool, PixelFormat,
    Render, RenderingIntent, UninitializedJxlImage,
};

/// Bytes between two looks at the clock.
const CHUNK: usize = 64 << 10;

/// Frames that may go into the first one that is shown, times its pixels: layers, patches, references.
const WORK: u64 = 1 << 30;

pub(super) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let limits = *sink.limits();
    // The file is held twice, and what the decoder does not count itself is little beside its planes.
    let copied = source.len() as u64;
    let most = limits.memory_bytes.saturating_sub(2 * copied) / 4 * 3;
    let tracker = AllocTracker::with_limit(usize::try_from(most).unwrap_or(usize::MAX));
    // The decoder has no place where a clock could be looked at.
    let file = source.to_vec();
    let begin = move || {
        let unread = JxlImage::builder()
            .pool(JxlThreadPool::none())
            .alloc_tracker(tracker)
            .build_uninit();
        let mut at = 0;
        let mut image = begin(unread, &file, &mut at)?;
        limits.check_pixels(image.width(), image.height())?;
        let description = Description::of(&mut image);
        Ok((image, description, file, at))
    };
    let (image, description, file, at) = apart::run(&limits, Format::Jxl, begin)?;

    let (width, height) = (image.width(), image.height());
    let layout = description.layout;
    let header = Header {
        size: (width, height),
        layout,
        // The decoder turns the picture.
        orientation: Orientation::default(),
        colour: description.colour,
        premultiplied: description.is_premultiplied,
        notes: Notes::default(),
    };
    let pixels = u64::from(width) * u64::from(height);
    // Planes of four bytes a sample, which are copied when they are turned, filtered and converted: measured, less than twice that.
    let planes = 2 * 4 * pixels * layout.channels.count() as u64;
    sink.start(header, Delivery::Whole, planes + copied)?;

    let render = move || first_frame(image, &file, at, &limits);
    let (render, fault) = apart::run(&limits, Format::Jxl, render)?;
    if let Some(fault) = fault {
        sink.tolerate(fault)?;
    }
    sink.rows(height, |frame| write(&render, layout, frame))
}

/// The first frame that is shown, and where it is not all there, why.
fn first_frame(
    mut image: JxlImage,
    source: &[u8],
    mut at: usize,
    limits: &Limits,
) -> Result<(Render, Option<Error>), Error> {
    let (width, height) = (image.width(), image.height());
    let pixels = u64::from(width) * u64::from(height);
    let failed = |cause| match missing_memory(&cause) {
        Some(bytes) => Error::TooMuchMemory {
            format: Format::Jxl,
            width,
            height,
            needed: limits.memory_bytes.saturating_add(bytes),
            limit: limits.memory_bytes,
        },
        None => error(cause),
    };
    let mut fault = None;
    while image.num_loaded_keyframes() == 0 && !image.is_loading_done() {
        limits.check_time()?;
        match image.feed_bytes(chunk(source, at)) {
            Ok(0) => break,
            Ok(used) => at += used,
            Err(error) if missing_memory(&error).is_some() => return Err(failed(error)),
            Err(error) => {
                fault = Some(error);
                break;
            }
        }
        if image.num_loaded_frames() as u64 * pixels > WORK {
            return Err(Error::TooMuchTime);
        }
    }
    if image.num_loaded_keyframes() > 0 {
        return Ok((image.render_frame(0).map_err(failed)?, None));
    }
    let _ = image.finalize();
    let render = image.render_loading_frame().map_err(failed)?;
    let fault = fault.unwrap_or_else(|| "it is cut off".into());
    Ok((render, Some(error(fault))))
}

/// Reads the header.
fn begin(
    mut unread: UninitializedJxlImage,
    source: &[u8],
    at: &mut usize,
) -> Result<JxlImage, Error> {
    loop {
        let used = unread.feed_bytes(chunk(source, *at)).map_err(error)?;
        *at += used;
        unread = match unread.try_init().map_err(error)? {
            InitializeResult::Initialized(image) => return Ok(image),
            InitializeResult::NeedMoreData(_) if used == 0 => {
                return Err(Error::corrupt(Format::Jxl, "its header is cut off"));
            }
            InitializeResult::NeedMoreData(more) => more,
        };
    }
}

fn chunk(source: &[u8], at: usize) -> &[u8] {
    &source[at..source.len().min(at + CHUNK)]
}

/// What the samples are that the decoder is asked for.
struct Description {
    layout: Layout,
    colour: Colour,
    is_premultiplied: bool,
}

impl Description {
    fn of(image: &mut JxlImage) -> Self {
        let metadata = &image.image_header().metadata;
        let depth = match metadata.bit_depth {
            BitDepth::IntegerSample { bits_per_sample } if bits_per_sample <= 8 => Depth::Eight,
            _ => Depth::Sixteen,
        };
        let alpha = metadata
            .ec_info
            .iter()
            .find_map(ExtraChannelInfo::alpha_associated);
        let format = image.pixel_format();
        let is_ink = format.has_black();
        let profile = if metadata.xyb_encoded && !is_ink {
            None
        } else {
            image.original_icc().map(<[u8]>::to_vec)
        };
        let colour = match profile {
            Some(profile) => Colour::from_icc(&profile).with_inverted_ink(is_ink),
            // The decoder converts all other colours, those of high dynamic range included.
            None => {
                let intent = RenderingIntent::Relative;
                image.request_color_encoding(if format.is_grayscale() {
                    EnumColourEncoding::gray_srgb(intent)
                } else {
                    EnumColourEncoding::srgb(intent)
                });
                Colour::default().with_inverted_ink(is_ink)
            }
        };
        let channels = match image.pixel_format() {
            PixelFormat::Gray => Channels::Grey,
            PixelFormat::Graya => Channels::GreyAlpha,
            PixelFormat::Rgb => Channels::Rgb,
            PixelFormat::Rgba => Channels::Rgba,
            PixelFormat::Cmyk | PixelFormat::Cmyka => Channels::Cmyk,
        };
        Self {
            layout: Layout::new(channels, depth),
            colour,
            is_premultiplied: alpha == Some(true),
        }
    }
}

/// Writes the picture, without the alpha channel that one of ink may have.
fn write(render: &Render, layout: Layout, frame: &mut [u8]) -> Result<(), Error> {
    let mut stream = if layout.channels.has_alpha() {
        render.stream()
    } else {
        render.stream_no_alpha()
    };
    if stream.channels() as usize != layout.channels.count() {
        return Err(Error::unread(Format::Jxl, "ink with transparency"));
    }
    let samples = frame.len() / layout.bytes() * layout.channels.count();
    let written = match layout.depth {
        Depth::Eight => stream.write_to_buffer(frame),
        Depth::Sixteen => stream.write_to_buffer::<u16>(bytemuck::cast_slice_mut(frame)),
    };
    if written < samples {
        return Err(Error::corrupt(
            Format::Jxl,
            "its frame is smaller than its picture",
        ));
    }
    Ok(())
}

/// How many bytes more the decoder wanted than it may have, where that is why it stopped.
fn missing_memory(cause: &Cause) -> Option<u64> {
    let mut cause: &(dyn std::error::Error + 'static) = &**cause;
    loop {
        if let Some(missing) = cause.downcast_ref::<OutOfMemory>() {
            return Some(missing.bytes() as u64);
        }
        cause = cause.source()?;
    }
}

fn error(error: Cause) -> Error {
    Error::corrupt(Format::Jxl, error)
}
