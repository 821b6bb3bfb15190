//! Prefix codes, as tables that the next bits are looked up in.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::error::{Error, Part};
use alloc::vec::Vec;

/// Bits of the longest word.
pub(crate) const LONGEST: usize = 15;

/// Bits of the first lookup. What is longer takes a second one.
const ROOT: u32 = 8;

/// Marks an entry that stands for a second table: bits of its index from bit 8 on, and where it starts from bit 12 on.
/// Any other holds the bits of the word, and the symbol from bit 8 on.
const SECOND: u32 = 1 << 7;

/// The tables of all codes of an image, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) entries: Vec<u32>,
    /// The symbols of a code by the length of their words.
    sorted: Vec<u16>,
}

impl Tables {
    pub(crate) fn bytes(&self) -> usize {
        4 * self.entries.capacity() + 2 * self.sorted.capacity()
    }

    /// Room for so many entries more; gives where it starts.
    pub(crate) fn grow(&mut self, entries: usize, budget: &mut Budget<'_>) -> Result<usize, Error> {
        // While a vector grows, it is there twice, and the larger of the two has room to spare.
        budget.take(entries, 3 * 4)?;
        let start = self.entries.len();
        self.entries.resize(start + entries, 0);
        Ok(start)
    }
}

/// Where the tables of a code are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Code {
    start: u32,
    /// Bits of the first lookup.
    root: u32,
    /// Bits of the longest word.
    pub(crate) longest: u32,
}

impl Code {
    /// The code whose words have these lengths, 0 for symbols without one. A single symbol needs no bits.
    pub(crate) fn new(
        lengths: &[u8],
        tables: &mut Tables,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        let mut counts = [0_u32; LONGEST + 1];
        for &length in lengths {
            counts[usize::from(length)] += 1;
        }
        let words = lengths.len() as u32 - counts[0];
        counts[0] = 0;
        if words == 1 {
            let symbol = lengths.iter().position(|&length| length > 0);
            let start = tables.grow(1, budget)?;
            tables.entries[start] = (symbol.unwrap_or(0) as u32) << 8;
            return Ok(Self {
                start: start as u32,
                root: 0,
                longest: 0,
            });
        }
        let used = (1..=LONGEST).map(|length| counts[length] << (LONGEST - length));
        if used.sum::<u32>() != 1 << LONGEST {
            return Err(Error::Broken(Part::Code));
        }
        let longest = (1..=LONGEST).rfind(|&length| counts[length] > 0);
        let longest = longest.unwrap_or(0) as u32;
        let root = longest.min(ROOT);
        tables.sort(lengths, &counts);
        let code = Self {
            start: tables.grow(1 << root, budget)? as u32,
            root,
            longest,
        };
        code.fill(counts, tables, budget)?;
        Ok(code)
    }

    fn fill(
        &self,
        mut counts: [u32; LONGEST + 1],
        tables: &mut Tables,
        budget: &mut Budget<'_>,
    ) -> Result<(), Error> {
        let (root, start) = (self.root, self.start as usize);
        let (mut word, mut nth) = (0_u32, 0);
        // The second table that is being filled: the bits that lead to it, where it is, and the bits of its index.
        let mut second = (u32::MAX, 0, 0);
        for length in 1..=self.longest {
            word <<= 1;
            for _ in 0..counts[length as usize] {
                let symbol = u32::from(tables.sorted[nth]);
                let index = word.reverse_bits() >> (32 - length);
                if length <= root {
                    let entry = symbol << 8 | length;
                    let table = &mut tables.entries[start..][..1 << root];
                    for entry_there in table[index as usize..].iter_mut().step_by(1 << length) {
                        *entry_there = entry;
                    }
                } else {
                    let lead = index & ((1 << root) - 1);
                    if lead != second.0 {
                        let bits = second_bits(&counts, length, root, self.longest);
                        let place = tables.grow(1 << bits, budget)?;
                        tables.entries[start + lead as usize] =
                            SECOND | bits << 8 | ((place - start) as u32) << 12;
                        second = (lead, place, bits);
                    }
                    let entry = symbol << 8 | (length - root);
                    let table = &mut tables.entries[second.1..][..1 << second.2];
                    let own = table[(index >> root) as usize..].iter_mut();
                    for entry_there in own.step_by(1 << (length - root)) {
                        *entry_there = entry;
                    }
                }
                // How many there are left tells how large the next second table is.
                counts[length as usize] -= 1;
                word += 1;
                nth += 1;
            }
        }
        Ok(())
    }

    /// Reads a symbol, up to 15 bits, which have to be there.
    #[inline(always)]
    pub(crate) fn take(&self, tables: &[u32], bits: &mut Bits<'_>) -> u32 {
        let start = self.start as usize;
        let mut entry = tables[start + (bits.peek() as usize & ((1 << self.root) - 1))];
        if entry & SECOND != 0 {
            bits.consume(self.root);
            let place = start + (entry >> 12) as usize;
            let mask = (1 << (entry >> 8 & 15)) - 1;
            entry = tables[place + (bits.peek() as usize & mask)];
        }
        bits.consume(entry & 63);
        entry >> 8
    }

    /// The symbol that `bits` start with, and the length of its word.
    #[inline(always)]
    pub(crate) fn look_up(&self, tables: &[u32], bits: u32) -> (u32, u32) {
        let start = self.start as usize;
        let entry = tables[start + (bits & ((1 << self.root) - 1)) as usize];
        if entry & SECOND == 0 {
            return (entry >> 8, entry & 63);
        }
        let place = start + (entry >> 12) as usize;
        let index = bits >> self.root & ((1 << (entry >> 8 & 15)) - 1);
        let entry = tables[place + index as usize];
        (entry >> 8, self.root + (entry & 63))
    }
}

/// Bits of the index of a second table that starts with a word of this length: as many as make it full with the words that are left.
fn second_bits(left: &[u32; LONGEST + 1], length: u32, root: u32, longest: u32) -> u32 {
    let mut bits = length - root;
    let mut room = 1 << bits;
    while root + bits < longest {
        let words = left[(root + bits) as usize];
        if words >= room {
            break;
        }
        room = (room - words) << 1;
        bits += 1;
    }
    bits
}

impl Tables {
    fn sort(&mut self, lengths: &[u8], counts: &[u32; LONGEST + 1]) {
        let mut places = [0; LONGEST + 1];
        for length in 1..LONGEST {
            places[length + 1] = places[length] + counts[length] as usize;
        }
        self.sorted.clear();
        self.sorted.resize(lengths.len(), 0);
        for (symbol, &length) in lengths.iter().enumerate() {
            if length > 0 {
                let place = &mut places[usize::from(length)];
                self.sorted[*place] = symbol as u16;
                *place += 1;
            }
        }
    }
}
