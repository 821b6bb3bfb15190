//! The codestream of a file (ISO/IEC 18181-2).

use crate::decode::heif::boxes;
use std::borrow::Cow;

/// All of the codestream that is there: the file itself, or what its boxes hold, in one piece or several.
pub(super) fn codestream(file: &[u8]) -> Cow<'_, [u8]> {
    if file.starts_with(&[0xFF, 0x0A]) {
        return Cow::Borrowed(file);
    }
    let mut pieces = boxes(file).filter_map(|each| match &each.name {
        b"jxlc" => Some(each.data),
        // Behind its number: they stand in their order.
        b"jxlp" => each.data.get(4..),
        _ => None,
    });
    let first = pieces.next().unwrap_or_default();
    pieces.fold(Cow::Borrowed(first), |mut whole, piece| {
        whole.to_mut().extend_from_slice(piece);
        whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = 8 + data.len() as u32;
        [&length.to_be_bytes(), &name[..], data].concat()
    }

    #[test]
    fn it_is_found_bare_whole_and_in_pieces() {
        let bare = [0xFF, 0x0A, 1, 2, 3];
        assert_eq!(*codestream(&bare), bare);
        let start = [boxed(b"JXL ", &[13, 10, 135, 10]), boxed(b"ftyp", b"jxl ")].concat();
        let whole = [start.clone(), boxed(b"jxlc", &bare)].concat();
        assert_eq!(*codestream(&whole), bare);
        let pieces = [
            start.clone(),
            boxed(b"jxlp", &[0, 0, 0, 0, 0xFF, 0x0A]),
            boxed(b"Exif", &[9]),
            boxed(b"jxlp", &[0x80, 0, 0, 1, 1, 2, 3]),
        ];
        assert_eq!(*codestream(&pieces.concat()), bare);
        assert!(codestream(&start).is_empty());
        assert!(codestream(&pieces.concat()[..start.len() + 10]).is_empty());
    }
}
