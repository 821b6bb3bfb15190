//! One picture coded by HEVC: by `heic-rs`, and by `heic-decoder` what that one does not read.
//!
//! The first takes half of the memory and reads tiles and slices of every kind. What cameras write in 4:2:2, and programs in
//! 4:4:4, it takes for broken, and further layers it declines; the second reads both, and what is said of the samples.

use super::boxes::Reader;
use super::converter::Coding;
use super::planes::Planes;
use super::request::Request;
use crate::{Error, Format, apart};
use heic_decoder::HeifError;
use heic_decoder::bitreader::strip_emulation_prevention;
use heic_decoder::hevc::ctu::Plane;
use heic_decoder::hevc::params::{Sps, parse_sps};
use heic_decoder::isobmff::{HevcDecoderConfig, HevcNalArray, ResolvedImage};
use heic_rs::hevc::{ChromaFormat, decode_still, probe};

/// Decodes a picture by its decoder's settings, an `hvcC` box.
pub(super) fn decode(
    settings: Vec<u8>,
    data: Vec<u8>,
    request: Request<'_>,
) -> Result<Planes, Error> {
    request.check_memory(1)?;
    let (most, format) = (request.most, request.format);
    apart::run(request.limits, format, move || {
        Units::read(&settings, &data, format)?.planes(most, format)
    })
}

/// What a picture is coded in.
struct Units<'a> {
    /// Parameter sets.
    sets: Vec<&'a [u8]>,
    slices: Vec<&'a [u8]>,
}

impl<'a> Units<'a> {
    fn read(settings: &'a [u8], data: &'a [u8], format: Format) -> Result<Self, Error> {
        let (sets, length) = parameters(settings)
            .ok_or_else(|| Error::corrupt(format, "its decoder's settings are cut off"))?;
        // Further layers are for a second eye or a finer picture.
        let is_base = |unit: &&[u8]| matches!(unit, [first, second, ..] if first & 1 == 0 && second >> 3 == 0);
        let mut units = Vec::new();
        let mut reader = Reader(data);
        while let Some(size) = reader.number(length) {
            // The last one as far as it goes.
            let size = usize::try_from(size)
                .unwrap_or(usize::MAX)
                .min(reader.0.len());
            units.push(reader.bytes(size).unwrap_or(&[]));
        }
        units.retain(is_base);
        // Sets may come with the data too.
        let (inside, slices): (Vec<_>, Vec<_>) = units
            .into_iter()
            .partition(|unit| matches!(kind(unit), VIDEO_SET..=PICTURE_SET));
        let sets = sets.into_iter().filter(is_base).chain(inside).collect();
        Ok(Self { sets, slices })
    }

    fn planes(&self, most: u64, format: Format) -> Result<Planes, Error> {
        let coding = self.sequence().and_then(|sequence| coding(&sequence));
        let planes = match self.usual_planes(most, format)? {
            Some(planes) => planes,
            None => self.unusual_planes(most, format)?,
        };
        Ok(Planes { coding, ..planes })
    }

    /// `None` where it is of a kind that the other decoder has to read.
    fn usual_planes(&self, most: u64, format: Format) -> Result<Option<Planes>, Error> {
        let info = match probe(&self.sets) {
            Err(heic_rs::Error::Unsupported(_)) => return Ok(None),
            info => info.map_err(|error| Error::corrupt(format, error))?,
        };
        check_size(info.width, info.height, most, format)?;
        if matches!(info.chroma, ChromaFormat::Yuv422 | ChromaFormat::Yuv444) {
            return Ok(None);
        }
        let frame = match decode_still(&self.sets, &self.slices) {
            Err(heic_rs::Error::Unsupported(_)) => return Ok(None),
            frame => frame.map_err(|error| Error::corrupt(format, error))?,
        };
        frame
            .validate()
            .map_err(|error| Error::corrupt(format, error))?;
        Ok(Some(Planes {
            size: (frame.width, frame.height),
            bits: frame.bit_depth.into(),
            samples: [frame.y, frame.cb, frame.cr],
            strides: [frame.y_stride as usize, frame.c_stride as usize],
            shifts: (frame.chroma.x_shift(), frame.chroma.y_shift()),
            coding: None,
        }))
    }

    fn unusual_planes(&self, most: u64, format: Format) -> Result<Planes, Error> {
        let failed = |error: HeifError| match error {
            HeifError::Unsupported(_) => Error::unread(format, error),
            _ => Error::corrupt(format, error),
        };
        let sequence = self.sequence();
        let sequence = sequence.ok_or_else(|| Error::corrupt(format, "its settings are broken"))?;
        let coded = (
            sequence.pic_width_in_luma_samples,
            sequence.pic_height_in_luma_samples,
        );
        check_size(coded.0, coded.1, most, format)?;
        let sets_of = |number| HevcNalArray {
            nal_unit_type: number,
            nalus: (self.sets.iter().filter(|set| kind(set) == number))
                .map(|set| set.to_vec())
                .collect(),
        };
        let slices = self.slices.iter().flat_map(|slice| {
            let length = (slice.len() as u32).to_be_bytes();
            length.into_iter().chain(slice.iter().copied())
        });
        let image = ResolvedImage {
            hevc_config: HevcDecoderConfig {
                length_size_minus_one: 3,
                arrays: vec![sets_of(SEQUENCE_SET), sets_of(PICTURE_SET)],
                ..HevcDecoderConfig::default()
            },
            data: slices.collect(),
        };
        let (sequence, picture) = heic_decoder::decode_one_image(&image).map_err(failed)?;
        drop(image);
        let is_grey = sequence.chroma_format_idc == 0;
        if !is_grey && sequence.bit_depth_luma != sequence.bit_depth_chroma {
            return Err(Error::unread(
                format,
                "luma and chroma have not as many bits",
            ));
        }
        let shifts = match sequence.chroma_format_idc {
            1 => (1, 1),
            2 => (1, 0),
            _ => (0, 0),
        };
        let window = Window::of(&sequence);
        let samples = [
            window.cut(picture.y, (0, 0)),
            window.cut(picture.cb, shifts),
            window.cut(picture.cr, shifts),
        ];
        let strides = [window.width, window.width.div_ceil(1 << shifts.0)];
        let luma = window.width * window.height;
        let chroma = strides[1] * window.height.div_ceil(1 << shifts.1);
        let chroma = if is_grey { 0 } else { chroma };
        if luma == 0 || samples.each_ref().map(Vec::len) != [luma, chroma, chroma] {
            return Err(Error::corrupt(format, "its planes do not fit each other"));
        }
        Ok(Planes {
            size: (window.width as u32, window.height as u32),
            bits: sequence.bit_depth_luma,
            samples,
            strides,
            shifts,
            coding: None,
        })
    }

    /// What the first set for a sequence says.
    fn sequence(&self) -> Option<Sps> {
        let set = self.sets.iter().find(|set| kind(set) == SEQUENCE_SET)?;
        // Behind the two bytes that every unit begins with.
        parse_sps(&strip_emulation_prevention(set.get(2..)?)).ok()
    }
}

/// What the picture itself says of its samples.
fn coding(sequence: &Sps) -> Option<Coding> {
    let said = sequence.color_info?;
    let point = |point: u16| u8::try_from(point).unwrap_or(2);
    Some(Coding {
        primaries: point(said.color_primaries),
        transfer: point(said.transfer_characteristics),
        matrix: point(said.matrix_coefficients),
        is_full_range: said.full_range,
    })
}

fn check_size(width: u32, height: u32, most: u64, format: Format) -> Result<(), Error> {
    if u64::from(width) * u64::from(height) <= most {
        Ok(())
    } else {
        let larger = "a part of its picture is larger than the file says";
        Err(Error::corrupt(format, larger))
    }
}

/// The part of what is coded that is the picture: the rest was only coded to fill whole blocks.
struct Window {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Window {
    fn of(sequence: &Sps) -> Self {
        let [left, right, top, bottom] = sequence.conformance_window.map(|side| side as usize);
        let within = |side: u32, cut: usize| (side as usize).saturating_sub(cut);
        Self {
            left,
            top,
            width: within(sequence.pic_width_in_luma_samples, left + right),
            height: within(sequence.pic_height_in_luma_samples, top + bottom),
        }
    }

    fn cut(&self, plane: Plane, (across, down): (u32, u32)) -> Vec<u16> {
        let (left, top) = (self.left >> across, self.top >> down);
        let columns = left..left + self.width.div_ceil(1 << across);
        let rows = self.height.div_ceil(1 << down);
        let stride = plane.width.max(1);
        let samples = plane.into_samples();
        let lines = samples.chunks_exact(stride).skip(top).take(rows);
        let within = lines.filter_map(|line| line.get(columns.clone()));
        within.flatten().map(|&sample| sample as u16).collect()
    }
}

const VIDEO_SET: u8 = 32;
const SEQUENCE_SET: u8 = 33;
const PICTURE_SET: u8 = 34;

/// The number of a unit's kind (ITU-T H.265, table 7-1).
fn kind(unit: &[u8]) -> u8 {
    unit.first().map_or(u8::MAX, |first| first >> 1 & 63)
}

/// The parameter sets of an `hvcC` (ISO/IEC 14496-15, 8.3.3.1), and how many bytes the lengths in the data have.
fn parameters(settings: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut reader = Reader(settings);
    reader.bytes(21)?;
    let length = (reader.number(1)? & 3) as usize + 1;
    let mut sets = Vec::new();
    for _ in 0..reader.number(1)? {
        reader.number(1)?;
        for _ in 0..reader.number(2)? {
            let size = reader.number(2)? as usize;
            sets.push(reader.bytes(size)?);
        }
    }
    Some((sets, length))
}
