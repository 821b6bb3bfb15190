//! The first picture of a film (ISO/IEC 14496-12, 8.5 to 8.7), for files that hold a sequence and no picture beside it.

use super::boxes::{Reader, boxes, find};
use super::items::{Items, Part, Property};

/// The first track's first sample as a file's only item. `None` where there is no track of pictures.
pub(super) fn first_picture(file: &[u8]) -> Option<Items<'_>> {
    let movie = find(file, b"moov")?;
    boxes(movie)
        .filter(|each| &each.name == b"trak")
        .find_map(|track| sample(file, track.data))
}

fn sample<'a>(file: &'a [u8], track: &'a [u8]) -> Option<Items<'a>> {
    let media = find(track, b"mdia")?;
    // A version, flags and four bytes come before the kind of the track.
    if !matches!(find(media, b"hdlr")?.get(8..12)?, b"pict" | b"vide") {
        return None;
    }
    let table = find(find(media, b"minf")?, b"stbl")?;
    let kind = boxes(find(table, b"stsd")?.get(8..)?).next()?;
    // What all entries have in common, and what those of pictures have: width and height after 24 bytes, 78 in all.
    let mut reader = Reader(kind.data.get(24..)?);
    let (width, height) = (reader.small(2)?, reader.small(2)?);
    let mut properties: Vec<_> = boxes(kind.data.get(78..)?)
        .map(|each| Property::new(&each.name, each.data))
        .collect();
    properties.push(Property::size(width, height));

    let mut sizes = Reader(find(table, b"stsz")?);
    sizes.version()?;
    let length = match sizes.number(4)? {
        0 => {
            sizes.number(4)?;
            sizes.number(4)?
        }
        all => all,
    };
    let (offsets, bytes) = match find(table, b"stco") {
        Some(offsets) => (offsets, 4),
        None => (find(table, b"co64")?, 8),
    };
    // After a version, flags and a count.
    let offset = Reader(offsets.get(8..)?).number(bytes)?;
    let picture = Part {
        kind: kind.name,
        properties,
        extent: (offset, length),
    };
    Some(Items::of_parts(file, [picture]))
}
