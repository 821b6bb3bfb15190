//! The headers of a BMP.

use crate::Damaged;
use crate::colour::Colour;

/// What the headers say.
#[derive(Debug)]
pub(super) struct Bitmap<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether the first row of the file is the upper one.
    top_down: bool,
    /// Bits of a pixel: 1, 2, 4, 8, 16, 24 or 32.
    pub(super) bits: u16,
    pub(super) coding: Coding,
    /// Where in 16 or 32 bits red, green, blue and alpha are.
    pub(super) masks: [u32; 4],
    /// Red, green, blue.
    pub(super) palette: Vec<[u8; 3]>,
    /// What comes behind the headers.
    pub(super) data: &'a [u8],
    profile: Option<&'a [u8]>,
}

/// How the pixels are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Rows,
    Runs(Runs),
    Jpeg,
    Png,
}

/// How wide the pixels of a run are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    Four,
    Eight,
    /// OS/2's, of whole colours.
    TwentyFour,
}

/// Why the headers are of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("it ends before its picture begins")]
    NoPicture,
    #[error("it ends before its picture does")]
    Cut,
    #[error("its header says that it has no pixels")]
    Empty,
    #[error("its pixels have {bits} bits in compression {compression}")]
    Unread { bits: u16, compression: u32 },
}

impl Fault {
    pub(super) const fn is_unread(self) -> bool {
        matches!(self, Self::Unread { .. })
    }
}

/// The header of the file, before that of the picture.
const FILE_HEADER: usize = 14;
/// OS/2's first picture header, and Windows'. OS/2's second has any length between 16 and 64 but Windows' own.
const CORE: usize = 12;
const INFO: usize = 40;
const INFO_WITH_MASKS: [usize; 2] = [52, 56];
const LONGEST_OS2: usize = 64;

impl<'a> Bitmap<'a> {
    pub(super) fn read(source: &'a [u8]) -> Result<Self, Fault> {
        let file = Bytes(source);
        let length = file.long(FILE_HEADER).ok_or(Fault::NoPicture)? as usize;
        let header = source.get(FILE_HEADER..).ok_or(Fault::NoPicture)?;
        let header = Bytes(&header[..length.min(header.len())]);
        let is_core = length == CORE;
        let is_os2 = length < INFO || length == LONGEST_OS2 || {
            length < LONGEST_OS2 && length != INFO && !INFO_WITH_MASKS.contains(&length)
        };
        let (width, height, bits) = if is_core {
            let side = |at| header.short(at).map(i64::from);
            (side(4), side(6), header.short(10))
        } else {
            let side = |at| header.long(at).map(|side| i64::from(side as i32));
            (side(4), side(8), header.short(14))
        };
        let sides = width.zip(height).zip(bits).ok_or(Fault::NoPicture)?;
        let ((width, height), bits) = sides;
        // What a short header leaves out is 0.
        let field = |at| {
            if is_core {
                0
            } else {
                header.long(at).unwrap_or(0)
            }
        };
        let compression = field(16);

        let coding = match (compression, bits) {
            (0, 1 | 2 | 4 | 8 | 16 | 24 | 32) => Coding::Rows,
            (1, 8) => Coding::Runs(Runs::Eight),
            (2, 4) => Coding::Runs(Runs::Four),
            (4, 24) if is_os2 => Coding::Runs(Runs::TwentyFour),
            (3 | 6, 16 | 32) if !is_os2 => Coding::Rows,
            (4, _) if !is_os2 => Coding::Jpeg,
            (5, _) if !is_os2 => Coding::Png,
            _ => return Err(Fault::Unread { bits, compression }),
        };
        if width <= 0 || height == 0 {
            return Err(Fault::Empty);
        }

        let after_header = FILE_HEADER + length;
        let has_fields = matches!(compression, 3 | 6) && !is_os2;
        let (masks, after_masks) = match (has_fields, length) {
            (true, INFO) => {
                let count = if compression == 6 { 4 } else { 3 };
                let mask = |at: usize| file.long(after_header + 4 * at).unwrap_or(0);
                let alpha = if count == 4 { mask(3) } else { 0 };
                ([mask(0), mask(1), mask(2), alpha], after_header + 4 * count)
            }
            (true, _) => ([field(40), field(44), field(48), field(52)], after_header),
            (false, _) if bits == 16 => ([0x7C00, 0x03E0, 0x001F, 0], after_header),
            (false, _) => ([0x00FF_0000, 0x0000_FF00, 0x0000_00FF, 0], after_header),
        };
        let start = file.long(10).unwrap_or(0) as usize;
        let entry = if is_core { 3 } else { 4 };
        let palette = palette(source, (after_masks, start), bits, field(32), entry);
        // An offset that points into the header, as some programs write, means that there is none.
        let start = if start < after_masks {
            after_masks + palette.len() * entry
        } else {
            start
        };
        Ok(Self {
            width: u32::try_from(width).map_err(|_| Fault::Empty)?,
            height: u32::try_from(height.unsigned_abs()).map_err(|_| Fault::Empty)?,
            top_down: height < 0,
            bits,
            coding,
            masks,
            palette,
            data: source.get(start..).ok_or(Fault::NoPicture)?,
            profile: profile(header, &source[FILE_HEADER..]),
        })
    }

    pub(super) fn colour(&self) -> Colour {
        self.profile.map_or_else(Colour::default, Colour::from_icc)
    }

    /// Which row of the file is the row `from_top` of the picture.
    pub(super) const fn stored_row(&self, from_top: usize) -> usize {
        if self.top_down {
            from_top
        } else {
            self.height as usize - 1 - from_top
        }
    }

    /// Whether enough of the rows is there to be shown.
    pub(super) fn is_worth_showing(&self, damaged: Damaged) -> bool {
        let all = self.stride() as u64 * u64::from(self.height);
        damaged.is_enough(self.data.len() as u64, all)
    }

    /// Bytes of a row, which is padded to four.
    pub(super) const fn stride(&self) -> usize {
        (self.width as usize * self.bits as usize).div_ceil(32) * 4
    }

    /// A row of the file, as far as there is one.
    pub(super) fn row(&self, stored: usize) -> &'a [u8] {
        let stride = self.stride();
        let start = stored.saturating_mul(stride).min(self.data.len());
        // The padding of the last row may be missing.
        let end = (start + stride).min(self.data.len());
        &self.data[start..end]
    }
}

/// As many colours as the file says and there is room for before the pixels.
fn palette(
    source: &[u8],
    (from, to): (usize, usize),
    bits: u16,
    used: u32,
    entry: usize,
) -> Vec<[u8; 3]> {
    if bits > 8 {
        return Vec::new();
    }
    let most = 1 << bits;
    let count = match used as usize {
        0 => most,
        used => used.min(most),
    };
    let end = if to > from { to } else { source.len() };
    let room = source.get(from..end.min(source.len())).unwrap_or(&[]);
    let colours = room.chunks_exact(entry).take(count);
    colours
        .map(|colour| [colour[2], colour[1], colour[0]])
        .collect()
}

/// The profile that the longest header may have: where it is counts from that header's start.
fn profile<'a>(header: Bytes<'_>, behind_file_header: &'a [u8]) -> Option<&'a [u8]> {
    const EMBEDDED: u32 = u32::from_be_bytes(*b"MBED");
    let is_embedded = header.long(56)? == EMBEDDED;
    let start = header.long(112)? as usize;
    let end = start.checked_add(header.long(116)? as usize)?;
    behind_file_header.get(start..end).filter(|_| is_embedded)
}

/// Numbers, the low byte first.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn short(self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(self.0.get(at..at + 2)?.try_into().ok()?))
    }

    fn long(self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.0.get(at..at + 4)?.try_into().ok()?))
    }
}
