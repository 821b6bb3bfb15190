//! Windows icons.

use super::{Drawing, packed};

/// An icon of one bitmap with so many bits a pixel, and a mask of what is transparent.
pub(crate) fn bitmap(drawing: &Drawing, depth: u16) -> Vec<u8> {
    file(1, &[(drawing.width, bitmap_entry(drawing, depth))])
}

/// An icon (1) or a cursor (2) of these squares: their sides and contents.
pub(crate) fn file(kind: u16, entries: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut file = vec![0, 0];
    file.extend(kind.to_le_bytes());
    file.extend((entries.len() as u16).to_le_bytes());
    let mut offset = 6 + 16 * entries.len() as u32;
    for (side, contents) in entries {
        let side = (*side % 256) as u8;
        file.extend([side, side, 0, 0, 1, 0, 0, 0]);
        file.extend((contents.len() as u32).to_le_bytes());
        file.extend(offset.to_le_bytes());
        offset += contents.len() as u32;
    }
    for (_, contents) in entries {
        file.extend(contents);
    }
    file
}

/// A bitmap as an icon holds it: without a file header, twice as high as it is, rows from the bottom, and the mask after them.
pub(crate) fn bitmap_entry(drawing: &Drawing, depth: u16) -> Vec<u8> {
    let (colours, indices) = drawing.indexed();
    let mut entry = Vec::new();
    for field in [
        40,
        drawing.width,
        2 * drawing.height,
        1 | u32::from(depth) << 16,
    ] {
        entry.extend(field.to_le_bytes());
    }
    entry.extend([0; 24]);
    if depth <= 8 {
        for index in 0..1 << depth {
            let colour = colours.get(index).copied().unwrap_or([0; 4]);
            entry.extend([colour[2], colour[1], colour[0], 0]);
        }
    }
    let width = drawing.width as usize;
    let padded = |mut row: Vec<u8>| {
        row.resize(row.len().next_multiple_of(4), 0);
        row
    };
    let rows = drawing
        .pixels
        .chunks(width)
        .zip(indices.chunks(width))
        .rev();
    for (pixels, indices) in rows.clone() {
        let bgra = |count: usize| {
            let samples = pixels.iter().flat_map(|pixel| {
                [pixel[2], pixel[1], pixel[0], pixel[3]]
                    .into_iter()
                    .take(count)
            });
            samples.collect()
        };
        entry.extend(padded(match depth {
            24 => bgra(3),
            32 => bgra(4),
            depth => packed(indices, drawing.width, depth as u8),
        }));
    }
    for (pixels, _) in rows {
        let mask: Vec<u8> = pixels.iter().map(|pixel| u8::from(pixel[3] == 0)).collect();
        entry.extend(padded(packed(&mask, drawing.width, 1)));
    }
    entry
}
