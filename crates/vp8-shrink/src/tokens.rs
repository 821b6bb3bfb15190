//! The coefficients of a block (RFC 6386, 13).

use crate::bools::Bools;
use crate::tables::{BANDS, CATEGORIES, Probabilities, ZIGZAG};

/// Probabilities by position instead of band. One more position than there is, so that the next one can always be looked up.
pub(crate) type ByPosition = [[[[u8; 11]; 3]; 17]; 4];

/// Kinds of blocks.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Luma without its DC coefficients.
    LumaWithoutMeans = 0,
    /// The DC coefficients of a macroblock's luma.
    Means = 1,
    Chroma = 2,
    Luma = 3,
}

pub(crate) fn by_position(probabilities: &Probabilities) -> ByPosition {
    probabilities.map(|bands| {
        core::array::from_fn(|position| bands[usize::from(*BANDS.get(position).unwrap_or(&0))])
    })
}

/// Reads a block into `block`, which is 0, dequantised by `steps` of DC and of the others and in 16 bits. `context` is how many of the blocks
/// above and to the left have coefficients. Gives the position behind the last one that is coded, at least `first`.
#[inline(always)]
pub(crate) fn read(
    reader: &mut Bools<'_>,
    probabilities: &[[[u8; 11]; 3]; 17],
    context: usize,
    first: usize,
    steps: [i32; 2],
    block: &mut [i16; 16],
) -> usize {
    // In registers, and not behind a reference.
    let mut bools = *reader;
    let mut position = first;
    let mut of = &probabilities[position][context];
    let end = 'block: loop {
        bools.fill();
        if !bools.bit(of[0]) {
            break position;
        }
        while !bools.bit(of[1]) {
            position += 1;
            if position == 16 {
                break 'block 16;
            }
            of = &probabilities[position][0];
            bools.fill();
        }
        let next = &probabilities[position + 1];
        let value;
        if !bools.bit(of[2]) {
            value = bools.signed(1);
            of = &next[1];
        } else {
            let large = large(&mut bools, of);
            bools.fill();
            value = bools.signed(large);
            of = &next[2];
        }
        let step = steps[usize::from(position > 0)];
        block[usize::from(ZIGZAG[position & 15]) & 15] = (value * step) as i16;
        position += 1;
        if position == 16 {
            break 16;
        }
    };
    *reader = bools;
    end
}

/// A value of 2 or more, by the rest of the tree of tokens.
#[inline(always)]
fn large(bools: &mut Bools<'_>, of: &[u8; 11]) -> i32 {
    bools.fill();
    if !bools.bit(of[3]) {
        return if !bools.bit(of[4]) {
            2
        } else {
            3 + i32::from(bools.bit(of[5]))
        };
    }
    let category = if !bools.bit(of[6]) {
        usize::from(bools.bit(of[7]))
    } else {
        let high = usize::from(bools.read(of[8]));
        2 + 2 * high + usize::from(bools.bit(of[9 + high]))
    };
    let (least, extra) = &CATEGORIES[category];
    let mut more = 0;
    for &probability in extra.iter().take_while(|&&probability| probability > 0) {
        more = more << 1 | i32::from(bools.read(probability));
    }
    least + more
}
