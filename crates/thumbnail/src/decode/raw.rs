//! A camera's raw photograph: the JPEG that the camera put beside its data, which is what it showed to its owner and what file managers show.
//! The data itself is not developed.
//!
//! Most cameras write TIFF, with previews in their own directories; Canon's newer ones write ISO base media files, and Fujifilm a format of
//! its own. What a photograph has of its orientation stands in its directories, and goes with the preview.

use super::heif::{boxes, brands, find};
use super::jpeg;
use super::tiff::{Directory, range};
use crate::exif::{self, ByteOrder};
use crate::orientation::Orientation;
use std::borrow::Cow;

/// What a photograph begins with that is not known as TIFF.
const FUJIFILM: &[u8] = b"FUJIFILMCCD-RAW";
const PANASONIC: &[u8] = b"IIU\0";

/// More previews than any camera makes.
const MOST: usize = 16;

/// Whether a file that starts so is a raw photograph. Those that are TIFF are told by what is in them.
pub(crate) fn is_raw(start: &[u8]) -> bool {
    start.starts_with(FUJIFILM)
        || start.starts_with(PANASONIC)
        // Which may say that a preview in it is HEIF.
        || brands(start).next() == Some(b"crx ")
}

/// The preview as a JPEG file of its own, `None` where the file is no raw photograph or has none that can be read.
pub(crate) fn preview(file: &[u8]) -> Option<Cow<'_, [u8]>> {
    let (preview, orientation) = if file.starts_with(FUJIFILM) {
        (fujifilm(file)?, Orientation::default())
    } else if file.get(4..8) == Some(b"ftyp") {
        canon(file)?
    } else {
        directories(file)?
    };
    let own = jpeg::read(preview).ok()?.orientation;
    if own != Orientation::default() || orientation == Orientation::default() {
        return Some(Cow::Borrowed(preview));
    }
    let (start, rest) = preview.split_at_checked(2)?;
    Some(Cow::Owned([start, &segment(orientation), rest].concat()))
}

/// The largest preview of a TIFF, or of Panasonic's kind of it.
fn directories(file: &[u8]) -> Option<(&[u8], Orientation)> {
    const ORIENTATION: u16 = 274;
    const MEANING: u16 = 262;
    const DNG_VERSION: u16 = 50_706;
    /// A colour filter's samples, and those of a raw photograph after that.
    const DATA: [u64; 2] = [32_803, 34_892];
    let is_panasonic = file.starts_with(PANASONIC);
    let order = if is_panasonic {
        ByteOrder::Little
    } else {
        ByteOrder::of_any(file)?
    };
    let directories = Directory::all(file, order);
    let is_data = |one: &Directory<'_>| {
        let meaning = one.number(MEANING);
        meaning.is_some_and(|meaning| DATA.contains(&meaning)) || one.number(DNG_VERSION).is_some()
    };
    // Canon's data says nothing of itself.
    let is_raw = is_panasonic || file.get(8..10) == Some(b"CR") || directories.iter().any(is_data);
    let orientation = directories.first()?.number(ORIENTATION).unwrap_or(1);
    if !is_raw {
        return None;
    }
    let previews = directories.iter().flat_map(|one| previews(file, one));
    let sized = previews
        .take(MOST)
        .filter_map(|preview| Some((pixels(preview)?, preview)));
    let (_, preview) = sized.max_by_key(|&(pixels, _)| pixels)?;
    let orientation = Orientation::from_exif(u16::try_from(orientation).unwrap_or(1));
    Some((preview, orientation))
}

/// What may be a JPEG of a directory: one that says so in the old way, one that is its only strip, and Panasonic's.
fn previews<'a>(file: &'a [u8], directory: &Directory<'a>) -> impl Iterator<Item = &'a [u8]> {
    const COMPRESSION: u16 = 259;
    const STRIP: (u16, u16) = (273, 279);
    const JPEG: (u16, u16) = (513, 514);
    const PANASONIC_JPEG: u16 = 46;
    let place = |(offset, length)| {
        let mut offsets = directory.numbers(offset);
        let (offset, None) = (offsets.next()?, offsets.next()) else {
            return None;
        };
        Some(range(file, (offset, directory.number(length)?)))
    };
    let is_jpeg = matches!(directory.number(COMPRESSION), Some(6 | 7));
    let strip = is_jpeg.then(|| place(STRIP)).flatten();
    let panasonic = Some(directory.bytes(PANASONIC_JPEG));
    [place(JPEG), strip, panasonic].into_iter().flatten()
}

/// How large a preview is: not what is coded without loss, which is the camera's data again.
fn pixels(jpeg: &[u8]) -> Option<u64> {
    let frame = jpeg::read(jpeg).ok()?.frame;
    (!frame.is_lossless && frame.bits == 8)
        .then(|| u64::from(frame.width) * u64::from(frame.height))
}

/// Fujifilm's says at a fixed place where it is. It has its own EXIF.
fn fujifilm(file: &[u8]) -> Option<&[u8]> {
    let [offset, length] = [84, 88].map(|at| ByteOrder::Big.long(file, at));
    Some(range(file, (offset?.into(), length?.into())))
}

/// Canon's stands in a box within one for which Canon has a number; the orientation is in a directory that the head of the file has.
fn canon(file: &[u8]) -> Option<(&[u8], Orientation)> {
    const PREVIEW: &[u8; 16] = b"\xEA\xF4\x2B\x5E\x1C\x98\x4B\x88\xB9\xFB\xB7\xDC\x40\x6E\x4D\x16";
    const METADATA: &[u8; 16] = b"\x85\xC0\xB6\x87\x82\x0F\x11\xE0\x81\x11\xF4\xCE\x46\x2B\x6A\x48";
    // Two numbers stand before the box, and in it some before the size of the JPEG.
    let preview = find(numbered(file, PREVIEW)?.get(8..)?, b"PRVW")?;
    let length = ByteOrder::Big.long(preview, 12)?;
    let preview = range(preview, (16, length.into()));
    let metadata = find(file, b"moov").and_then(|head| numbered(head, METADATA));
    let directory = metadata.and_then(|metadata| find(metadata, b"CMT1"));
    Some((
        preview,
        directory.map_or_else(Orientation::default, exif::orientation),
    ))
}

/// The contents of the first box whose name is this number.
fn numbered<'a>(data: &'a [u8], number: &[u8; 16]) -> Option<&'a [u8]> {
    let numbers = boxes(data).filter(|each| &each.name == b"uuid");
    numbers
        .filter_map(|each| each.data.strip_prefix(number))
        .next()
}

/// A segment of a JPEG that says nothing but an orientation.
fn segment(orientation: Orientation) -> Vec<u8> {
    let mut segment =
        b"\xFF\xE1\0\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    segment.extend(orientation.to_exif().to_be_bytes());
    // The rest of the value's room, and no directory after this one.
    segment.extend([0; 6]);
    segment
}
