//! Booleans, one at a time, and what the frame makes of them: numbers and leaves of trees.

/// Where booleans come from.
pub trait Booleans {
    /// The next boolean, false with a probability of `probability` in 256.
    fn read(&mut self, probability: u8) -> bool;

    /// Whether more was read than there is.
    fn is_over(&self) -> bool {
        false
    }
}

/// 7.3: two bytes of the data, shifted bit by bit.
pub(super) struct Reader<'a> {
    data: &'a [u8],
    next: usize,
    value: u32,
    range: u32,
    shifts: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        let mut reader = Self {
            data,
            next: 0,
            value: 0,
            range: 255,
            shifts: 0,
        };
        reader.value = reader.byte() << 8 | reader.byte();
        reader
    }

    fn byte(&mut self) -> u32 {
        self.next += 1;
        self.data.get(self.next - 1).copied().unwrap_or(0).into()
    }
}

impl Booleans for Reader<'_> {
    fn read(&mut self, probability: u8) -> bool {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let bit = self.value >= split << 8;
        if bit {
            self.range -= split;
            self.value -= split << 8;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            // No encoder makes data that starts with a byte of 255. If it does, what does not fit gets lost.
            self.value = self.value << 1 & 0xffff;
            self.range <<= 1;
            self.shifts += 1;
            if self.shifts.is_multiple_of(8) {
                self.value |= self.byte();
            }
        }
        bit
    }

    fn is_over(&self) -> bool {
        self.shifts > 8 * self.data.len()
    }
}

pub(super) fn number(bools: &mut impl Booleans, bits: u32) -> i32 {
    (0..bits).fold(0, |value, _| 2 * value + i32::from(bools.read(128)))
}

pub(super) fn signed(bools: &mut impl Booleans, bits: u32) -> i32 {
    let value = number(bools, bits);
    if bools.read(128) { -value } else { value }
}

pub(super) fn optional(bools: &mut impl Booleans, bits: u32) -> i32 {
    if bools.read(128) {
        signed(bools, bits)
    } else {
        0
    }
}

/// 8.1: a leaf is written as what is not a place in the tree, -1 for the first.
pub(super) fn walk(
    bools: &mut impl Booleans,
    tree: &[i8],
    probabilities: &[u8],
    start: usize,
) -> usize {
    let mut at = start;
    loop {
        let next = tree[at + usize::from(bools.read(probabilities[at / 2]))];
        if next < 0 {
            return usize::from(next.unsigned_abs()) - 1;
        }
        at = next as usize;
    }
}
