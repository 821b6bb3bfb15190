//! The one thing that is wanted of EXIF: which way up the picture is.

use crate::orientation::Orientation;

/// Types of values.
const SHORT: u16 = 3;
const LONG: u16 = 4;
const SIGNED_SHORT: u16 = 8;
const SIGNED_LONG: u16 = 9;

/// The orientation in an EXIF block, which is a small TIFF file, with or without the `Exif\0\0` that JPEG puts before it.
/// A block that is broken or says nothing counts as upright: a picture is not refused for its metadata.
pub(crate) fn orientation(block: &[u8]) -> Orientation {
    const ORIENTATION: u16 = 274;
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let value = ByteOrder::of(tiff).and_then(|order| order.value(tiff, ORIENTATION));
    Orientation::from_exif(value.unwrap_or(1))
}

/// The byte order of a TIFF file, and with it the way to its first directory.
#[derive(Clone, Copy)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// The same for TIFF's later kind too, whose numbers are longer.
    pub(crate) fn of_any(tiff: &[u8]) -> Option<Self> {
        match tiff.get(..4)? {
            [b'I', b'I', 43, 0] => Some(Self::Little),
            [b'M', b'M', 0, 43] => Some(Self::Big),
            _ => Self::of(tiff),
        }
    }

    /// By the first four bytes, `None` where they are not TIFF's.
    pub(crate) fn of(tiff: &[u8]) -> Option<Self> {
        match tiff.get(..4)? {
            [b'I', b'I', 42, 0] => Some(Self::Little),
            [b'M', b'M', 0, 42] => Some(Self::Big),
            _ => None,
        }
    }

    /// The value of `tag` in the first directory. It is a single number of 16 bits by the standard; one of 32 is read as well, and
    /// the first of as many as an entry has room for, as Pillow and libvips read them.
    fn value(self, tiff: &[u8], tag: u16) -> Option<u16> {
        let directory = self.long(tiff, 4)? as usize;
        let count = usize::from(self.short(tiff, directory)?);
        // A tag, a type, a count, and four bytes for values.
        let entry = (0..count)
            .map_while(|index| {
                tiff.get(directory.checked_add(2 + index * 12)?..)?
                    .first_chunk()
            })
            .find(|entry: &&[u8; 12]| self.short(&entry[..], 0) == Some(tag))?;
        match (self.short(entry, 2)?, self.long(entry, 4)?) {
            (SHORT | SIGNED_SHORT, 1 | 2) => self.short(entry, 8),
            (LONG | SIGNED_LONG, 1) => self.long(entry, 8)?.try_into().ok(),
            _ => None,
        }
    }

    pub(crate) fn short(self, bytes: &[u8], at: usize) -> Option<u16> {
        let value = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(value),
            Self::Big => u16::from_be_bytes(value),
        })
    }

    pub(crate) fn long(self, bytes: &[u8], at: usize) -> Option<u32> {
        let value = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(value),
            Self::Big => u32::from_be_bytes(value),
        })
    }

    pub(crate) fn quad(self, bytes: &[u8], at: usize) -> Option<u64> {
        Some(self.whole(bytes.get(at..at.checked_add(8)?)?))
    }

    /// A whole number of up to eight bytes.
    pub(crate) fn whole(self, bytes: &[u8]) -> u64 {
        let join = |value, &byte: &u8| value << 8 | u64::from(byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, join),
            Self::Big => bytes.iter().fold(0, join),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A block whose second entry is the orientation.
    fn block(big: bool, value: u16) -> Vec<u8> {
        let short = |value: u16| {
            if big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let long = |value: u32| {
            if big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let mut bytes = if big { b"MM".to_vec() } else { b"II".to_vec() };
        bytes.extend(short(42));
        bytes.extend(long(8));
        bytes.extend(short(2));
        for (tag, value) in [(256, 9), (274, value)] {
            bytes.extend(short(tag));
            bytes.extend(short(3));
            bytes.extend(long(1));
            bytes.extend(short(value));
            bytes.extend([0; 2]);
        }
        bytes.extend(long(0));
        bytes
    }

    #[test]
    fn both_byte_orders_are_read_with_and_without_the_prefix() {
        for value in 1..=8 {
            for big in [false, true] {
                let bare = block(big, value);
                let prefixed = [b"Exif\0\0", &bare[..]].concat();
                assert_eq!(orientation(&bare), Orientation::from_exif(value));
                assert_eq!(orientation(&prefixed), Orientation::from_exif(value));
            }
        }
    }

    /// What Pillow and libvips make of each.
    #[test]
    fn numbers_of_other_sizes_are_read() {
        let check = |big: bool, kind: u16, count: u32, expected: u16| {
            let mut bytes = block(big, 6);
            // The second entry.
            let entry = &mut bytes[22..34];
            if big {
                entry[2..4].copy_from_slice(&kind.to_be_bytes());
                entry[4..8].copy_from_slice(&count.to_be_bytes());
                if matches!(kind, 4 | 9) {
                    entry[8..12].copy_from_slice(&6_u32.to_be_bytes());
                }
            } else {
                entry[2..4].copy_from_slice(&kind.to_le_bytes());
                entry[4..8].copy_from_slice(&count.to_le_bytes());
            }
            let expected = Orientation::from_exif(expected);
            assert_eq!(orientation(&bytes), expected, "type {kind}, {count} of it");
        };
        for big in [false, true] {
            for (kind, count) in [(3, 1), (3, 2), (4, 1), (8, 1), (9, 1)] {
                check(big, kind, count, 6);
            }
            for (kind, count) in [(2, 1), (3, 0), (3, 3), (4, 2), (12, 1)] {
                check(big, kind, count, 1);
            }
        }
    }

    #[test]
    fn a_block_that_says_nothing_is_upright() {
        let whole = block(false, 6);
        // The directory ends with where the next one is, which nobody asks for.
        for cut in 0..whole.len() - 4 {
            assert_eq!(
                orientation(&whole[..cut]),
                Orientation::default(),
                "{cut} bytes"
            );
        }
        let mut far = whole.clone();
        far[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(orientation(&far), Orientation::default());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), big: bool) {
            orientation(&bytes);
            let start: &[u8] = if big { b"MM\0*" } else { b"II*\0" };
            bytes.splice(0..0, start.iter().copied());
            orientation(&bytes);
        }
    }
}
