//! The scan of a JPEG, coded anew in fewer bytes.
//!
//! The encoder has Huffman tables for the picture only together with a scan for each component, which is legal, but read
//! wrongly by decoders that are in wide use. So it writes one scan with the usual tables, and here the symbols of that scan
//! are counted and coded with the best tables for them. Blocks that lie wholly outside the picture, which the encoder has
//! filled with what is beside them, are emptied on the way. No pixel changes.

use super::bits::{BitReader, BitWriter, Decoder, unstuffed};
use super::code::Code;

/// The place of a table among all there can be: first those for DC, then those for AC, four each.
type Place = usize;
const PLACES: usize = 8;

/// The place for a class and number as in the segment that defines the table.
fn place(name: u8) -> Option<Place> {
    let (class, number) = (usize::from(name >> 4), usize::from(name & 15));
    (class < 2 && number < 4).then_some(4 * class + number)
}

/// The same picture in fewer bytes, or the very same bytes where they are not what [`jpeg_encoder`] writes: baseline, one
/// scan, no restarts.
pub(super) fn recode(jpeg: Vec<u8>) -> Vec<u8> {
    match Parts::of(&jpeg).and_then(|parts| parts.recode()) {
        Some(smaller) if smaller.len() < jpeg.len() => smaller,
        _ => jpeg,
    }
}

/// A JPEG taken apart as far as this needs.
struct Parts<'a> {
    /// All segments but tables and the scan's header.
    other: Vec<&'a [u8]>,
    tables: [Option<Decoder>; PLACES],
    layout: Layout,
    scan_header: &'a [u8],
    data: Vec<u8>,
}

/// Which blocks follow each other in the scan.
struct Layout {
    components: Vec<Component>,
    /// Minimum coded units across and down.
    units: (usize, usize),
}

struct Component {
    dc: Place,
    ac: Place,
    /// Blocks of a unit across and down.
    blocks: (usize, usize),
    /// Blocks across and down that have any of the picture.
    shown: (usize, usize),
}

impl<'a> Parts<'a> {
    fn of(jpeg: &'a [u8]) -> Option<Self> {
        let mut other = Vec::new();
        let mut tables = [const { None }; PLACES];
        let mut frame: Option<&[u8]> = None;
        let mut at = 2;
        loop {
            let marker = *jpeg.get(at + 1)?;
            let length = usize::from(u16::from_be_bytes([*jpeg.get(at + 2)?, *jpeg.get(at + 3)?]));
            let segment = jpeg.get(at..at + 2 + length)?;
            let content = segment.get(4..)?;
            at += 2 + length;
            match marker {
                0xC4 => read_tables(content, &mut tables)?,
                0xDA => {
                    let layout = Layout::new(frame?, content)?;
                    return Some(Self {
                        other,
                        tables,
                        layout,
                        scan_header: segment,
                        data: unstuffed(jpeg.get(at..)?)?,
                    });
                }
                // Restarts, and frames other than the baseline one.
                0xDD | 0xC1..=0xCF => return None,
                _ => {
                    if marker == 0xC0 {
                        frame = Some(content);
                    }
                    other.push(segment);
                }
            }
        }
    }

    fn recode(&self) -> Option<Vec<u8>> {
        let tokens = self.tokens()?;
        let mut counts = [[0; 256]; PLACES];
        for token in &tokens {
            counts[token.table][usize::from(token.symbol)] += 1;
        }
        let codes = counts.map(|counts| Code::best(&counts));

        let mut jpeg = vec![0xFF, 0xD8];
        jpeg.extend(self.other.concat());
        for (place, code) in codes.iter().enumerate() {
            if !code.symbols.is_empty() {
                code.write((place / 4 * 16 + place % 4) as u8, &mut jpeg);
            }
        }
        jpeg.extend(self.scan_header);
        let mut bits = BitWriter::new(jpeg);
        for token in &tokens {
            let (word, length) = codes[token.table].words[usize::from(token.symbol)];
            bits.put(u32::from(word), length);
            bits.put(token.value, u32::from(token.symbol & 15));
        }
        let mut jpeg = bits.finish();
        jpeg.extend([0xFF, 0xD9]);
        Some(jpeg)
    }

    /// The symbols of the scan.
    fn tokens(&self) -> Option<Vec<Token>> {
        let mut bits = BitReader {
            data: &self.data,
            at: 0,
        };
        let mut tokens = Vec::with_capacity(self.data.len() * 2);
        // The differences of the blocks of each component that have been emptied since its last one that was not.
        let mut owed = vec![0; self.layout.components.len()];
        for (index, (column, row)) in self.layout.blocks() {
            let component = &self.layout.components[index];
            let is_shown = column < component.shown.0 && row < component.shown.1;
            let dc = Token::read(component.dc, self.tables[component.dc].as_ref()?, &mut bits)?;
            owed[index] += dc.difference();
            let difference = if is_shown {
                std::mem::take(&mut owed[index])
            } else {
                0
            };
            tokens.push(Token::of_difference(component.dc, difference));

            let table = self.tables[component.ac].as_ref()?;
            let mut position = 1;
            while position < 64 {
                let ac = Token::read(component.ac, table, &mut bits)?;
                position += match ac.symbol {
                    Token::END_OF_BLOCK => 64,
                    symbol => usize::from(symbol >> 4) + 1,
                };
                if is_shown {
                    tokens.push(ac);
                }
            }
            if !is_shown {
                tokens.push(Token {
                    table: component.ac,
                    symbol: Token::END_OF_BLOCK,
                    value: 0,
                });
            }
        }
        Some(tokens)
    }
}

/// A symbol of a table, and the bits that follow it: the low four bits of the symbol say how many.
struct Token {
    table: Place,
    symbol: u8,
    value: u32,
}

impl Token {
    const END_OF_BLOCK: u8 = 0;

    fn read(place: Place, table: &Decoder, bits: &mut BitReader<'_>) -> Option<Self> {
        let symbol = table.symbol(bits)?;
        Some(Self {
            table: place,
            symbol,
            value: bits.take(u32::from(symbol & 15))?,
        })
    }

    /// What a symbol of a DC table stands for (T.81, F.1.2.1): negative differences have a 0 in front.
    fn difference(&self) -> i32 {
        let value = self.value as i32;
        match self.symbol & 15 {
            0 => 0,
            size if value < 1 << (size - 1) => value + 1 - (1 << size),
            _ => value,
        }
    }

    fn of_difference(place: Place, difference: i32) -> Self {
        let size = 32 - difference.unsigned_abs().leading_zeros();
        let value = if difference < 0 {
            difference - 1 + (1 << size)
        } else {
            difference
        };
        Self {
            table: place,
            symbol: size as u8,
            value: value as u32,
        }
    }
}

impl Layout {
    fn new(frame: &[u8], scan: &[u8]) -> Option<Self> {
        let [_, high, low, wide, narrow, count, components @ ..] = frame else {
            return None;
        };
        let side = |high: u8, low: u8| usize::from(u16::from_be_bytes([high, low]));
        let (width, height) = (side(*wide, *narrow), side(*high, *low));
        if scan.first() != Some(count) {
            return None;
        }
        let factors = components.chunks_exact(3).map(|component| {
            let (across, down) = (component[1] >> 4, component[1] & 15);
            // A single component has a block to a unit, whatever its factors.
            if *count == 1 {
                (1, 1)
            } else {
                (usize::from(across), usize::from(down))
            }
        });
        let most_across = factors.clone().map(|(across, _)| across).max()?;
        let most_down = factors.clone().map(|(_, down)| down).max()?;
        let components = factors
            .zip(scan[1..].chunks_exact(2))
            .map(|(blocks, chosen)| {
                let samples =
                    |side: usize, factor: usize, most: usize| (side * factor).div_ceil(most);
                Some(Component {
                    dc: place(chosen[1] >> 4)?,
                    ac: place(0x10 | chosen[1] & 15)?,
                    blocks,
                    shown: (
                        samples(width, blocks.0, most_across).div_ceil(8),
                        samples(height, blocks.1, most_down).div_ceil(8),
                    ),
                })
            });
        Some(Self {
            components: components.collect::<Option<_>>()?,
            units: (
                width.div_ceil(8 * most_across),
                height.div_ceil(8 * most_down),
            ),
        })
    }

    /// The blocks in the order of the scan: the component of each, and its column and row in that component.
    fn blocks(&self) -> impl Iterator<Item = (usize, (usize, usize))> {
        let (across, down) = self.units;
        (0..across * down).flat_map(move |unit| {
            let (unit_column, unit_row) = (unit % across, unit / across);
            self.components
                .iter()
                .enumerate()
                .flat_map(move |(index, component)| {
                    let (columns, rows) = component.blocks;
                    (0..columns * rows).map(move |block| {
                        let column = unit_column * columns + block % columns;
                        let row = unit_row * rows + block / columns;
                        (index, (column, row))
                    })
                })
        })
    }
}

fn read_tables(mut content: &[u8], tables: &mut [Option<Decoder>; PLACES]) -> Option<()> {
    while let [name, rest @ ..] = content {
        let (lengths, rest) = rest.split_first_chunk::<16>()?;
        let count = lengths.iter().map(|&count| usize::from(count)).sum();
        let (symbols, rest) = rest.split_at_checked(count)?;
        tables[place(*name)?] = Some(Decoder::new(lengths, symbols));
        content = rest;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    use zune_core::bytestream::ZCursor;
    use zune_jpeg::JpegDecoder;

    fn decoded(jpeg: &[u8]) -> Vec<u8> {
        JpegDecoder::new(ZCursor::new(jpeg))
            .decode()
            .expect("a JPEG")
    }

    /// In every size around whole units, so that there are all kinds of blocks outside.
    #[test]
    fn no_pixel_changes_and_there_are_fewer_bytes() {
        for sampling in [
            SamplingFactor::F_1_1,
            SamplingFactor::F_2_1,
            SamplingFactor::F_2_2,
        ] {
            for (width, height) in [
                (16, 16),
                (17, 16),
                (16, 17),
                (24, 24),
                (25, 31),
                (8, 40),
                (33, 7),
                (1, 1),
            ] {
                for (colour, channels) in [(ColorType::Rgb, 3), (ColorType::Luma, 1)] {
                    let count = usize::from(width) * usize::from(height) * channels;
                    let samples: Vec<u8> = (0..count).map(|at| (at * at % 251) as u8).collect();
                    let mut jpeg = Vec::new();
                    let mut encoder = Encoder::new(&mut jpeg, 80);
                    encoder.set_sampling_factor(sampling);
                    encoder
                        .encode(&samples, width, height, colour)
                        .expect("a JPEG");
                    let recoded = recode(jpeg.clone());
                    assert!(recoded.len() < jpeg.len(), "{width}x{height} {sampling:?}");
                    assert_eq!(
                        decoded(&recoded),
                        decoded(&jpeg),
                        "{width}x{height} {sampling:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn differences_are_written_as_they_are_read() {
        for difference in -2047..=2047 {
            assert_eq!(Token::of_difference(0, difference).difference(), difference);
        }
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for other in [vec![], vec![0xFF, 0xD8], vec![0xFF; 100], vec![0; 100]] {
            assert_eq!(recode(other.clone()), other);
        }
    }
}
