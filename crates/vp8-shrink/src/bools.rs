//! The boolean entropy decoder (RFC 6386, 7).

/// Reads booleans of given probabilities.
///
/// The data is seen through a window of 64 bits, so that several booleans are read between two looks at memory. Behind its end
/// follow zeros, as in every other decoder.
#[derive(Clone, Copy)]
pub(crate) struct Bools<'a> {
    data: &'a [u8],
    /// The next byte to come into the window; behind the data's end it counts on.
    at: usize,
    /// Bits to be read, from the highest on.
    window: u64,
    /// How many of the window's bits are there to stay. Those below are right as well, but come again with the next bytes.
    filled: u32,
    /// 128 to 255.
    range: u32,
}

/// Bits that [`Bools::fill`] guarantees: the eight that are compared, and three booleans of seven bits each and a sign.
const ENOUGH: u32 = 8 + 3 * 7 + 1;

impl<'a> Bools<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        let mut bools = Bools {
            data,
            at: 0,
            window: 0,
            filled: 0,
            range: 255,
        };
        bools.fill();
        bools
    }

    /// Looks at memory if need be. Then three booleans and a sign can be read.
    #[inline(always)]
    pub(crate) fn fill(&mut self) {
        if self.filled < ENOUGH {
            let word = match self.data.get(self.at..).and_then(<[u8]>::first_chunk) {
                Some(bytes) => u64::from_be_bytes(*bytes),
                None => self.last_word(),
            };
            self.window |= word >> self.filled;
            self.at += (63 - self.filled as usize) >> 3;
            self.filled |= 56;
        }
    }

    #[cold]
    fn last_word(&self) -> u64 {
        let mut bytes = [0; 8];
        let rest = self.data.get(self.at..).unwrap_or_default();
        bytes[..rest.len()].copy_from_slice(rest);
        u64::from_be_bytes(bytes)
    }

    /// Whether more was read than there is.
    #[inline(always)]
    pub(crate) fn is_over(&self) -> bool {
        self.at * 8 > self.data.len() * 8 + self.filled as usize
    }

    /// A boolean that is false with a probability of `probability` in 256, from what [`fill`](Self::fill) has brought.
    #[inline(always)]
    pub(crate) fn bit(&mut self, probability: u8) -> bool {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let bound = u64::from(split) << 56;
        let bit = self.window >= bound;
        if bit {
            self.range -= split;
            self.window -= bound;
        } else {
            self.range = split;
        }
        self.normalise();
        bit
    }

    /// `value`, or the negative of it if a boolean of even odds says so. There is nothing to predict in a sign, so this does not branch.
    #[inline(always)]
    pub(crate) fn signed(&mut self, value: i32) -> i32 {
        let split = (self.range + 1) >> 1;
        let bound = u64::from(split) << 56;
        let negative = u64::from(self.window >= bound);
        let mask = negative.wrapping_neg();
        self.window -= bound & mask;
        // Either `split`, or what is left of the range without it.
        self.range = split.wrapping_add(self.range.wrapping_sub(2 * split) & mask as u32);
        self.normalise();
        (value ^ mask as i32) + negative as i32
    }

    #[inline(always)]
    fn normalise(&mut self) {
        let shift = self.range.leading_zeros() - 24;
        self.range <<= shift;
        self.window <<= shift;
        self.filled -= shift;
    }

    /// A boolean, with a look at memory.
    #[inline(always)]
    pub(crate) fn read(&mut self, probability: u8) -> bool {
        self.fill();
        self.bit(probability)
    }

    /// A boolean of even odds.
    #[inline(always)]
    pub(crate) fn flag(&mut self) -> bool {
        self.read(128)
    }

    /// A number of `bits` bits, the highest first.
    pub(crate) fn number(&mut self, bits: u32) -> u8 {
        (0..bits).fold(0, |value, _| value << 1 | u8::from(self.flag()))
    }

    /// A number and its sign behind a flag that says whether there is any; 0 if not.
    pub(crate) fn optional(&mut self, bits: u32) -> i32 {
        if !self.flag() {
            return 0;
        }
        let value = i32::from(self.number(bits));
        if self.flag() { -value } else { value }
    }
}
