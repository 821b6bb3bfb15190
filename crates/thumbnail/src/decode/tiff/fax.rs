//! The codes of facsimile machines (ITU-T T.4 and T.6), by the code tables of `fax`. That crate's own way through a picture
//! wants an end-of-line code before each line of group 3 and knows no two-dimensional ones there; files have neither always.

use fax::maps::{EOL, Mode, black, mode, white};
use fax::{BitReader, ByteReader};

/// How lines are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Runs, each line beginning in a fresh byte.
    Runs,
    /// Group 3: end-of-line codes before the lines; with `mixed`, a bit behind each says how the line is coded.
    Group3 { mixed: bool },
    /// Group 4: every line by its differences from the one above.
    Group4,
}

/// Unpacks lines of `width` bits, each beginning in a fresh byte of `to`; a black pixel is a 1. Says how many lines there were.
pub(super) fn unpack(data: &[u8], scheme: Scheme, width: u32, to: &mut [u8]) -> usize {
    // The tables look further than the last code.
    let padded = data
        .iter()
        .copied()
        .chain([0; 4])
        .map(Ok::<u8, std::convert::Infallible>);
    let Ok(mut reader) = ByteReader::new(padded);
    let mut above = Vec::new();
    let stride = (width as usize).div_ceil(8).max(1);
    for (index, line) in to.chunks_exact_mut(stride).enumerate() {
        let is_runs = match scheme {
            Scheme::Runs => true,
            Scheme::Group3 { mixed } => {
                let is_marked = skip_to_line(&mut reader);
                !(mixed && is_marked && bit(&mut reader) == Some(0))
            }
            Scheme::Group4 => false,
        };
        let changes = if is_runs {
            runs(&mut reader, width)
        } else {
            differences(&mut reader, &above, width)
        };
        let changes = match (changes, scheme) {
            (Some(changes), _) => changes,
            // A line that came over the telephone with a fault is the one above once more.
            (None, Scheme::Group3 { .. }) if find_line(&mut reader) => above,
            _ => return index,
        };
        draw(&changes, width, line);
        above = changes;
        if scheme == Scheme::Runs {
            let rest = reader.bits_to_byte_boundary();
            let _ = reader.consume(rest);
        }
    }
    to.len() / stride
}

/// Passes over zeros and an end-of-line code, and says whether there was one.
fn skip_to_line(reader: &mut impl BitReader) -> bool {
    while reader.peek(EOL.len) == Some(0) {
        let _ = reader.consume(1);
    }
    let is_marked = reader.peek(EOL.len) == Some(EOL.data);
    if is_marked {
        let _ = reader.consume(EOL.len);
    }
    is_marked
}

/// Goes on to the next end-of-line code, and says whether there is one.
fn find_line(reader: &mut impl BitReader) -> bool {
    while let Some(bits) = reader.peek(EOL.len) {
        if bits == EOL.data {
            return true;
        }
        let _ = reader.consume(1);
    }
    false
}

fn bit(reader: &mut impl BitReader) -> Option<u16> {
    let bit = reader.peek(1)?;
    reader.consume(1).ok()?;
    Some(bit)
}

/// A run of one colour: any number of codes for multiples of 64, and one for the rest.
fn run(reader: &mut impl BitReader, is_black: bool) -> Option<u32> {
    let mut length = 0;
    loop {
        let part = if is_black {
            black::decode(reader)
        } else {
            white::decode(reader)
        };
        let part = u32::from(part?);
        length += part;
        // No line is as long: these are codes in a circle.
        if part < 64 || length > 1 << 20 {
            return Some(length);
        }
    }
}

/// Where the colour of a line changes, which begins white.
fn runs(reader: &mut impl BitReader, width: u32) -> Option<Vec<u32>> {
    let mut changes = Vec::new();
    let (mut at, mut is_black) = (0, false);
    while at < width {
        at += run(reader, is_black)?;
        changes.push(at.min(width));
        is_black = !is_black;
    }
    Some(changes)
}

/// The same for a line that is told by where the one above changes.
fn differences(reader: &mut impl BitReader, above: &[u32], width: u32) -> Option<Vec<u32>> {
    let mut changes = Vec::new();
    // Before the first pixel.
    let mut at = -1_i64;
    let mut is_black = false;
    let mut index = 0;
    while at < i64::from(width) {
        // The next change above to the other colour, right of here: every second one is.
        if index % 2 != usize::from(is_black) {
            index ^= 1;
        }
        let is_right = |index: usize| {
            above
                .get(index)
                .is_none_or(|&change| i64::from(change) > at)
        };
        while index >= 2 && is_right(index - 2) {
            index -= 2;
        }
        while !is_right(index) {
            index += 2;
        }
        let change = |index: usize| i64::from(above.get(index).copied().unwrap_or(width));
        match mode::decode(reader)? {
            Mode::Pass => at = change(index + 1),
            Mode::Vertical(step) => {
                at = Some(change(index) + i64::from(step)).filter(|&to| to >= at.max(0))?;
                changes.push(at.min(width.into()) as u32);
                is_black = !is_black;
            }
            Mode::Horizontal => {
                at = at.max(0);
                for is_black in [is_black, !is_black] {
                    at += i64::from(run(reader, is_black)?);
                    changes.push(at.min(width.into()) as u32);
                }
            }
            Mode::Extension | Mode::EOF => return None,
        }
    }
    Some(changes)
}

fn draw(changes: &[u32], width: u32, line: &mut [u8]) {
    line.fill(0);
    for black in changes.chunks(2) {
        let end = black.get(1).copied().unwrap_or(width);
        for at in black[0]..end {
            line[at as usize / 8] |= 0x80 >> (at % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits as they are written in the standards, put into bytes.
    fn bytes(bits: &str) -> Vec<u8> {
        let bits: Vec<u8> = bits
            .bytes()
            .filter(|bit| *bit != b' ')
            .map(|bit| bit - b'0')
            .collect();
        let byte = |bits: &[u8]| (0..8).fold(0, |byte, at| byte << 1 | bits.get(at).unwrap_or(&0));
        bits.chunks(8).map(byte).collect()
    }

    /// Two lines of 16: 4 white, 3 black, 9 white; then the same one pixel to the right.
    #[test]
    fn every_scheme_is_read() {
        let check = |bits: &str, scheme| {
            let mut to = [0xFF; 4];
            assert_eq!(unpack(&bytes(bits), scheme, 16, &mut to), 2, "{scheme:?}");
            assert_eq!(to, [0x0E, 0, 0x07, 0], "{scheme:?}");
        };
        // Codes of T.4, tables 2 and 3: white 4 is 1011, 5 is 1100, 8 is 10011, 9 is 10100; black 3 is 10.
        let (first, second) = ("1011 10 10100", "1100 10 10011");
        check(&format!("{first} 00000 {second}"), Scheme::Runs);
        let end = "000000000001";
        let one = Scheme::Group3 { mixed: false };
        check(&format!("{first}{second}"), one);
        check(&format!("{end}{first}{end}{second}{end}"), one);
        check(&format!("0000{end}{first}000000{end}{second}"), one);
        // Table 4: one to the right of the change above is 011, no difference 1, horizontal 001.
        let mixed = Scheme::Group3 { mixed: true };
        check(&format!("{end}1{first}{end}0 011 011 1"), mixed);
        check(
            &format!("001 1011 10 1 011 011 1 {end}{end}"),
            Scheme::Group4,
        );
    }

    #[test]
    fn what_is_missing_is_counted() {
        let mut to = [0; 4];
        assert_eq!(
            unpack(&bytes("001 1011 10 1"), Scheme::Group4, 16, &mut to),
            1
        );
        assert_eq!(unpack(&[], Scheme::Group3 { mixed: true }, 16, &mut to), 0);
    }
}
