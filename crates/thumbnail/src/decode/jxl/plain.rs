//! A picture of one frame coded by cosine transforms, by `jxl`.

use super::frame::{Context, Frame, plain};
use crate::colour::Colour;
use crate::error::Cause;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format, Limits, apart};
use jxl::api::{
    Endianness, Event, ExtraChannel, JxlBasicInfo, JxlBitDepth, JxlColorEncoding, JxlColorProfile,
    JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer, JxlPixelFormat,
    JxlTransferFunction,
};

/// Bytes between two looks at the clock, and to which a picture is shown that is broken behind them.
const CHUNK: usize = 4 << 10;

/// The most bytes of a header: as many as the decoder holds before it has read one.
const HEADER: usize = 4 << 10;

/// The most bytes of a profile of colours. A few can stand for millions, which take long to read again and again.
const PROFILE: usize = 1 << 20;

/// A picture whose header has been read.
pub(super) struct Picture {
    decoder: JxlDecoder,
    codestream: Vec<u8>,
    /// How far it has been read.
    at: usize,
    size: (u32, u32),
    description: Description,
    /// Bytes that the decoder takes at worst.
    memory: u64,
}

/// What the decoder is asked for.
struct Description {
    format: JxlPixelFormat,
    layout: Layout,
    colour: Colour,
    is_premultiplied: bool,
}

/// Reads the headers of the picture and of its first frame; `None` where it is another kind of picture, or none.
pub(super) fn begin(codestream: Vec<u8>, limits: &Limits) -> Result<Option<Picture>, Error> {
    // A profile of colours can take long.
    apart::run(limits, Format::Jxl, move || Ok(Picture::begin(codestream)))
}

impl Picture {
    fn begin(codestream: Vec<u8>) -> Option<Self> {
        let (mut decoder, at) = read_header(&codestream)?;
        let info = decoder.basic_info()?.clone();
        if info.preview_size.is_some() {
            // The first frame is not the picture's.
            return None;
        }
        let description = Description::of(&info, &mut decoder)?;
        let context = Context {
            is_xyb: !info.uses_original_profile,
            extra_channels: info.extra_channels.len(),
            is_animated: info.animation.is_some(),
            has_timecodes: info
                .animation
                .as_ref()
                .is_some_and(|all| all.have_timecodes),
        };
        let frame = plain(&codestream[at..], &context)?;
        let (width, height) = info.size;
        let size = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        Some(Self {
            memory: memory(size, &frame, context.extra_channels as u64),
            decoder,
            codestream,
            at,
            size,
            description,
        })
    }

    /// Begins the picture, where there is memory for the worst.
    pub(super) fn start(&mut self, sink: &mut Sink<'_>) -> Result<(), Error> {
        let layout = self.description.layout;
        let header = Header {
            size: self.size,
            layout,
            // The decoder turns the picture.
            orientation: Orientation::default(),
            colour: std::mem::take(&mut self.description.colour),
            premultiplied: self.description.is_premultiplied,
            notes: Notes::default(),
        };
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        // The file is held as it is, as a codestream, and once more until it is decoded.
        let file = 2 * self.codestream.len() as u64;
        let samples = pixels * layout.bytes() as u64;
        let band = Delivery::band(self.size.0, layout);
        sink.start(header, Delivery::Bands(band), self.memory + file + samples)
    }

    pub(super) fn decode(self, sink: &mut Sink<'_>) -> Result<(), Error> {
        let limits = *sink.limits();
        let (width, height) = self.size;
        let layout = self.description.layout;
        let (samples, fault) = apart::run(&limits, Format::Jxl, move || self.samples(&limits))?;
        if let Some(fault) = fault {
            sink.tolerate(fault)?;
        }
        let row = width as usize * layout.bytes();
        let band = Delivery::band(width, layout) as usize;
        for rows in
            bytemuck::cast_slice::<u16, u8>(&samples)[..row * height as usize].chunks(band * row)
        {
            sink.rows((rows.len() / row) as u32, |frame| {
                frame.copy_from_slice(rows);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The samples, aligned for those of sixteen bits, and where they are not all there, why.
    fn samples(mut self, limits: &Limits) -> Result<(Vec<u16>, Option<Error>), Error> {
        let row = self.size.0 as usize * self.description.layout.bytes();
        let rows = self.size.1 as usize;
        let mut samples = vec![0; (row * rows).div_ceil(2)];
        let bytes = &mut bytemuck::cast_slice_mut::<u16, u8>(&mut samples)[..row * rows];
        let mut buffers = [JxlOutputBuffer::new(bytes, rows, row)];
        let fault = match self.read(&mut buffers, limits)? {
            Read::Whole => None,
            Read::Part => Some("it is cut off".into()),
            Read::Broken { before, fault } => {
                // A decoder that has met a fault is not to be used any longer.
                self.begin_again(before)?;
                self.read(&mut buffers, limits)?;
                Some(fault)
            }
        };
        let fault = fault.map(|fault| Error::corrupt(Format::Jxl, fault));
        match fault {
            Some(fault)
                if !self
                    .decoder
                    .flush_pixels(&mut buffers, None)
                    .is_ok_and(|any| any) =>
            {
                Err(fault)
            }
            fault => Ok((samples, fault)),
        }
    }

    /// Reads the frame as far as it goes.
    fn read(
        &mut self,
        buffers: &mut [JxlOutputBuffer<'_>],
        limits: &Limits,
    ) -> Result<Read, Error> {
        while self.at < self.codestream.len() {
            limits.check_time()?;
            let before = self.at;
            let mut input = chunk(&self.codestream, before);
            let given = input.len();
            let event = loop {
                match self.decoder.process(&mut input, Some(&mut *buffers), None) {
                    Ok(Event::BasicInfo | Event::FrameHeader) => {}
                    event => break event,
                }
            };
            self.at += given - input.len();
            match event {
                Ok(Event::FrameComplete { .. } | Event::Complete) => return Ok(Read::Whole),
                Ok(_) if self.at == before => break,
                Ok(_) => {}
                Err(fault) => {
                    let fault = fault.into();
                    return Ok(Read::Broken { before, fault });
                }
            }
        }
        Ok(Read::Part)
    }

    /// Goes back to the header, for so much of the codestream.
    fn begin_again(&mut self, end: usize) -> Result<(), Error> {
        self.codestream.truncate(end);
        let broken = || Error::corrupt(Format::Jxl, "its first frame is broken");
        let (decoder, at) = read_header(&self.codestream).ok_or_else(broken)?;
        self.decoder = decoder;
        self.decoder
            .set_pixel_format(self.description.format.clone())
            .map_err(|_| broken())?;
        self.at = at;
        Ok(())
    }
}

/// How far a frame could be read.
enum Read {
    Whole,
    Part,
    /// All is well as far as `before`.
    Broken {
        before: usize,
        fault: Cause,
    },
}

/// A decoder that has read the header of the file and the profile of its colours, no byte more, and where they end.
///
/// It doesn't tell where that is, and takes more than it needs of what it is given. So the fewest bytes are looked for that are enough;
/// it is sure to use those it holds only up to [`HEADER`].
fn read_header(codestream: &[u8]) -> Option<(JxlDecoder, usize)> {
    let mut decoder = JxlDecoder::new(JxlDecoderOptions::default());
    let is_enough = |decoder: &mut JxlDecoder, bytes: usize| {
        decoder.reset();
        let outcome = decoder.process(&mut &codestream[..bytes], None, None);
        matches!(outcome, Ok(Event::BasicInfo))
    };
    let mut enough = codestream.len().min(HEADER);
    if !is_enough(&mut decoder, enough) || profile_bytes(&decoder) > PROFILE {
        return None;
    }
    let mut too_few = 0;
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        if is_enough(&mut decoder, middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    is_enough(&mut decoder, enough).then_some((decoder, enough))
}

fn profile_bytes(decoder: &JxlDecoder) -> usize {
    match decoder.embedded_color_profile() {
        Some(JxlColorProfile::Icc(profile)) => profile.len(),
        _ => 0,
    }
}

fn chunk(codestream: &[u8], at: usize) -> &[u8] {
    &codestream[at..codestream.len().min(at + CHUNK)]
}

impl Description {
    /// `None` for colours that need more than a profile, and channels that are neither colour nor alpha.
    fn of(info: &JxlBasicInfo, decoder: &mut JxlDecoder) -> Option<Self> {
        let is_premultiplied = match &*info.extra_channels {
            [] => None,
            [alpha] if alpha.ec_type == ExtraChannel::Alpha => Some(alpha.alpha_associated),
            _ => return None,
        };
        let is_grey = decoder.current_pixel_format()?.color_type == JxlColorType::Grayscale;
        let (channels, color_type) = match (is_grey, is_premultiplied.is_some()) {
            (true, false) => (Channels::Grey, JxlColorType::Grayscale),
            (true, true) => (Channels::GreyAlpha, JxlColorType::GrayscaleAlpha),
            (false, false) => (Channels::Rgb, JxlColorType::Rgb),
            (false, true) => (Channels::Rgba, JxlColorType::Rgba),
        };
        let (depth, samples) = match info.bit_depth {
            JxlBitDepth::Int { bits_per_sample } if bits_per_sample <= 8 => {
                (Depth::Eight, JxlDataFormat::U8 { bit_depth: 8 })
            }
            _ => (
                Depth::Sixteen,
                JxlDataFormat::U16 {
                    endianness: Endianness::native(),
                    bit_depth: 16,
                },
            ),
        };
        let format = JxlPixelFormat {
            color_type,
            color_data_format: Some(samples),
            extra_channel_format: vec![None; info.extra_channels.len()],
        };
        // The colours depend on it.
        decoder.set_pixel_format(format.clone()).ok()?;
        let profile = decoder.output_color_profile()?;
        let colour = match profile {
            JxlColorProfile::Simple(encoding) if *encoding == JxlColorEncoding::srgb(is_grey) => {
                Colour::default()
            }
            _ if profile.is_cmyk() => return None,
            // They have to be fitted to a screen.
            _ if matches!(
                profile.transfer_function(),
                Some(JxlTransferFunction::PQ | JxlTransferFunction::HLG)
            ) =>
            {
                return None;
            }
            _ => Colour::from_icc(&profile.try_as_icc()?),
        };
        Some(Self {
            format,
            layout: Layout::new(channels, depth),
            colour,
            is_premultiplied: is_premultiplied == Some(true),
        })
    }
}

/// Bytes that the decoder takes for a frame at worst, beside the file and the samples.
///
/// There are tables of all kinds, for each pass. For a pixel there are averages and how they are filtered, a sixteenth of a node of a tree
/// for each channel, of which a list of 16 bytes grows threefold, and no more than 4 million nodes. Each pass but the last leaves
/// its coefficients behind. An extra channel can be taken apart into many, and with each of them goes a note for each group of pixels.
fn memory((width, height): (u32, u32), frame: &Frame, extra_channels: u64) -> u64 {
    const TABLES: u64 = 64 << 20;
    const GROUP: u64 = 256 * 256;
    let groups = u64::from(width.div_ceil(256)) * u64::from(height.div_ceil(256));
    let channels = 3 + extra_channels;
    let tree = (groups * GROUP * channels / 16).min(4 << 20) * 64;
    let passes = if frame.has_passes { 3 * 4 } else { 0 };
    let kept = if frame.is_kept { 4 * channels } else { 0 };
    let pixel = 2 + passes + kept + 20 * extra_channels;
    TABLES + tree + groups * GROUP * pixel
}
