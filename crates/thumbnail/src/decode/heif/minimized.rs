//! A file of one picture in few bytes (ISO/IEC 23008-12 as amended in 2025, `MinimizedImageBox`): bits in the place of boxes.

use super::bits::Bits;
use super::boxes::{self, Reader};
use super::items::{Items, Part, Property};
use crate::{Error, Format};

/// Numbers of items.
const PICTURE: u32 = 1;
const ALPHA: u32 = 2;

/// The contents of the box that has all there is, where there is one.
pub(super) fn find(file: &[u8]) -> Option<&[u8]> {
    boxes::find(file, b"mini")
}

/// As another file would say it.
pub(super) fn picture(data: &[u8], format: Format) -> Result<Items<'_>, Error> {
    let broken = || Error::corrupt(format, "its description is cut off");
    let mut bits = Bits::new(data);
    let start = Start::read(&mut bits).ok_or_else(broken)?;
    if start.version > 0 || start.is_float || start.has_light {
        return Err(Error::unread(
            format,
            "the minimized form with high dynamic range",
        ));
    }
    items(data, &mut bits, &start, format).ok_or_else(broken)
}

/// What it begins with: the version, and what else there is.
struct Start {
    version: u32,
    has_kinds: bool,
    is_float: bool,
    is_full_range: bool,
    has_alpha: bool,
    has_code_points: bool,
    has_light: bool,
    has_profile: bool,
    has_exif: bool,
    has_xmp: bool,
    /// How much chroma there is: 0 for none.
    sampling: u32,
}

impl Start {
    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        Some(Self {
            version: bits.number(2)?,
            has_kinds: bits.flag()?,
            is_float: bits.flag()?,
            is_full_range: bits.flag()?,
            has_alpha: bits.flag()?,
            has_code_points: bits.flag()?,
            has_light: bits.flag()?,
            has_profile: bits.flag()?,
            has_exif: bits.flag()?,
            has_xmp: bits.flag()?,
            sampling: bits.number(2)?,
        })
    }
}

fn items<'a>(
    data: &'a [u8],
    bits: &mut Bits<'a>,
    start: &Start,
    format: Format,
) -> Option<Items<'a>> {
    let orientation = bits.number(3)? + 1;
    let side = if bits.flag()? { 15 } else { 7 };
    let (width, height) = (bits.number(side)? + 1, bits.number(side)? + 1);
    // Where chroma lies.
    match start.sampling {
        1 => bits.skip(2),
        2 => bits.skip(1),
        _ => {}
    }
    let is_deep = bits.flag()?;
    if is_deep {
        bits.skip(3);
    }
    let is_premultiplied = start.has_alpha && bits.flag()?;
    let range = if start.is_full_range { 0x80 } else { 0 };
    let mut colours = Vec::from(b"nclx");
    for point in code_points(bits, start)? {
        colours.extend([0, point]);
    }
    colours.push(range);
    let (kind, settings_name) = match format {
        _ if start.has_kinds => (bits.number(32)?, bits.number(32)?),
        Format::Avif => (u32::from_be_bytes(*b"av01"), u32::from_be_bytes(*b"av1C")),
        _ => (u32::from_be_bytes(*b"hvc1"), u32::from_be_bytes(*b"hvcC")),
    };
    let (kind, settings_name) = (kind.to_be_bytes(), settings_name.to_be_bytes());

    let sizes = Sizes::read(bits, start)?;
    let mut rest = Reader(bits.rest()?);
    let settings = rest.bytes(sizes.settings)?;
    let alpha_settings = match rest.bytes(sizes.alpha_settings)? {
        [] => settings,
        other => other,
    };
    let profile = rest.bytes(sizes.profile)?;
    let offset = (data.len() - rest.0.len()) as u64;

    let mut properties = vec![
        Property::new(&settings_name, settings),
        Property::size(width, height),
        Property::new(b"colr", colours),
    ];
    if !profile.is_empty() {
        properties.push(Property::new(b"colr", [&b"prof"[..], profile].concat()));
    }
    properties.extend(turns(orientation));
    let picture = Part {
        kind,
        properties,
        extent: (offset + sizes.alpha, sizes.picture),
    };
    if sizes.alpha == 0 {
        return Some(Items::of_parts(data, [picture]));
    }
    let alpha = Part {
        kind,
        properties: vec![
            Property::new(&settings_name, alpha_settings),
            Property::size(width, height),
            Property::new(
                b"auxC",
                &b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"[..],
            ),
        ],
        extent: (offset, sizes.alpha),
    };
    let mut items = Items::of_parts(data, [picture, alpha]);
    items.refer(ALPHA, *b"auxl", PICTURE);
    if is_premultiplied {
        items.refer(PICTURE, *b"prem", ALPHA);
    }
    Some(items)
}

/// How many bytes there are of each part.
struct Sizes {
    profile: usize,
    settings: usize,
    picture: u64,
    alpha: u64,
    alpha_settings: usize,
}

impl Sizes {
    /// By numbers that are short where all of a kind are small.
    fn read(bits: &mut Bits<'_>, start: &Start) -> Option<Self> {
        let has_metadata = start.has_profile || start.has_exif || start.has_xmp;
        let metadata = if has_metadata && bits.flag()? { 20 } else { 10 };
        let settings = if bits.flag()? { 12 } else { 3 };
        let data = if bits.flag()? { 28 } else { 15 };
        let mut sizes = Self {
            profile: 0,
            settings: 0,
            picture: 0,
            alpha: 0,
            alpha_settings: 0,
        };
        if start.has_profile {
            sizes.profile = bits.number(metadata)? as usize + 1;
        }
        sizes.settings = bits.number(settings)? as usize;
        sizes.picture = u64::from(bits.number(data)?) + 1;
        if start.has_alpha {
            sizes.alpha = bits.number(data)?.into();
        }
        if sizes.alpha > 0 {
            sizes.alpha_settings = bits.number(settings)? as usize;
        }
        // Whether what lies behind the picture is compressed, and how long it is.
        let behind = usize::from(start.has_exif) + usize::from(start.has_xmp);
        if behind > 0 {
            bits.skip(1 + behind * metadata);
        }
        Some(sizes)
    }
}

/// Primaries, transfer and matrix. What is not said is usual, or for the profile to say.
fn code_points(bits: &mut Bits<'_>, start: &Start) -> Option<[u8; 3]> {
    const UNSPECIFIED: u8 = 2;
    let has_chroma = start.sampling > 0;
    let mut points = if start.has_profile {
        [UNSPECIFIED, UNSPECIFIED, 6]
    } else {
        [1, 13, 6]
    };
    if start.has_code_points {
        let said = if has_chroma { 3 } else { 2 };
        for point in &mut points[..said] {
            *point = bits.number(8)? as u8;
        }
    }
    if !has_chroma {
        points[2] = UNSPECIFIED;
    }
    Some(points)
}

/// What an orientation of EXIF's numbers is as a rotation against the clock and then a reflection.
fn turns<'a>(orientation: u32) -> impl Iterator<Item = Property<'a>> {
    let (rotation, reflection): (Option<u8>, Option<u8>) = match orientation {
        2 => (None, Some(1)),
        3 => (Some(2), None),
        4 => (None, Some(0)),
        5 => (Some(1), Some(0)),
        6 => (Some(3), None),
        7 => (Some(3), Some(0)),
        8 => (Some(1), None),
        _ => (None, None),
    };
    let rotation = rotation.map(|quarters| Property::new(b"irot", vec![quarters]));
    let reflection = reflection.map(|axis| Property::new(b"imir", vec![axis]));
    rotation.into_iter().chain(reflection)
}
