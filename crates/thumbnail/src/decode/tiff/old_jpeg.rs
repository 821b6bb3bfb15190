//! JPEG as TIFF 6.0, section 22, has it: tables in tags, and strips that go on where the one before ended.
//!
//! No decoder reads that, so that a JPEG is put together from it.

use super::directory::Directory;

const INTERCHANGE: u16 = 513;
const INTERCHANGE_LENGTH: u16 = 514;
const RESTART: u16 = 515;
const QUANTISATION: u16 = 519;
const DC: u16 = 520;
const AC: u16 = 521;

/// The JPEG that the file holds whole, as most do.
pub(super) fn whole<'a>(
    file: &'a [u8],
    directory: &Directory<'_>,
    strips: usize,
) -> Option<&'a [u8]> {
    const SCAN: [u8; 2] = [0xFF, 0xDA];
    let start = usize::try_from(directory.number(INTERCHANGE)?).ok()?;
    let rest = file.get(start..)?;
    let length = directory.number(INTERCHANGE_LENGTH).unwrap_or(u64::MAX);
    // Some programs put no more than tables there.
    let said = &rest[..length.min(rest.len() as u64) as usize];
    let has_scan = |part: &[u8]| part.windows(2).any(|pair| pair == SCAN);
    // Some say a length that is too small: the scan is in the strip then.
    (has_scan(said) || strips <= 1 && has_scan(rest)).then_some(rest)
}

/// What is coded in strips.
pub(super) struct Coded<'a> {
    pub(super) size: (u32, u32),
    pub(super) components: usize,
    /// Pixels across and down that share their chroma.
    pub(super) shared: (u32, u32),
    pub(super) rows_per_strip: u32,
    pub(super) strips: Vec<&'a [u8]>,
}

impl Coded<'_> {
    /// The JPEG. `None` where the tables are missing or the sizes are none that a JPEG can have.
    pub(super) fn assemble(&self, file: &[u8], directory: &Directory<'_>) -> Option<Vec<u8>> {
        let (width, height) = self.size;
        let size = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
        let (across, down) = if self.components > 1 {
            self.shared
        } else {
            (1, 1)
        };
        let mut jpeg = vec![0xFF, 0xD8];
        let quantisation = Tables::read(file, directory, QUANTISATION, self.components, |_| 64)?;
        quantisation.write(&mut jpeg, 0xDB, 0);
        let codes = |counts: &[u8]| {
            16 + counts
                .iter()
                .map(|&count| usize::from(count))
                .sum::<usize>()
        };
        let [dc, ac] =
            [DC, AC].map(|tag| Tables::read(file, directory, tag, self.components, codes));
        let (dc, ac) = (dc?, ac?);
        dc.write(&mut jpeg, 0xC4, 0);
        ac.write(&mut jpeg, 0xC4, 0x10);

        let count = self.components as u8;
        let [high, low] = size.1.to_be_bytes();
        let [wide, narrow] = size.0.to_be_bytes();
        let mut frame = vec![8, high, low, wide, narrow, count];
        let mut scan = vec![count];
        for component in 0..self.components {
            let factors = if component == 0 {
                across << 4 | down
            } else {
                0x11
            };
            let name = component as u8 + 1;
            frame.extend([name, factors as u8, quantisation.of[component]]);
            scan.extend([name, dc.of[component] << 4 | ac.of[component]]);
        }
        scan.extend([0, 63, 0]);
        segment(&mut jpeg, 0xC1, &frame);
        let restart = if self.strips.len() > 1 {
            width.div_ceil(8 * across) * self.rows_per_strip.div_ceil(8 * down)
        } else {
            directory.number(RESTART).unwrap_or(0) as u32
        };
        segment(&mut jpeg, 0xDD, &u16::try_from(restart).ok()?.to_be_bytes());
        segment(&mut jpeg, 0xDA, &scan);
        for (nth, strip) in self.strips.iter().enumerate() {
            if nth > 0 {
                jpeg.extend([0xFF, 0xD0 + (nth - 1) as u8 % 8]);
            }
            jpeg.extend(without_header(strip));
        }
        jpeg.extend([0xFF, 0xD9]);
        Some(jpeg)
    }
}

/// A strip's coded data: some programs put the header of a scan before them, and an end behind.
fn without_header(strip: &[u8]) -> &[u8] {
    let data = match strip {
        [0xFF, 0xDA, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            rest.get(length.saturating_sub(2)..).unwrap_or(&[])
        }
        data => data,
    };
    data.strip_suffix(&[0xFF, 0xD9]).unwrap_or(data)
}

/// The tables of one kind, each once, and which of them each component has.
struct Tables<'a> {
    tables: Vec<&'a [u8]>,
    of: Vec<u8>,
}

impl<'a> Tables<'a> {
    /// `length` tells how long a table is whose first 16 bytes are these.
    fn read(
        file: &'a [u8],
        directory: &Directory<'_>,
        tag: u16,
        components: usize,
        length: impl Fn(&[u8]) -> usize,
    ) -> Option<Self> {
        let mut found = Self {
            tables: Vec::new(),
            of: Vec::new(),
        };
        for start in directory.numbers(tag).take(components) {
            let rest = file.get(usize::try_from(start).ok()?..)?;
            let table = rest.get(..length(rest.get(..16)?))?;
            let place = found.tables.iter().position(|other| *other == table);
            found.of.push(place.unwrap_or(found.tables.len()) as u8);
            if place.is_none() {
                found.tables.push(table);
            }
        }
        (found.of.len() == components && found.tables.len() <= 4).then_some(found)
    }

    fn write(&self, jpeg: &mut Vec<u8>, marker: u8, class: u8) {
        for (number, table) in self.tables.iter().enumerate() {
            segment(jpeg, marker, &[&[class | number as u8], *table].concat());
        }
    }
}

fn segment(jpeg: &mut Vec<u8>, marker: u8, data: &[u8]) {
    let length = (data.len() as u16 + 2).to_be_bytes();
    jpeg.extend([0xFF, marker]);
    jpeg.extend(length);
    jpeg.extend(data);
}
