//! Raw photographs: what cameras of each maker put around a preview, without the data.

use super::exif;

pub(crate) const PANASONIC: &[u8; 4] = b"IIU\0";
pub(crate) const TIFF: &[u8; 4] = b"II*\0";

/// A file of directories, each of which stands behind what it refers to.
pub(crate) struct Directories(Vec<u8>);

impl Directories {
    /// After the magic number there is room for what Canon says there, who calls it `CR`.
    pub(crate) fn new(magic: &[u8; 4]) -> Self {
        let mut file = magic.to_vec();
        file.resize(16, 0);
        Self(file)
    }

    pub(crate) fn of_canon() -> Self {
        let mut file = Self::new(TIFF);
        file.0[8..10].copy_from_slice(b"CR");
        file
    }

    /// Where these bytes are from now on, and how many they are.
    pub(crate) fn part(&mut self, data: &[u8]) -> [u32; 2] {
        let place = [self.0.len(), data.len()].map(|number| number as u32);
        self.0.extend(data);
        place
    }

    /// Where a directory of whole numbers is from now on; `next` is the one after it.
    pub(crate) fn directory(&mut self, tags: &[(u16, u32)], next: u32) -> u32 {
        let tags: Vec<_> = tags
            .iter()
            .map(|&(tag, value)| (tag, 4, 1, value))
            .collect();
        self.typed(&tags, next)
    }

    /// The same with the type and the count of each.
    pub(crate) fn typed(&mut self, tags: &[(u16, u16, u32, u32)], next: u32) -> u32 {
        let start = self.0.len() as u32;
        self.0.extend((tags.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in tags {
            self.0.extend(tag.to_le_bytes());
            self.0.extend(kind.to_le_bytes());
            self.0.extend(count.to_le_bytes());
            self.0.extend(value.to_le_bytes());
        }
        self.0.extend(next.to_le_bytes());
        start
    }

    /// The file, whose first directory is there.
    pub(crate) fn bytes(mut self, first: u32) -> Vec<u8> {
        self.0[4..8].copy_from_slice(&first.to_le_bytes());
        self.0
    }
}

/// Fujifilm's, which says where its JPEG is after 84 bytes of versions.
pub(crate) fn fujifilm(jpeg: &[u8]) -> Vec<u8> {
    let mut file = b"FUJIFILMCCD-RAW 0201FF383501".to_vec();
    file.resize(84, 0);
    file.extend(148_u32.to_be_bytes());
    file.extend((jpeg.len() as u32).to_be_bytes());
    file.resize(148, 0);
    file.extend(jpeg);
    file
}

/// Canon's newer kind.
pub(crate) fn canon(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let boxed = |name: &[u8; 4], parts: &[&[u8]]| {
        let data = parts.concat();
        let length = (8 + data.len()) as u32;
        [&length.to_be_bytes(), &name[..], &data].concat()
    };
    let head: [u8; 16] = 0x85C0_B687_820F_11E0_8111_F4CE_462B_6A48_u128.to_be_bytes();
    let preview: [u8; 16] = 0xEAF4_2B5E_1C98_4B88_B9FB_B7DC_406E_4D16_u128.to_be_bytes();
    let block = exif(orientation);
    let directory = boxed(
        b"CMT1",
        &[block.strip_prefix(b"Exif\0\0").unwrap_or(&block)],
    );
    let version = boxed(b"CNCV", &[b"CanonCR3_001/00.09.00/00.00.00"]);
    let length = (jpeg.len() as u32).to_be_bytes();
    let shown = boxed(
        b"PRVW",
        &[&[0, 0, 0, 0, 0, 1, 6, 84, 4, 56, 0, 1], &length, jpeg],
    );
    [
        boxed(b"ftyp", &[b"crx \0\0\0\x01crx isom"]),
        boxed(b"moov", &[&boxed(b"uuid", &[&head, &version, &directory])]),
        boxed(b"uuid", &[&preview, &[0, 0, 0, 0, 0, 0, 0, 1], &shown]),
        boxed(b"mdat", &[&[0; 64]]),
    ]
    .concat()
}
