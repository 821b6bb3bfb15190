//! A block's coefficients, by the procedures of the standard (ITU-T T.81, F.2.2, G.1.2 and G.2).

use super::bits::{Bits, Lost};
use crate::huffman::Huffman;
use crate::tables::Scan;

#[derive(Clone)]
pub(super) struct Block {
    pub(super) coefficients: [i16; 64],
    /// Progressive: the coefficient has got a value, so that refinement gives it a bit.
    pub(super) begun: [bool; 64],
    pub(super) known: bool,
}

pub(super) fn sequential(
    block: &mut Block,
    bits: &mut Bits<'_>,
    dc: &Huffman,
    ac: &Huffman,
    predictor: &mut i32,
) -> Result<(), Lost> {
    *predictor = predictor.wrapping_add(i32::from(bits.dc_difference(dc)?));
    block.coefficients = [0; 64];
    block.coefficients[0] = *predictor as i16;
    let mut k = 1;
    while k < 64 {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 && run != 15 {
            break;
        }
        k += run;
        let value = bits.value(size)? as i16;
        // The standard knows no run beyond the last coefficient. libjpeg reads the value and forgets it.
        if let Some(coefficient) = block.coefficients.get_mut(k) {
            *coefficient = value;
        }
        k += 1;
    }
    Ok(())
}

pub(super) fn begin(
    block: &mut Block,
    bits: &mut Bits<'_>,
    ac: &Huffman,
    scan: &Scan,
    run_left: &mut i32,
) -> Result<(), Lost> {
    if *run_left > 0 {
        *run_left -= 1;
        return Ok(());
    }
    let mut k = scan.first;
    while k <= scan.last {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 && run != 15 {
            *run_left = (1 << run) - 1 + bits.bits(run as u32)? as i32;
            break;
        }
        k += run;
        let value = (bits.value(size)? << scan.low) as i16;
        if size > 0 {
            set(block, k, value);
        }
        k += 1;
    }
    Ok(())
}

pub(super) fn refine(
    block: &mut Block,
    bits: &mut Bits<'_>,
    ac: &Huffman,
    scan: &Scan,
    run_left: &mut i32,
) -> Result<(), Lost> {
    let one = (1i32 << scan.low) as i16;
    let mut k = scan.first;
    if *run_left == 0 {
        while k <= scan.last {
            let start = bits.position;
            let symbol = bits.symbol(ac)?;
            let (mut zeros, size) = (usize::from(symbol >> 4), symbol & 15);
            if size > 1 {
                // The standard has no such value. For libjpeg it is one of a single bit.
                bits.unknown.get_or_insert(start);
            }
            let value = match size {
                0 if zeros == 15 => 0,
                0 => {
                    *run_left = (1 << zeros) + bits.bits(zeros as u32)? as i32;
                    break;
                }
                _ if bits.bit()? == 1 => one,
                _ => one.wrapping_neg(),
            };
            // Passes over `zeros` coefficients that have no value yet; those that have one get their bit.
            while k <= scan.last {
                if block.begun[k] {
                    correct(&mut block.coefficients[k], bits, one)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                k += 1;
            }
            if value != 0 {
                set(block, k, value);
            }
            k += 1;
        }
    }
    if *run_left > 0 {
        for k in k..=scan.last {
            if block.begun[k] {
                correct(&mut block.coefficients[k], bits, one)?;
            }
        }
        *run_left -= 1;
    }
    Ok(())
}

/// Where a run goes beyond its band, the value is that of a coefficient of another one, or of none.
fn set(block: &mut Block, k: usize, value: i16) {
    if k < 64 {
        block.coefficients[k] = value;
        block.begun[k] = true;
    }
}

/// A bit that is there already, in broken data, isn't added once more.
fn correct(coefficient: &mut i16, bits: &mut Bits<'_>, one: i16) -> Result<(), Lost> {
    if bits.bit()? == 1 && *coefficient & one == 0 {
        let step = if *coefficient < 0 {
            one.wrapping_neg()
        } else {
            one
        };
        *coefficient = coefficient.wrapping_add(step);
    }
    Ok(())
}
