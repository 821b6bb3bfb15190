//! Pictures that nobody has drawn: whatever the format can say, said by chance. The reference tells what they show.

/// How a picture is made up.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The transforms by their numbers in the format, in the order in which they are undone last to first.
    pub(crate) transforms: Vec<u8>,
    /// How often something else than a literal pixel comes, in 256.
    pub(crate) copies: u8,
    pub(crate) seed: u64,
}

/// The data of a chunk `VP8L`.
pub(crate) fn picture(kind: &Kind) -> Vec<u8> {
    let mut writer = Writer {
        bytes: Vec::new(),
        bits: 0,
        state: kind.seed,
        copies: kind.copies,
    };
    writer.write(0x2F, 8);
    writer.write(kind.width - 1, 14);
    writer.write(kind.height - 1, 14);
    writer.write(1, 1);
    writer.write(0, 3);
    let (mut width, height) = (kind.width, kind.height);
    for &transform in &kind.transforms {
        writer.write(1, 1);
        writer.write(transform.into(), 2);
        match transform {
            0 | 1 => {
                let side = writer.below(8);
                writer.write(side, 3);
                let tiles = |length: u32| length.div_ceil(1 << (side + 2));
                writer.inner((tiles(width), tiles(height)), None);
            }
            3 => {
                let sizes = [1, 2, 3, 4, 5, 16, 17, 255, 256];
                let count = sizes[writer.below(9) as usize];
                writer.write(count - 1, 8);
                writer.inner((count, 1), None);
                width = width.div_ceil(match count {
                    1..=2 => 8,
                    3..=4 => 4,
                    5..=16 => 2,
                    _ => 1,
                });
            }
            _ => {}
        }
    }
    writer.write(0, 1);
    writer.outer((width, height));
    writer.bytes.extend([0; 2]);
    writer.bytes
}

struct Writer {
    bytes: Vec<u8>,
    /// Bits of the last byte that are in use, 0 for all.
    bits: u32,
    state: u64,
    copies: u8,
}

/// A code: symbols with their words.
struct Code(Vec<Word>);

#[derive(Clone, Copy)]
struct Word {
    symbol: u32,
    /// The word's bits, the first one lowest.
    bits: u32,
    length: u32,
}

/// Symbols of green that are literal, and those that are lengths.
const LITERALS: u32 = 256;
const LENGTHS: u32 = 24;

impl Writer {
    fn write(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.bits == 0 {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("a byte");
            *last |= ((value >> bit & 1) as u8) << self.bits;
            self.bits = (self.bits + 1) % 8;
        }
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: u32) -> u32 {
        (self.random() % u64::from(end)) as u32
    }

    /// An image within the picture. Where `most` is given, every pixel is literal, has a green below it and nothing else; gives these.
    fn inner(&mut self, size: (u32, u32), most: Option<u32>) -> Vec<u32> {
        let cache = self.cache(most.is_some());
        let groups = vec![self.group(cache, most)];
        self.pixels(size, &groups, cache, most, |_, _| 0)
    }

    fn outer(&mut self, size: (u32, u32)) {
        let cache = self.cache(false);
        if self.below(2) == 0 {
            self.write(0, 1);
            let groups = vec![self.group(cache, None)];
            self.pixels(size, &groups, cache, None, |_, _| 0);
            return;
        }
        self.write(1, 1);
        let side = self.below(8);
        self.write(side, 3);
        let side = side + 2;
        let across = size.0.div_ceil(1 << side);
        let most = 1 + self.below(9);
        let tiles = self.inner((across, size.1.div_ceil(1 << side)), Some(most));
        let count = tiles.iter().max().map_or(1, |&last| last + 1);
        let groups: Vec<_> = (0..count).map(|_| self.group(cache, None)).collect();
        self.pixels(size, &groups, cache, None, |x, y| {
            tiles[((y >> side) * across + (x >> side)) as usize] as usize
        });
    }

    /// The colours of the cache, none in half of the cases.
    fn cache(&mut self, never: bool) -> u32 {
        let is_there = !never && self.below(2) == 0;
        self.write(is_there.into(), 1);
        if !is_there {
            return 0;
        }
        let bits = 1 + self.below(11);
        self.write(bits, 4);
        1 << bits
    }

    /// The codes for green, red, blue, alpha and distances.
    fn group(&mut self, cache: u32, most: Option<u32>) -> [Code; 5] {
        let green = match most {
            Some(most) => self.code(most, LITERALS + LENGTHS),
            None => self.green(cache),
        };
        let other = |writer: &mut Self| match most {
            Some(_) => writer.code(1, 256),
            None => writer.code(256, 256),
        };
        [
            green,
            other(self),
            other(self),
            other(self),
            self.code(40, 40),
        ]
    }

    /// A code for some of the symbols below `most` of an alphabet.
    fn code(&mut self, most: u32, alphabet: u32) -> Code {
        let wanted = match self.below(4) {
            0 => 1,
            1 => 2,
            2 => 1 + self.below(8),
            _ => 1 + self.below(most),
        };
        let symbols = (0..wanted).map(|_| self.below(most)).collect();
        self.code_for(symbols, alphabet)
    }

    /// A code for literal pixels, and for lengths and colours of the cache.
    fn green(&mut self, cache: u32) -> Code {
        let literals = 1 + self.below(256);
        let mut symbols: Vec<_> = (0..literals).map(|_| self.below(LITERALS)).collect();
        if self.copies > 0 {
            // Small codes of few symbols, too.
            if self.below(3) == 0 {
                symbols.truncate(3);
            }
            let others = self.below(40);
            let alphabet = LENGTHS + cache;
            symbols.extend((0..others).map(|_| LITERALS + self.below(alphabet)));
        }
        self.code_for(symbols, LITERALS + LENGTHS + cache)
    }

    fn code_for(&mut self, mut symbols: Vec<u32>, alphabet: u32) -> Code {
        symbols.sort_unstable();
        symbols.dedup();
        let lengths = self.lengths(symbols.len(), 15);
        let mut all = vec![0; alphabet as usize];
        for (&symbol, &length) in symbols.iter().zip(&lengths) {
            all[symbol as usize] = length;
        }
        let is_simple = symbols.len() <= 2 && symbols.iter().all(|&symbol| symbol < 256);
        self.write(is_simple.into(), 1);
        if is_simple {
            self.write(symbols.len() as u32 - 1, 1);
            let is_wide = symbols[0] > 1 || self.below(2) == 0;
            self.write(is_wide.into(), 1);
            self.write(symbols[0], if is_wide { 8 } else { 1 });
            if let Some(&second) = symbols.get(1) {
                self.write(second, 8);
            }
        } else {
            self.write_lengths(&all);
        }
        words(&all)
    }

    /// Lengths of the words of a complete code, none of them over `most`.
    fn lengths(&mut self, count: usize, most: u32) -> Vec<u32> {
        if count == 1 {
            // It takes no bits, but its length has to be said.
            return vec![1];
        }
        let mut lengths = vec![0];
        while lengths.len() < count {
            // A word is split in two, rather a long one than a short one.
            let nth = (0..2)
                .map(|_| self.below(lengths.len() as u32) as usize)
                .max();
            let nth = nth.expect("two numbers");
            if lengths[nth] < most {
                lengths[nth] += 1;
                lengths.insert(nth + 1, lengths[nth]);
            }
        }
        lengths
    }

    fn write_lengths(&mut self, all: &[u32]) {
        const ORDER: [usize; 19] = [
            17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        ];
        let own = self.lengths(19, 7);
        self.write(15, 4);
        for symbol in ORDER {
            self.write(own[symbol], 3);
        }
        self.write(0, 1);
        let code = words(&own);
        let word = |writer: &mut Self, symbol: u32| {
            let word = code.0[symbol as usize];
            writer.write(word.bits, word.length);
        };
        let (mut at, mut last) = (0, 8);
        while at < all.len() {
            let length = all[at];
            let run = all[at..].iter().take_while(|&&next| next == length).count() as u32;
            let repeats = self.below(2) == 0;
            let (least, most, symbol, bits) = match run {
                11.. if length == 0 => (11, 138, 18, 7),
                3.. if length == 0 => (3, 10, 17, 3),
                3.. if length == last => (3, 6, 16, 2),
                _ => (1, 1, length, 0),
            };
            if repeats && bits > 0 {
                let times = run.min(most);
                word(self, symbol);
                self.write(times - least, bits);
                at += times as usize;
            } else {
                word(self, length);
                at += 1;
            }
            if length > 0 {
                last = length;
            }
        }
    }

    fn pixels(
        &mut self,
        (width, height): (u32, u32),
        groups: &[[Code; 5]],
        cache: u32,
        most: Option<u32>,
        group: impl Fn(u32, u32) -> usize,
    ) -> Vec<u32> {
        let count = width * height;
        let mut greens = Vec::new();
        let mut at = 0;
        while at < count {
            let [green, red, blue, alpha, distance] = &groups[group(at % width, at / width)];
            let copies = u32::from(self.copies);
            let wants_other = most.is_none() && self.below(256) < copies;
            let fitting: Vec<_> = green
                .0
                .iter()
                .filter(|word| (word.symbol >= LITERALS) == wants_other)
                .collect();
            let literal: Vec<_> = green
                .0
                .iter()
                .filter(|word| word.symbol < LITERALS)
                .collect();
            let word = match fitting.len() {
                0 => *literal[self.below(literal.len() as u32) as usize],
                choices => *fitting[self.below(choices as u32) as usize],
            };
            if word.symbol >= LITERALS + LENGTHS && cache > 0 {
                self.word(word);
                at += 1;
                continue;
            }
            if word.symbol >= LITERALS {
                let (length, length_bits) = self.number(word.symbol - LITERALS);
                let far = distance.0[self.below(distance.0.len() as u32) as usize];
                let (number, number_bits) = self.number(far.symbol);
                // Near ones are told by columns and rows: those that are safe anywhere are taken, and the others as they come.
                let reach = if number <= 120 {
                    7 * width + 8
                } else {
                    number - 120
                };
                if length <= count - at && reach <= at {
                    self.word(word);
                    self.write(length_bits.0, length_bits.1);
                    self.word(far);
                    self.write(number_bits.0, number_bits.1);
                    at += length;
                    continue;
                }
            }
            let word = if word.symbol < LITERALS {
                word
            } else {
                *literal[self.below(literal.len() as u32) as usize]
            };
            self.word(word);
            for code in [red, blue, alpha] {
                let word = code.0[self.below(code.0.len() as u32) as usize];
                self.word(word);
            }
            greens.push(word.symbol);
            at += 1;
        }
        greens
    }

    fn word(&mut self, word: Word) {
        self.write(word.bits, word.length);
    }

    /// A number that a symbol stands for, with bits behind it by chance.
    fn number(&mut self, symbol: u32) -> (u32, (u32, u32)) {
        if symbol < 4 {
            return (symbol + 1, (0, 0));
        }
        let count = (symbol - 2) >> 1;
        let bits = self.below(1 << count);
        (((2 + (symbol & 1)) << count) + bits + 1, (bits, count))
    }
}

/// The words of these lengths, in the order of RFC 1951, 3.2.2.
fn words(lengths: &[u32]) -> Code {
    let mut words = Vec::new();
    let used = lengths.iter().filter(|&&length| length > 0).count();
    let mut next = 0_u32;
    for length in 1..=15 {
        next <<= 1;
        for (symbol, _) in lengths
            .iter()
            .enumerate()
            .filter(|(_, own)| **own == length)
        {
            let length = if used == 1 { 0 } else { length };
            words.push(Word {
                symbol: symbol as u32,
                bits: next.reverse_bits().checked_shr(32 - length).unwrap_or(0),
                length,
            });
            next += 1;
        }
    }
    words.sort_by_key(|word| word.symbol);
    Code(words)
}
