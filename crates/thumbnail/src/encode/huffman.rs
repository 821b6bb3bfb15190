//! Huffman tables made for the picture.
//!
//! The encoder has them only together with a scan for each component, which is legal, but read wrongly by decoders that
//! are in wide use. So it writes one scan with the usual tables, and here the symbols of that scan are counted and coded anew
//! with the best tables for them (ITU-T T.81, K.2). No sample changes; a thumbnail gets 4 to 30 % smaller.

/// The place of a table among all there can be: first those for DC, then those for AC, four each.
type Place = usize;
const PLACES: usize = 8;

/// The place for a class and number as in the segment that defines the table.
fn place(name: u8) -> Option<Place> {
    let (class, number) = (usize::from(name >> 4), usize::from(name & 15));
    (class < 2 && number < 4).then_some(4 * class + number)
}

/// The same JPEG with better tables, or the very same where it is not what [`jpeg_encoder`] writes: baseline, one scan, no
/// restarts.
pub(super) fn optimise(jpeg: Vec<u8>) -> Vec<u8> {
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
    /// The tables of each block of a minimum coded unit: DC, AC.
    unit: Vec<(Place, Place)>,
    units: usize,
    scan_header: &'a [u8],
    data: Vec<u8>,
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
                    let (unit, units) = layout(frame?, content)?;
                    return Some(Self {
                        other,
                        tables,
                        unit,
                        units,
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

    /// The symbols of the scan. The low four bits of each say how many bits of a value follow it.
    fn tokens(&self) -> Option<Vec<Token>> {
        let mut bits = BitReader {
            data: &self.data,
            at: 0,
        };
        let mut tokens = Vec::with_capacity(self.data.len() * 2);
        let mut next = |place: Place, table: &Decoder| {
            let symbol = table.symbol(&mut bits)?;
            tokens.push(Token {
                table: place,
                symbol,
                value: bits.take(u32::from(symbol & 15))?,
            });
            Some(symbol)
        };
        for _ in 0..self.units {
            for (dc, ac) in &self.unit {
                next(*dc, self.tables[*dc].as_ref()?)?;
                let table = self.tables[*ac].as_ref()?;
                let mut position = 1;
                while position < 64 {
                    position += match next(*ac, table)? {
                        0 => 64,
                        symbol => usize::from(symbol >> 4) + 1,
                    };
                }
            }
        }
        Some(tokens)
    }
}

/// A symbol of a table, and the bits that follow it.
struct Token {
    table: Place,
    symbol: u8,
    value: u32,
}

/// The tables of each block of a unit, and the number of units.
fn layout(frame: &[u8], scan: &[u8]) -> Option<(Vec<(Place, Place)>, usize)> {
    let [_, high, low, wide, narrow, count, components @ ..] = frame else {
        return None;
    };
    let (height, width) = ([*high, *low], [*wide, *narrow]);
    let (height, width) = (u16::from_be_bytes(height), u16::from_be_bytes(width));
    if scan.first() != Some(count) {
        return None;
    }
    let components = components.chunks_exact(3).map(|component| {
        let factors = (component[1] >> 4, component[1] & 15);
        (usize::from(factors.0), usize::from(factors.1))
    });
    let components: Vec<_> = components.collect();
    // A single component has a block to a unit, whatever its factors.
    let is_single = components.len() == 1;
    let most = |sides: fn(&(usize, usize)) -> usize| components.iter().map(sides).max();
    let (across, down) = if is_single {
        (1, 1)
    } else {
        (most(|factors| factors.0)?, most(|factors| factors.1)?)
    };
    let mut unit = Vec::new();
    for (factors, chosen) in components.iter().zip(scan[1..].chunks_exact(2)) {
        let places = (place(chosen[1] >> 4)?, place(0x10 | chosen[1] & 15)?);
        let blocks = if is_single { 1 } else { factors.0 * factors.1 };
        unit.extend(vec![places; blocks]);
    }
    let units = usize::from(width).div_ceil(8 * across) * usize::from(height).div_ceil(8 * down);
    Some((unit, units))
}

/// Coded data without the zeros after FF, as far as the next marker.
fn unstuffed(coded: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::with_capacity(coded.len());
    let mut bytes = coded.iter();
    while let Some(&byte) = bytes.next() {
        if byte == 0xFF && *bytes.next()? != 0 {
            return Some(data);
        }
        data.push(byte);
    }
    None
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

/// The code words of a table in their order: how many there are of each length, and their symbols.
struct Decoder {
    lengths: [u8; 16],
    symbols: Vec<u8>,
    /// For every eight bits that begin with a whole word, its symbol and length.
    short: [Option<(u8, u32)>; 256],
}

impl Decoder {
    fn new(lengths: &[u8; 16], symbols: &[u8]) -> Self {
        let mut decoder = Self {
            lengths: *lengths,
            symbols: symbols.to_vec(),
            short: [None; 256],
        };
        decoder.short = std::array::from_fn(|bits| {
            decoder
                .word((bits as u32) << 8)
                .filter(|&(_, length)| length <= 8)
        });
        decoder
    }

    fn symbol(&self, bits: &mut BitReader<'_>) -> Option<u8> {
        let next = bits.peek(16);
        let short = self.short[(next >> 8) as usize];
        let (symbol, length) = short.or_else(|| self.word(next))?;
        bits.at += length as usize;
        Some(symbol)
    }

    /// The symbol whose word the 16 bits begin with, and the word's length (T.81, F.2.2.3).
    fn word(&self, bits: u32) -> Option<(u8, u32)> {
        let (mut first, mut index) = (0, 0);
        for (length, &count) in (1..).zip(&self.lengths) {
            let (code, count) = (bits >> (16 - length), u32::from(count));
            if code < first + count {
                let symbol = self.symbols.get((index + code - first) as usize)?;
                return Some((*symbol, length));
            }
            first = (first + count) << 1;
            index += count;
        }
        None
    }
}

/// The code word of each symbol, and its length, 0 where the symbol does not occur.
struct Code {
    lengths: [u8; 16],
    symbols: Vec<u8>,
    words: [(u16, u32); 256],
}

impl Code {
    /// The best code for symbols that occur so often, with no word of more than 16 bits and none of ones only.
    fn best(counts: &[u32; 256]) -> Self {
        let mut sizes = sizes(counts);
        let lengths = limited(&mut sizes);
        // Shorter words for symbols that occur more often; the sizes say no more than that once they are limited.
        let mut symbols: Vec<u8> = (0..=255_u8)
            .filter(|&symbol| counts[usize::from(symbol)] > 0)
            .collect();
        symbols.sort_by_key(|&symbol| (sizes[usize::from(symbol)], symbol));

        let mut words = [(0, 0); 256];
        let mut word = 0_u16;
        let mut next = symbols.iter();
        for (length, &count) in (1..).zip(&lengths) {
            for &symbol in next.by_ref().take(usize::from(count)) {
                words[usize::from(symbol)] = (word, length);
                word = word.wrapping_add(1);
            }
            word <<= 1;
        }
        Self {
            lengths,
            symbols,
            words,
        }
    }

    /// Writes the segment that defines it.
    fn write(&self, name: u8, jpeg: &mut Vec<u8>) {
        let length = (2 + 1 + 16 + self.symbols.len()) as u16;
        jpeg.extend([0xFF, 0xC4]);
        jpeg.extend(length.to_be_bytes());
        jpeg.push(name);
        jpeg.extend(self.lengths);
        jpeg.extend(&self.symbols);
    }
}

/// The lengths of the words of a Huffman code for 256 symbols, and of one more that hardly ever occurs: it takes the word of
/// ones only, which T.81 reserves.
fn sizes(counts: &[u32; 256]) -> [u32; 257] {
    // Trees in the making: how often their symbols occur, and which they are.
    let mut trees: Vec<(u64, Vec<usize>)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, &count)| (u64::from(count) << 1, vec![symbol]))
        .collect();
    trees.push((1, vec![256]));
    let mut sizes = [0; 257];
    while trees.len() > 1 {
        // The rarest last; among equals the one with the greater symbol, as the standard has it.
        trees.sort_by(|left, right| right.cmp(left).then_with(|| right.1.cmp(&left.1)));
        let (rarest, mut symbols) = trees.pop().unwrap_or_default();
        let (second, others) = trees.pop().unwrap_or_default();
        symbols.extend(others);
        for &symbol in &symbols {
            sizes[symbol] += 1;
        }
        trees.push((rarest + second, symbols));
    }
    sizes
}

/// How many words there are of each length from 1 to 16 (T.81, figure K.3): words that are too long are put two by two
/// where a shorter one makes room. The word of ones only is left out.
fn limited(sizes: &mut [u32; 257]) -> [u8; 16] {
    let mut counts = vec![0_u32; 258];
    for &size in sizes.iter().filter(|&&size| size > 0) {
        counts[size as usize] += 1;
    }
    for long in (17..counts.len()).rev() {
        while counts[long] > 0 {
            let shorter = (1..long - 1)
                .rev()
                .find(|&shorter| counts[shorter] > 0)
                .unwrap_or(1);
            counts[long] -= 2;
            counts[long - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    // The longest word is the one of ones only.
    if let Some(longest) = (1..=16).rev().find(|&length| counts[length] > 0) {
        counts[longest] -= 1;
    }
    std::array::from_fn(|index| counts[index + 1] as u8)
}

struct BitReader<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl BitReader<'_> {
    /// The next bits, at most 16, without going on. Behind the end there are zeros.
    fn peek(&self, count: u32) -> u32 {
        let byte = |after: usize| self.data.get(self.at / 8 + after).copied().unwrap_or(0);
        let bits = u32::from_be_bytes([byte(0), byte(1), byte(2), 0]) << (self.at % 8);
        // In two steps, for none at all.
        bits >> 1 >> (31 - count)
    }

    fn take(&mut self, count: u32) -> Option<u32> {
        let value = self.peek(count);
        self.at += count as usize;
        (self.at <= 8 * self.data.len()).then_some(value)
    }
}

/// Writes bits, and a zero after each byte of ones.
struct BitWriter {
    bytes: Vec<u8>,
    /// The last `count` bits are still to be written.
    bits: u32,
    count: u32,
}

impl BitWriter {
    const fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            bits: 0,
            count: 0,
        }
    }

    /// Writes the last `count` bits of `value`, at most 16.
    fn put(&mut self, value: u32, count: u32) {
        self.bits = self.bits << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.bits >> self.count) as u8;
            self.bytes.push(byte);
            if byte == 0xFF {
                self.bytes.push(0);
            }
        }
    }

    /// Fills the last byte with ones.
    fn finish(mut self) -> Vec<u8> {
        self.put(0x7F, 7);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Kraft's sum in parts of 2^-16: a code that can be told apart has at most all of it, and one word is reserved.
    fn used(lengths: &[u8; 16]) -> u32 {
        (1..)
            .zip(lengths)
            .map(|(length, &count)| u32::from(count) << (16 - length))
            .sum()
    }

    #[test]
    fn the_more_frequent_the_shorter() {
        let mut counts = [0; 256];
        (counts[7], counts[3], counts[200], counts[0]) = (100, 50, 20, 5);
        let code = Code::best(&counts);
        assert_eq!(code.symbols, [7, 3, 200, 0]);
        assert_eq!(code.words[7], (0b0, 1));
        assert_eq!(code.words[3], (0b10, 2));
        assert_eq!(code.words[200], (0b110, 3));
        assert_eq!(code.words[0], (0b1110, 4));
    }

    #[test]
    fn a_single_symbol_has_a_word() {
        let mut counts = [0; 256];
        counts[9] = 1;
        assert_eq!(Code::best(&counts).words[9], (0, 1));
    }

    /// Frequencies by Fibonacci make the longest words there can be.
    #[test]
    fn words_have_at_most_sixteen_bits() {
        let mut counts = [0; 256];
        let (mut last, mut this) = (1_u32, 1_u32);
        for count in counts.iter_mut().take(40) {
            *count = this;
            (last, this) = (this, last + this);
        }
        let code = Code::best(&counts);
        assert_eq!(code.symbols.len(), 40);
        assert_eq!(
            code.lengths
                .iter()
                .map(|&count| u32::from(count))
                .sum::<u32>(),
            40
        );
        assert!(used(&code.lengths) < 1 << 16);
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for other in [vec![], vec![0xFF, 0xD8], vec![0xFF; 100], vec![0; 100]] {
            assert_eq!(optimise(other.clone()), other);
        }
    }

    proptest! {
        #[test]
        fn every_symbol_that_occurs_has_a_word_of_its_own(
            counts in proptest::collection::vec(prop_oneof![Just(0_u32), 1..9_u32, 1..100_000_u32], 256),
        ) {
            let counts: [u32; 256] = counts.try_into().expect("256");
            let code = Code::best(&counts);
            prop_assert!(used(&code.lengths) < 1 << 16);
            let words: Vec<_> = (0..256).filter(|&symbol| counts[symbol] > 0).map(|symbol| code.words[symbol]).collect();
            for (index, &(word, length)) in words.iter().enumerate() {
                prop_assert!((1..=16).contains(&length));
                for &(other, longer) in &words[..index] {
                    // Neither begins with the other.
                    let common = length.min(longer);
                    prop_assert_ne!(word >> (length - common), other >> (longer - common));
                }
            }
        }
    }
}
