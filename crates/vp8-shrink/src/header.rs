//! The header of a frame (RFC 6386, 9), its partitions, and what follows from it.

use crate::bools::Bools;
use crate::error::{Error, Unsupported};
use crate::tables::{self, Probabilities};
use crate::tokens;

/// What a frame says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Pixels in a row, 1 to 16,383.
    pub width: u32,
    /// Rows, 1 to 16,383.
    pub height: u32,
}

/// Bytes in front of the first partition.
pub(crate) const START: usize = 10;

impl Header {
    /// Reads the header of a frame: what a WebP file holds in its chunk `VP8 `.
    ///
    /// # Errors
    /// [`Error::NotVp8`], [`Error::Unsupported`], [`Error::Empty`] and [`Error::Truncated`].
    pub fn read(frame: &[u8]) -> Result<Self, Error> {
        let truncated = Error::Truncated {
            offset: frame.len(),
        };
        let tag = frame.first().ok_or(truncated)?;
        if tag & 1 != 0 {
            return Err(Error::Unsupported(Unsupported::Difference));
        }
        let version = tag >> 1 & 7;
        if version > 3 {
            return Err(Error::Unsupported(Unsupported::Version(version)));
        }
        let start = frame.first_chunk::<START>().ok_or(truncated)?;
        if start[3..6] != [0x9d, 0x01, 0x2a] {
            return Err(Error::NotVp8);
        }
        // Two further bits say by how much a player should enlarge it. Nobody does.
        let side = |at: usize| u32::from(u16::from_le_bytes([start[at], start[at + 1]]) & 0x3fff);
        let (width, height) = (side(6), side(8));
        if width == 0 || height == 0 {
            return Err(Error::Empty);
        }
        Ok(Header { width, height })
    }
}

/// By what the coefficients of a macroblock are multiplied: DC and the others, of luma, of luma's DC coefficients, and of chroma.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Steps {
    pub(crate) luma: [i32; 2],
    pub(crate) means: [i32; 2],
    pub(crate) chroma: [i32; 2],
}

/// A frame, taken apart.
pub(crate) struct Frame<'a> {
    /// Modes of all macroblocks, behind the header's fields.
    pub(crate) modes: Bools<'a>,
    /// Coefficients; each row of macroblocks has the next partition.
    pub(crate) tokens: [Bools<'a>; 8],
    pub(crate) token_partitions: usize,
    /// Where in the frame each of the partitions ends.
    ends: [usize; 8],
    end_of_modes: usize,
    /// The probabilities of a macroblock's segment, if macroblocks say it.
    pub(crate) segment_tree: Option<[u8; 3]>,
    /// The probability that a macroblock has coefficients, if macroblocks say it.
    pub(crate) has_coefficients: Option<u8>,
    pub(crate) steps: [Steps; 4],
    pub(crate) probabilities: tokens::ByPosition,
}

#[derive(Default)]
struct Segments {
    enabled: bool,
    absolute: bool,
    quantizer: [i32; 4],
    tree: Option<[u8; 3]>,
}

impl<'a> Frame<'a> {
    /// `frame` has a header that can be read.
    pub(crate) fn new(frame: &'a [u8]) -> Result<Self, Error> {
        let tag = frame.first_chunk::<3>().ok_or(Error::NotVp8)?;
        let tag = u32::from_le_bytes([tag[0], tag[1], tag[2], 0]);
        let data = frame.get(START..).unwrap_or_default();
        let (first, rest) = data.split_at(data.len().min(tag as usize >> 5));

        let mut bools = Bools::new(first);
        // The kind of colours and of clamping. There is only one of the first, and clamping changes nothing where it isn't needed.
        bools.number(2);
        let segments = Segments::read(&mut bools);
        skip_loop_filter(&mut bools);
        let token_partitions = 1 << bools.number(2);
        let steps = steps(&mut bools, &segments);
        // Whether the probabilities hold for the next frame. There is none.
        bools.flag();
        let probabilities = probabilities(&mut bools);
        let has_coefficients = bools.flag().then(|| bools.number(8));
        if bools.is_over() {
            return Err(Error::Truncated {
                offset: START + first.len(),
            });
        }

        let mut partitions = Self {
            modes: bools,
            tokens: [Bools::new(&[]); 8],
            token_partitions,
            ends: [frame.len(); 8],
            end_of_modes: START + first.len(),
            segment_tree: segments.tree,
            has_coefficients,
            steps,
            probabilities: tokens::by_position(&probabilities),
        };
        partitions.split(START + first.len(), rest);
        Ok(partitions)
    }

    /// Cuts the data behind the first partition: three bytes for the length of each partition but the last, and then all of them.
    fn split(&mut self, start: usize, rest: &'a [u8]) {
        let count = self.token_partitions;
        let (lengths, mut rest) = rest.split_at(rest.len().min(3 * (count - 1)));
        let mut at = start + lengths.len();
        for index in 0..count {
            let length = match lengths.get(3 * index..3 * index + 3) {
                Some(length) => u32::from_le_bytes([length[0], length[1], length[2], 0]) as usize,
                None if index + 1 == count => rest.len(),
                None => 0,
            };
            let (partition, behind) = rest.split_at(length.min(rest.len()));
            self.tokens[index] = Bools::new(partition);
            at += partition.len();
            self.ends[index] = at;
            rest = behind;
        }
    }

    /// Where in the frame a partition of coefficients ends.
    pub(crate) fn end_of_tokens(&self, partition: usize) -> usize {
        self.ends[partition]
    }

    /// Where in the frame the first partition ends.
    pub(crate) const fn end_of_modes(&self) -> usize {
        self.end_of_modes
    }
}

impl Segments {
    /// RFC 6386, 9.3.
    fn read(bools: &mut Bools<'_>) -> Self {
        let mut segments = Self {
            enabled: bools.flag(),
            ..Self::default()
        };
        if !segments.enabled {
            return segments;
        }
        let (has_map, has_data) = (bools.flag(), bools.flag());
        if has_data {
            segments.absolute = bools.flag();
            segments.quantizer = [(); 4].map(|()| bools.optional(7));
            // The strength of the loop filter.
            let _ = [(); 4].map(|()| bools.optional(6));
        }
        if has_map {
            let probability = |()| if bools.flag() { bools.number(8) } else { 255 };
            segments.tree = Some([(); 3].map(probability));
        }
        segments
    }
}

/// RFC 6386, 9.6: a filter that is not applied here.
fn skip_loop_filter(bools: &mut Bools<'_>) {
    // Its type, strength and sharpness.
    let _ = (bools.flag(), bools.number(6), bools.number(3));
    // Changes of the strength by kinds of macroblocks.
    if bools.flag() && bools.flag() {
        for _ in 0..8 {
            bools.optional(6);
        }
    }
}

/// RFC 6386, 9.6 and 14.1.
fn steps(bools: &mut Bools<'_>, segments: &Segments) -> [Steps; 4] {
    let base = i32::from(bools.number(7));
    let [luma_dc, means_dc, means_ac, chroma_dc, chroma_ac] = [(); 5].map(|()| bools.optional(4));
    let dc = |index: i32| i32::from(tables::DC_STEP[index.clamp(0, 127) as usize]);
    let ac = |index: i32| i32::from(tables::AC_STEP[index.clamp(0, 127) as usize]);
    segments.quantizer.map(|own| {
        let index = match (segments.enabled, segments.absolute) {
            (false, _) => base,
            (true, false) => base + own,
            (true, true) => own,
        };
        Steps {
            luma: [dc(index + luma_dc), ac(index)],
            means: [
                2 * dc(index + means_dc),
                (ac(index + means_ac) * 155 / 100).max(8),
            ],
            chroma: [dc(index + chroma_dc).min(132), ac(index + chroma_ac)],
        }
    })
}

/// RFC 6386, 13.4.
fn probabilities(bools: &mut Bools<'_>) -> Probabilities {
    let mut probabilities = tables::DEFAULT;
    let all = probabilities.as_flattened_mut().as_flattened_mut();
    let updates = tables::UPDATE.as_flattened().as_flattened();
    for (probability, update) in all
        .as_flattened_mut()
        .iter_mut()
        .zip(updates.as_flattened())
    {
        if bools.read(*update) {
            *probability = bools.number(8);
        }
    }
    probabilities
}
