//! Blocks in Huffman codes (ITU-T T.81, F.1.2) that are all of one length, so that no table has to be made for the picture.

use super::blocks::Block;
use std::ops::RangeInclusive;

/// Bits of a DC code: the size of the difference.
const DC_BITS: u32 = 5;
const DC_SIZES: u8 = 12;
/// Of samples of eight bits none is larger.
const DC_VALUES: RangeInclusive<i16> = -1024..=1023;
/// Bits of an AC code: a run and a size, sixteen zeros, or the end of the block.
const AC_BITS: u32 = 8;
const AC_SIZES: u8 = 10;
const AC_VALUES: RangeInclusive<i16> = -1023..=1023;
const END: u8 = 0;
const SIXTEEN_ZEROS: u8 = 161;

/// The tables of a DHT segment, for DC and for AC, both with the number 0.
pub(super) fn tables() -> Vec<u8> {
    let ac = (0..16).flat_map(|run| (1..=AC_SIZES).map(move |size| run << 4 | size));
    let ac: Vec<_> = [0].into_iter().chain(ac).chain([0xF0]).collect();
    let table = |class: u8, bits: u32, symbols: &[u8]| {
        let mut counts = [0; 16];
        counts[bits as usize - 1] = symbols.len() as u8;
        [&[class << 4], &counts[..], symbols].concat()
    };
    let dc: Vec<_> = (0..DC_SIZES).collect();
    [table(0, DC_BITS, &dc), table(1, AC_BITS, &ac)].concat()
}

/// A JPEG in the making.
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Bits that are no whole byte yet, the last one lowest.
    bits: u64,
    count: u32,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            bytes: vec![0xFF, 0xD8],
            bits: 0,
            count: 0,
        }
    }
}

impl Writer {
    pub(super) fn segment(&mut self, marker: u8, data: &[u8]) {
        let length = (data.len() as u16 + 2).to_be_bytes();
        self.bytes.extend([0xFF, marker]);
        self.bytes.extend(length);
        self.bytes.extend(data);
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// A block, of which the last one of the same component had the DC coefficient `last`. What is beyond all values that have a code
    /// becomes the next one that has.
    pub(super) fn block(&mut self, block: &Block, last: &mut i32) {
        let within =
            |value: i16, all: RangeInclusive<i16>| i32::from(value.clamp(*all.start(), *all.end()));
        let dc = within(block[0], DC_VALUES);
        let difference = dc - *last;
        *last = dc;
        self.put(size(difference), DC_BITS);
        self.number(difference, size(difference));
        let mut run = 0;
        for &value in &block[1..] {
            if value == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                self.put(SIXTEEN_ZEROS.into(), AC_BITS);
                run -= 16;
            }
            let value = within(value, AC_VALUES);
            let size = size(value);
            self.put(run * u32::from(AC_SIZES) + size, AC_BITS);
            self.number(value, size);
            run = 0;
        }
        if run > 0 {
            self.put(END.into(), AC_BITS);
        }
    }

    /// As many bits as its size says; of a negative number those of the one below.
    fn number(&mut self, value: i32, size: u32) {
        let value = if value < 0 { value - 1 } else { value };
        self.put(value as u32 & ((1 << size) - 1), size);
    }

    fn put(&mut self, bits: u32, count: u32) {
        self.bits = self.bits << count | u64::from(bits);
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

    /// Fills up the last byte and ends the picture.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let missing = (8 - self.count % 8) % 8;
        self.put((1 << missing) - 1, missing);
        self.bytes.extend([0xFF, 0xD9]);
        self.bytes
    }
}

/// How many bits a number has without its sign.
const fn size(value: i32) -> u32 {
    32 - value.unsigned_abs().leading_zeros()
}
