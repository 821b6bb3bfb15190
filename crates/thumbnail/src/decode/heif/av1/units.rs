//! The units that a picture's bytes are made of (AV1 specification, 5.3), as far as they can be told apart.

const SEQUENCE_HEADER: u8 = 1;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;

/// One after the other: what it is, and what it holds.
struct Units<'a>(&'a [u8]);

impl<'a> Iterator for Units<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (header, rest) = self.0.split_first()?;
        let kind = header >> 3 & 15;
        let (has_extension, has_size) = (header & 4 != 0, header & 2 != 0);
        let rest = rest.get(usize::from(has_extension)..).unwrap_or_default();
        // A unit without a size is the last.
        let (size, rest) = has_size
            .then(|| leb128(rest))
            .flatten()
            .unwrap_or((rest.len(), rest));
        let (content, rest) = rest.split_at(size.min(rest.len()));
        self.0 = rest;
        Some((kind, content))
    }
}

fn is_frame(&(kind, _): &(u8, &[u8])) -> bool {
    matches!(kind, FRAME_HEADER | FRAME)
}

/// The sequence header that holds for the first picture.
pub(super) fn sequence_header(data: &[u8]) -> Option<&[u8]> {
    let before = Units(data).take_while(|unit| !is_frame(unit));
    let headers = before.filter(|&(kind, _)| kind == SEQUENCE_HEADER);
    headers.last().map(|(_, header)| header)
}

/// How many pictures the decoder may hold at once for these bytes: one where there is one, and for several all that AV1 lets
/// later ones refer to, beside the one at work.
pub(super) fn frames_held(data: &[u8]) -> u64 {
    const MOST: u64 = 9;
    let frames = Units(data).filter(is_frame).count() as u64;
    frames.clamp(1, MOST)
}

/// A number of seven bits a byte, the lowest first, and what follows it.
fn leb128(data: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (index, byte) in data.iter().take(8).enumerate() {
        number |= usize::from(byte & 0x7F).checked_shl(7 * index as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, &data[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporal delimiter, and a sequence header of two bytes.
    const START: [u8; 6] = [0x12, 0, 0x0A, 2, 7, 8];

    #[test]
    fn pictures_are_counted_unit_by_unit() {
        let check = |rest: &[u8], expected: usize| {
            let data = [&START[..], rest].concat();
            assert_eq!(Units(&data).filter(is_frame).count(), expected, "{rest:?}");
        };
        check(&[], 0);
        check(&[0x32, 1, 0], 1);
        check(&[0x32, 1, 0, 0x36, 0, 1, 0, 0x1A, 0], 3);
        check(&[0x30, 0x32, 0], 1);
        check(&[0x32, 0x81, 0x80, 0, 0, 0x32, 0], 2);
        check(&[0x32, 0xFF, 0x32, 0], 1);
        assert_eq!(frames_held(&START), 1);
        assert_eq!(frames_held(&[0x32, 0].repeat(100)), 9);
    }

    #[test]
    fn the_sequence_header_is_the_last_before_the_first_picture() {
        assert_eq!(sequence_header(&START), Some(&[7, 8][..]));
        let more = [&START[..], &[0x0A, 1, 9, 0x32, 0, 0x0A, 1, 6]].concat();
        assert_eq!(sequence_header(&more), Some(&[9][..]));
        assert_eq!(sequence_header(&[0x32, 0, 0x0A, 1, 6]), None);
        assert_eq!(sequence_header(&[0x0A, 5, 9]), Some(&[9][..]));
    }
}
