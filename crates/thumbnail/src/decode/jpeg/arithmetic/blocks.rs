//! The coefficients of a block by decisions (ITU-T T.81, F.1.4 and F.2.4; of progressive scans G.1.3 and G.2.3).

use super::coder::{Bin, Coder};
use std::ops::RangeInclusive;

/// A block's coefficients, in the order of their frequencies.
pub(super) type Block = [i16; 64];

/// A block that no coefficients lead to.
#[derive(Debug)]
pub(super) struct Lost;

/// What is known of the DC differences that share a table.
#[derive(Clone, Default)]
pub(super) struct Dc {
    /// By the difference before: whether there is one, its sign, and whether a positive and a negative one is more than 1.
    first: [[Bin; 4]; 5],
    size: Size,
}

/// The same of AC coefficients: for each place whether the block ends, whether there is one, and whether it is more than 1, or one bit
/// more of a known one; and of larger ones at low places and at high ones.
#[derive(Clone)]
pub(super) struct Ac {
    places: [[Bin; 3]; 63],
    low: Size,
    high: Size,
}

impl Default for Ac {
    fn default() -> Self {
        Self {
            places: [[Bin::default(); 3]; 63],
            low: Size::default(),
            high: Size::default(),
        }
    }
}

/// How many bits a number has, and which.
#[derive(Clone, Default)]
struct Size {
    further: [Bin; 15],
    bits: [Bin; 15],
}

impl Size {
    /// A number that is known to have at least the bit `top`, from whose size `top` is: the number less 1.
    fn read(&mut self, coder: &mut Coder<'_>, mut top: u16) -> Result<u16, Lost> {
        let mut index = 0;
        while coder.decide(&mut self.further[index]) {
            top <<= 1;
            index += 1;
            if index == self.further.len() {
                return Err(Lost);
            }
        }
        let mut value = top;
        let mut bit = top >> 1;
        while bit != 0 {
            if coder.decide(&mut self.bits[index]) {
                value |= bit;
            }
            bit >>= 1;
        }
        Ok(value)
    }
}

/// A component's last DC value, and what kind of difference led to it.
#[derive(Clone, Copy, Default)]
pub(super) struct Last {
    pub(super) value: i32,
    kind: usize,
}

/// The numbers that a DAC segment sets (B.2.4.3).
#[derive(Clone, Copy)]
pub(super) struct Conditioning {
    /// Differences of up to so many bits are small, and of more than so many large.
    pub(super) small: u8,
    pub(super) large: u8,
    /// The last of the low places.
    pub(super) low: u8,
}

impl Default for Conditioning {
    fn default() -> Self {
        Self {
            small: 0,
            large: 1,
            low: 5,
        }
    }
}

impl Dc {
    /// Goes on from the last value to the next.
    pub(super) fn read(
        &mut self,
        coder: &mut Coder<'_>,
        last: &mut Last,
        set: Conditioning,
    ) -> Result<(), Lost> {
        let [is_there, sign, more @ ..] = &mut self.first[last.kind];
        if !coder.decide(is_there) {
            last.kind = 0;
            return Ok(());
        }
        let is_negative = coder.decide(sign);
        let less_one = if coder.decide(&mut more[usize::from(is_negative)]) {
            self.size.read(coder, 1)?
        } else {
            0
        };
        // By the highest bit of the number less 1.
        let top = if less_one == 0 {
            0
        } else {
            1 << less_one.ilog2()
        };
        let bound = |bits: u8| (1_u32 << bits) >> 1;
        last.kind = match (top, is_negative) {
            _ if top < bound(set.small) => 0,
            (_, false) if top > bound(set.large) => 3,
            (_, true) if top > bound(set.large) => 4,
            (_, false) => 1,
            (_, true) => 2,
        };
        let difference = i32::from(less_one) + 1;
        let difference = if is_negative { -difference } else { difference };
        last.value = last.value.wrapping_add(difference);
        Ok(())
    }
}

/// One bit more of a DC coefficient: `bit` is the one, where it is set.
pub(super) fn refine_dc(coder: &mut Coder<'_>, block: &mut Block, bit: i16) {
    if coder.decide(&mut Bin::even()) {
        block[0] |= bit;
    }
}

impl Ac {
    /// Puts the coefficients of a band into `block`, without their `low` lowest bits.
    pub(super) fn read(
        &mut self,
        coder: &mut Coder<'_>,
        block: &mut Block,
        band: RangeInclusive<usize>,
        low: u8,
        set: Conditioning,
    ) -> Result<(), Lost> {
        let (mut k, last) = band.into_inner();
        while k <= last {
            if coder.decide(&mut self.places[k - 1][0]) {
                break;
            }
            while !coder.decide(&mut self.places[k - 1][1]) {
                k += 1;
                if k > last {
                    return Err(Lost);
                }
            }
            let is_negative = coder.decide(&mut Bin::even());
            let more = &mut self.places[k - 1][2];
            let less_one = if !coder.decide(more) {
                0
            } else if !coder.decide(more) {
                1
            } else if k <= usize::from(set.low) {
                self.low.read(coder, 2)?
            } else {
                self.high.read(coder, 2)?
            };
            let size = i32::from(less_one) + 1;
            block[k] = (if is_negative { -size } else { size } << low) as i16;
            k += 1;
        }
        Ok(())
    }

    /// One bit more of those that have a value, and first values of others.
    pub(super) fn refine(
        &mut self,
        coder: &mut Coder<'_>,
        block: &mut Block,
        band: RangeInclusive<usize>,
        bit: i16,
    ) -> Result<(), Lost> {
        let (mut k, last) = band.into_inner();
        // The block goes on at least to where it has ended before.
        let known = block[..=last].iter().rposition(|&value| value != 0);
        let known = known.unwrap_or(0);
        while k <= last {
            if k > known && coder.decide(&mut self.places[k - 1][0]) {
                break;
            }
            loop {
                let [_, is_there, more] = &mut self.places[k - 1];
                let value = &mut block[k];
                if *value != 0 {
                    if coder.decide(more) {
                        *value = value.wrapping_add(if *value < 0 { -bit } else { bit });
                    }
                    break;
                }
                if coder.decide(is_there) {
                    *value = if coder.decide(&mut Bin::even()) {
                        -bit
                    } else {
                        bit
                    };
                    break;
                }
                k += 1;
                if k > last {
                    return Err(Lost);
                }
            }
            k += 1;
        }
        Ok(())
    }
}
