//! BMP files, written by hand.

use super::Drawing;

/// 24 bits a pixel, or 32 with alpha where the drawing has any.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    let has_alpha = drawing.pixels.iter().any(|pixel| pixel[3] < 255);
    if has_alpha {
        let masks = [0x00FF_0000, 0x0000_FF00, 0x0000_00FF, 0xFF00_0000];
        let header = info(108, drawing, 32, 3, &masks);
        return file(
            &header,
            &[],
            &rows(drawing, |[r, g, b, a]| vec![b, g, r, a]),
        );
    }
    let header = info(40, drawing, 24, 0, &[]);
    file(&header, &[], &rows(drawing, |[r, g, b, _]| vec![b, g, r]))
}

/// A file that says how large its picture is, and has no rows.
pub(crate) fn header_only(width: i32, height: i32) -> Vec<u8> {
    file(&sized_info(40, (width, height), 24, 0, &[]), &[], &[])
}

/// The file header, and what follows it.
pub(crate) fn file(header: &[u8], palette: &[u8], data: &[u8]) -> Vec<u8> {
    let offset = 14 + header.len() + palette.len();
    let length = |length: usize| u32::try_from(length).expect("small").to_le_bytes();
    let sizes = [length(offset + data.len()), [0; 4], length(offset)];
    [b"BM", sizes.as_flattened(), header, palette, data].concat()
}

/// A header of `length` bytes: Windows' from 40 on, OS/2's second between 16 and 64, and its first of 12. The masks follow a
/// header of 40 bytes, and are part of a longer one.
pub(crate) fn info(
    length: u32,
    drawing: &Drawing,
    bits: u16,
    compression: u32,
    masks: &[u32],
) -> Vec<u8> {
    let side = |side: u32| i32::try_from(side).expect("small");
    let size = (side(drawing.width), side(drawing.height));
    sized_info(length, size, bits, compression, masks)
}

/// The same for any size; a negative height is that of a picture whose first row is the upper one.
pub(crate) fn sized_info(
    length: u32,
    (width, height): (i32, i32),
    bits: u16,
    compression: u32,
    masks: &[u32],
) -> Vec<u8> {
    let mut header = length.to_le_bytes().to_vec();
    if length == 12 {
        header.extend((width as u16).to_le_bytes());
        header.extend((height as u16).to_le_bytes());
    } else {
        header.extend(width.to_le_bytes());
        header.extend(height.to_le_bytes());
    }
    header.extend(1_u16.to_le_bytes());
    header.extend(bits.to_le_bytes());
    header.extend(compression.to_le_bytes());
    header.resize(40, 0);
    header.extend(masks.iter().flat_map(|mask| mask.to_le_bytes()));
    let end = if length == 40 {
        header.len()
    } else {
        length as usize
    };
    header.resize(end, 0);
    header
}

/// The pixels as `store` stores each, from the lowest row up, each row padded to four bytes.
pub(crate) fn rows(drawing: &Drawing, store: impl Fn([u8; 4]) -> Vec<u8>) -> Vec<u8> {
    let rows = drawing.pixels.chunks_exact(drawing.width as usize).rev();
    let row = |row: &[[u8; 4]]| {
        let mut row: Vec<u8> = row.iter().flat_map(|&pixel| store(pixel)).collect();
        row.resize(row.len().next_multiple_of(4), 0);
        row
    };
    rows.flat_map(row).collect()
}
