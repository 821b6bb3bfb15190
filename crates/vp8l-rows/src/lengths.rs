//! Prefix codes as the data describes them (RFC 9649, 3.7.2.1).

use crate::bits::Bits;
use crate::budget::Budget;
use crate::code::{Code, Tables};
use crate::error::{Error, Part};
use alloc::vec::Vec;

/// The order in which the lengths of the words for lengths are stored.
const ORDER: [u8; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// Reads the lengths of the words of a code for so many symbols.
pub(crate) fn read(
    bits: &mut Bits<'_>,
    symbols: usize,
    tables: &mut Tables,
    budget: &mut Budget<'_>,
    lengths: &mut Vec<u8>,
) -> Result<(), Error> {
    lengths.clear();
    lengths.resize(symbols, 0);
    let is_simple = bits.read(1) == 1;
    if is_simple {
        let count = bits.read(1) + 1;
        let is_wide = bits.read(1) == 1;
        for nth in 0..count {
            let width = if nth == 0 && !is_wide { 1 } else { 8 };
            let symbol = bits.read(width) as usize;
            *lengths.get_mut(symbol).ok_or(Error::Broken(Part::Code))? = 1;
        }
        return Ok(());
    }

    let mut own = [0; ORDER.len()];
    let count = 4 + bits.read(4) as usize;
    for &symbol in &ORDER[..count] {
        own[usize::from(symbol)] = bits.read(3) as u8;
    }
    let mut left = if bits.read(1) == 1 {
        let width = 2 + 2 * bits.read(3);
        2 + bits.read(width) as usize
    } else {
        symbols
    };
    if left > symbols {
        return Err(Error::Broken(Part::Code));
    }
    let before = tables.entries.len();
    let code = Code::new(&own, tables, budget)?;
    let (mut next, mut last) = (0, 8);
    while next < symbols && left > 0 {
        left -= 1;
        bits.refill();
        let symbol = code.take(&tables.entries, bits) as u8;
        let (length, times) = match symbol {
            16 => (last, 3 + bits.take(2)),
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            length => (length, 1),
        };
        if length > 0 {
            last = length;
        }
        let end = next + times as usize;
        let repeated = lengths.get_mut(next..end);
        repeated.ok_or(Error::Broken(Part::Code))?.fill(length);
        next = end;
    }
    tables.entries.truncate(before);
    Ok(())
}
