//! TIFF files, uncompressed, written tag by tag.

use super::Drawing;

pub(crate) const WIDTH: u16 = 256;
pub(crate) const HEIGHT: u16 = 257;
pub(crate) const BITS: u16 = 258;
pub(crate) const COMPRESSION: u16 = 259;
pub(crate) const MEANING: u16 = 262;
pub(crate) const ORIENTATION: u16 = 274;
pub(crate) const SAMPLES: u16 = 277;
pub(crate) const ROWS_PER_STRIP: u16 = 278;
pub(crate) const PLANES: u16 = 284;
pub(crate) const COLOURS: u16 = 320;
pub(crate) const TILE_WIDTH: u16 = 322;
pub(crate) const TILE_HEIGHT: u16 = 323;
pub(crate) const EXTRA: u16 = 338;
pub(crate) const FORMAT: u16 = 339;
const PROFILE: u32 = 34_675;
const STRIP_OFFSETS: u16 = 273;
const STRIP_LENGTHS: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_LENGTHS: u16 = 325;

/// A file in the making: its tags and its strips or tiles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tiff {
    pub(crate) tags: Vec<(u16, Vec<u32>)>,
    /// A tag whose values are bytes.
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) chunks: Vec<Vec<u8>>,
    pub(crate) is_big_endian: bool,
}

impl Tiff {
    /// A file of this size; its samples mean what tag 262 says: 1 is grey, 2 RGB, 3 a palette, 5 ink.
    pub(crate) fn new(drawing: &Drawing, meaning: u32, bits: u32, samples: u32) -> Self {
        Self::default()
            .tag(WIDTH, &[drawing.width])
            .tag(HEIGHT, &[drawing.height])
            .tag(BITS, &vec![bits; samples as usize])
            .tag(MEANING, &[meaning])
            .tag(SAMPLES, &[samples])
    }

    pub(crate) fn tag(mut self, tag: u16, values: &[u32]) -> Self {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, values.to_vec()));
        self
    }

    pub(crate) fn chunk(mut self, data: Vec<u8>) -> Self {
        self.chunks.push(data);
        self
    }

    /// The file. Tags whose values are all below 65,536 are short, the others long.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let big = self.is_big_endian;
        let short = |value: u32| {
            let value = u16::try_from(value).expect("a short value");
            if big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let long = |value: u32| {
            if big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };

        let mut file = if big {
            b"MM\0*".to_vec()
        } else {
            b"II*\0".to_vec()
        };
        file.extend([0; 4]);
        let mut offsets = Vec::new();
        for chunk in &self.chunks {
            offsets.push(u32::try_from(file.len()).expect("a small file"));
            file.extend(chunk);
        }
        let is_tiled = self.tags.iter().any(|(tag, _)| *tag == TILE_WIDTH);
        let (offset_tag, length_tag) = if is_tiled {
            (TILE_OFFSETS, TILE_LENGTHS)
        } else {
            (STRIP_OFFSETS, STRIP_LENGTHS)
        };
        let lengths = self
            .chunks
            .iter()
            .map(|chunk| u32::try_from(chunk.len()).expect("a small file"));
        let mut tags = self.tags.clone();
        tags.push((length_tag, lengths.collect()));
        tags.push((offset_tag, offsets));
        tags.sort();

        let mut profile_offset = None;
        if let Some(profile) = &self.profile {
            profile_offset = Some(u32::try_from(file.len()).expect("a small file"));
            file.extend(profile);
        }
        let count = tags.len() + usize::from(self.profile.is_some());
        let mut directory = short(u32::try_from(count).expect("few tags")).to_vec();
        for (tag, values) in &tags {
            let is_short = values.iter().all(|&value| value < 65_536);
            let data: Vec<u8> = if is_short {
                values.iter().flat_map(|&value| short(value)).collect()
            } else {
                values.iter().flat_map(|&value| long(value)).collect()
            };
            directory.extend(short(u32::from(*tag)));
            directory.extend(short(if is_short { 3 } else { 4 }));
            directory.extend(long(u32::try_from(values.len()).expect("few values")));
            if data.len() <= 4 {
                directory.extend(data.iter().copied().chain([0; 4]).take(4));
            } else {
                directory.extend(long(u32::try_from(file.len()).expect("a small file")));
                file.extend(data);
            }
        }
        if let (Some(profile), Some(offset)) = (&self.profile, profile_offset) {
            // The largest tag here, so that it stands last. Its type is "undefined".
            directory.extend(short(PROFILE));
            directory.extend(short(7));
            directory.extend(long(u32::try_from(profile.len()).expect("a short profile")));
            directory.extend(long(offset));
        }
        directory.extend([0; 4]);
        let start = long(u32::try_from(file.len()).expect("a small file"));
        file[4..8].copy_from_slice(&start);
        file.extend(directory);
        file
    }
}

/// The usual file: eight bits in one strip, with alpha where the drawing has any.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    described(drawing).bytes()
}

/// The same, before it is written.
pub(crate) fn described(drawing: &Drawing) -> Tiff {
    if drawing.pixels.iter().any(|pixel| pixel[3] < 255) {
        let not_multiplied = 2;
        Tiff::new(drawing, 2, 8, 4)
            .tag(EXTRA, &[not_multiplied])
            .chunk(drawing.rgba())
    } else {
        Tiff::new(drawing, 2, 8, 3).chunk(drawing.rgb())
    }
}
