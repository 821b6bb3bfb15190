//! The bits of the data, those of a byte from the lowest on.

/// A window of 64 bits that is kept filled, so that one look at memory is enough for several symbols.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bits<'a> {
    data: &'a [u8],
    /// The byte that comes next into the window. It goes on behind the end, where all bits are 0.
    at: usize,
    window: u64,
    /// Bits of the window that count. Those above are either 0 or what comes next.
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits that are there at least after [`refill`](Self::refill).
    pub(crate) const FILLED: u32 = 56;

    pub(crate) const fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            window: 0,
            count: 0,
        }
    }

    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        match self.data.get(self.at..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => {
                self.window |= u64::from_le_bytes(*bytes) << self.count;
                self.at += ((63 - self.count) >> 3) as usize;
                self.count |= Self::FILLED;
            }
            // By value: with its address handed on, the window would not stay in a register.
            None => *self = self.refilled_at_the_end(),
        }
    }

    #[cold]
    #[inline(never)]
    fn refilled_at_the_end(mut self) -> Self {
        while self.count < Self::FILLED {
            let byte = self.data.get(self.at).copied().unwrap_or(0);
            self.window |= u64::from(byte) << self.count;
            self.at += 1;
            self.count += 8;
        }
        self
    }

    /// What comes next, of which the lowest bits that are there count.
    #[inline(always)]
    pub(crate) const fn peek(&self) -> u64 {
        self.window
    }

    /// Passes over fewer than 64 bits, which have to be there.
    #[inline(always)]
    pub(crate) const fn consume(&mut self, count: u32) {
        self.window >>= count & 63;
        self.count -= count & 63;
    }

    /// Up to 32 bits, which have to be there.
    #[inline(always)]
    pub(crate) const fn take(&mut self, count: u32) -> u32 {
        let bits = self.window & ((1 << count) - 1);
        self.consume(count);
        bits as u32
    }

    /// Up to 32 bits.
    #[inline(always)]
    pub(crate) fn read(&mut self, count: u32) -> u32 {
        self.refill();
        self.take(count)
    }

    /// Whether more bits have been read than there are.
    pub(crate) fn are_over(&self) -> bool {
        self.at as u64 * 8 - u64::from(self.count) > self.data.len() as u64 * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        /// As taken bit by bit.
        #[test]
        fn bits_are_those_of_the_bytes(
            data in prop::collection::vec(any::<u8>(), 0..60),
            counts in prop::collection::vec(0..=32_u32, 0..40),
        ) {
            let mut all = data.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1));
            let mut bits = Bits::new(&data);
            let mut read = 0;
            for count in counts {
                let expected: Vec<u8> = (0..count).map(|_| all.next().unwrap_or(0)).collect();
                let expected = expected.iter().rev().fold(0, |value, &bit| value << 1 | u64::from(bit));
                prop_assert_eq!(u64::from(bits.read(count)), expected);
                read += count as usize;
                prop_assert_eq!(bits.are_over(), read > data.len() * 8);
            }
        }
    }
}
