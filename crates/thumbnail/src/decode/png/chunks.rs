//! The chunks before a PNG's picture, for what `png` does not say of them.

/// Bytes before the first chunk.
pub(super) const SIGNATURE: usize = 8;

/// Whether there is a chunk of this name, whatever is in it.
pub(super) fn has(file: &[u8], name: &[u8; 4]) -> bool {
    let mut rest = file.get(SIGNATURE..).unwrap_or_default();
    while let Some(([length, found], behind)) = start(rest) {
        if found == name {
            return true;
        }
        if found == b"IDAT" {
            return false;
        }
        // Contents and a checksum.
        let length = u32::from_be_bytes(*length) as usize;
        rest = behind.get(length.saturating_add(4)..).unwrap_or_default();
    }
    false
}

/// A chunk's length and name, and what follows them.
pub(super) fn start(rest: &[u8]) -> Option<([&[u8; 4]; 2], &[u8])> {
    let (length, rest) = rest.split_first_chunk()?;
    let (name, rest) = rest.split_first_chunk()?;
    Some(([length, name], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_found_before_the_picture_alone() {
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let length = (data.len() as u32).to_be_bytes();
            [&length[..], name, data, &[0; 4]].concat()
        };
        let file = [
            b"\x89PNG\r\n\x1A\n".to_vec(),
            chunk(b"IHDR", &[0; 13]),
            chunk(b"iCCP", b"iTXt"),
            chunk(b"IDAT", &[]),
            chunk(b"eXIf", &[]),
        ]
        .concat();
        assert!(has(&file, b"iCCP"));
        for name in [b"iTXt", b"eXIf", b"gAMA"] {
            assert!(!has(&file, name));
        }
        for length in 0..file.len() {
            has(&file[..length], b"gAMA");
        }
    }
}
