//! What a file says of its picture: how large it is, what is cut off, which way up it is, and what its colours mean.

use super::boxes::Reader;
use super::converter::Coding;
use super::items::Items;
use crate::colour::Colour;
use crate::orientation::Orientation;

/// A part of a picture: left, top, width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Width and height of an item as they are said (`ispe`).
pub(super) fn size(items: &Items<'_>, item: u32) -> Option<(u32, u32)> {
    let mut reader = Reader(items.property(item, b"ispe")?);
    reader.version()?;
    Some((reader.small(4)?, reader.small(4)?))
}

/// The way from the stored picture to the upright one (`irot`, `imir`, in their order).
pub(super) fn orientation(items: &Items<'_>, item: u32) -> Orientation {
    let mut orientation = Orientation::default();
    for property in items.properties(item) {
        let value = property.data.first().copied().unwrap_or(0);
        match &property.name {
            // Quarters of a turn against the clock.
            b"irot" => {
                for _ in 0..value & 3 {
                    orientation = orientation.then_turned_left();
                }
            }
            // 0: top and bottom change places, 1: left and right.
            b"imir" => orientation = orientation.then_mirrored(value & 1 == 1),
            _ => {}
        }
    }
    orientation
}

/// What of the stored picture is to be seen (`clap`); all of it where that makes no sense.
pub(super) fn area(items: &Items<'_>, item: u32, (width, height): (u32, u32)) -> Area {
    let whole = Area {
        left: 0,
        top: 0,
        width,
        height,
    };
    items
        .property(item, b"clap")
        .and_then(|data| clean(data, (width, height)))
        .unwrap_or(whole)
}

/// ISO/IEC 14496-12, 12.1.4: eight numbers of 32 bits, a fraction each for width, height, and the middle's way to the right and
/// down from the picture's.
fn clean(data: &[u8], size: (u32, u32)) -> Option<Area> {
    let mut reader = Reader(data);
    let mut fraction = || {
        let over = reader.small(4)?.cast_signed();
        let under = reader.small(4)?;
        (under > 0).then(|| f64::from(over) / f64::from(under))
    };
    let (width, height, across, down) = (fraction()?, fraction()?, fraction()?, fraction()?);
    let start =
        |length: u32, clean: f64, way: f64| ((f64::from(length) - clean) / 2.0 + way).floor();
    let (left, top) = (start(size.0, width, across), start(size.1, height, down));
    let fits = left >= 0.0
        && top >= 0.0
        && width >= 1.0
        && height >= 1.0
        && left + width.floor() <= size.0.into()
        && top + height.floor() <= size.1.into();
    fits.then_some(Area {
        left: left as u32,
        top: top as u32,
        width: width as u32,
        height: height as u32,
    })
}

/// What is said of an item's colours (`colr`): a profile, and how the samples are coded.
pub(super) fn colours<'a>(items: &'a Items<'_>, item: u32) -> (Option<&'a [u8]>, Option<Coding>) {
    let (mut profile, mut coding) = (None, None);
    for property in items
        .properties(item)
        .filter(|property| &property.name == b"colr")
    {
        match &*property.data {
            [b'p', b'r', b'o', b'f', icc @ ..] | [b'r', b'I', b'C', b'C', icc @ ..] => {
                profile = profile.or(Some(icc));
            }
            [
                b'n',
                b'c',
                b'l',
                b'x',
                _,
                primaries,
                _,
                transfer,
                _,
                matrix,
                range,
                ..,
            ] => {
                coding = coding.or(Some(Coding {
                    primaries: *primaries,
                    transfer: *transfer,
                    matrix: *matrix,
                    is_full_range: range >> 7 == 1,
                }));
            }
            _ => {}
        }
    }
    (profile, coding)
}

/// The colours of what a picture's samples are converted to.
pub(super) fn colour(profile: Option<&[u8]>, coding: Coding) -> Colour {
    if let Some(profile) = profile {
        return Colour::from_icc(profile);
    }
    // What is reserved says as little as what is unspecified.
    let primaries = match coding.primaries {
        0 | 2 | 3 | 13..=21 | 23.. => 1,
        said => said,
    };
    // The curves of television stand for sRGB's, as browsers take them.
    let transfer = match coding.transfer {
        0..=3 | 6 | 14 | 15 | 19.. => 13,
        said => said,
    };
    if (primaries, transfer) == (1, 13) {
        return Colour::default();
    }
    Colour::from_code_points(primaries, transfer).unwrap_or_default()
}
