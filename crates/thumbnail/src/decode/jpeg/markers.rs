//! The segments before a JPEG's first scan (ITU-T T.81, B), read for what the decoder is not asked: whether the picture is of a
//! kind that it reads, how large it is, what its components mean, which way up it is, and its profile.

use crate::exif;
use crate::orientation::Orientation;

/// What stands before the first scan.
#[derive(Debug)]
pub(in crate::decode) struct Segments {
    pub(in crate::decode) frame: Frame,
    /// The colour transform that Adobe's segment names, where there is one.
    pub(super) adobe: Option<u8>,
    pub(super) is_jfif: bool,
    pub(in crate::decode) orientation: Orientation,
    pub(super) profile: Option<Vec<u8>>,
    /// How many components the first scan has: fewer than the frame, where each has its own.
    pub(super) scan_components: usize,
    /// Where the first scan's coded data begins.
    pub(super) scan_start: usize,
}

/// A frame header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::decode) struct Frame {
    pub(in crate::decode) width: u32,
    pub(in crate::decode) height: u32,
    /// Bits of each sample: eight, but where they are coded without loss.
    pub(in crate::decode) bits: u8,
    pub(in crate::decode) is_lossless: bool,
    pub(super) is_progressive: bool,
    pub(super) components: Vec<Component>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) struct Component {
    pub(super) id: u8,
    /// Sampling factors: how many blocks of it a minimum coded unit has across and down.
    pub(super) across: u32,
    pub(super) down: u32,
}

/// Why the segments are of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::decode) enum Fault {
    #[error("it ends before its picture begins")]
    Cut,
    #[error("its scan comes before its frame header")]
    NoFrame,
    #[error("its frame header contradicts itself")]
    BadFrame,
    #[error("it is coded as {coding}")]
    Coding { coding: &'static str },
    #[error("its samples have {bits} bits")]
    Precision { bits: u8 },
    #[error("it has {count} components")]
    Components { count: u8 },
    #[error("its height stands behind its picture")]
    LateHeight,
}

impl Fault {
    /// Whether the file may be whole, but of a kind that is not read.
    pub(super) const fn is_unread(self) -> bool {
        match self {
            Self::Cut | Self::NoFrame | Self::BadFrame => false,
            Self::Coding { .. }
            | Self::Precision { .. }
            | Self::Components { .. }
            | Self::LateHeight => true,
        }
    }
}

pub(in crate::decode) fn read(jpeg: &[u8]) -> Result<Segments, Fault> {
    let mut frame = None;
    let mut adobe = None;
    let mut is_jfif = false;
    let mut orientation = None;
    let mut profile = Profile::default();
    for segment in Walk::new(jpeg) {
        let data = segment.data;
        match segment.marker {
            SOS => {
                return Ok(Segments {
                    frame: frame.ok_or(Fault::NoFrame)?,
                    adobe,
                    is_jfif,
                    orientation: orientation.unwrap_or_default(),
                    profile: profile.join(),
                    scan_components: data.first().copied().map_or(0, usize::from),
                    scan_start: segment.end,
                });
            }
            marker if is_frame(marker) && frame.is_none() => {
                frame = Some(read_frame(marker, data)?);
            }
            APP0 if data.starts_with(b"JFIF\0") => is_jfif = true,
            APP1 if orientation.is_none() && data.starts_with(b"Exif\0\0") => {
                orientation = Some(exif::orientation(data));
            }
            APP2 => profile.add(data),
            APP14 if data.starts_with(b"Adobe") => adobe = data.get(11).copied(),
            _ => {}
        }
    }
    Err(Fault::Cut)
}

const APP0: u8 = 0xE0;
pub(super) const APP1: u8 = 0xE1;
pub(super) const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const SOS: u8 = 0xDA;

/// Start of frame: C0 to CF but for the three between that define tables or are reserved.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

pub(super) fn read_frame(marker: u8, data: &[u8]) -> Result<Frame, Fault> {
    let coding = match marker {
        0xC0..=0xC3 => None,
        0xC5..=0xC7 | 0xCD..=0xCF => Some("hierarchical"),
        _ => Some("arithmetic"),
    };
    if let Some(coding) = coding {
        return Err(Fault::Coding { coding });
    }
    let [bits, high, low, wide, narrow, count, components @ ..] = data else {
        return Err(Fault::BadFrame);
    };
    let is_lossless = marker == 0xC3;
    if *bits != 8 && !(is_lossless && (2..=16).contains(bits)) {
        return Err(Fault::Precision { bits: *bits });
    }
    let side = |high: &u8, low: &u8| u32::from(u16::from_be_bytes([*high, *low]));
    let (width, height) = (side(wide, narrow), side(high, low));
    if height == 0 {
        return Err(Fault::LateHeight);
    }
    if !matches!(count, 1 | 3 | 4) {
        return Err(Fault::Components { count: *count });
    }
    let components: Vec<_> = components
        .chunks_exact(3)
        .take(usize::from(*count))
        .map(|component| Component {
            id: component[0],
            across: u32::from(component[1] >> 4),
            down: u32::from(component[1] & 15),
        })
        .collect();
    let legal = |component: &Component| {
        (1..=4).contains(&component.across) && (1..=4).contains(&component.down)
    };
    if width == 0 || components.len() != usize::from(*count) || !components.iter().all(legal) {
        return Err(Fault::BadFrame);
    }
    Ok(Frame {
        width,
        height,
        bits: *bits,
        is_lossless,
        is_progressive: marker == 0xC2,
        components,
    })
}

/// A segment: a marker that is followed by a length, and what the length covers.
struct Segment<'a> {
    marker: u8,
    data: &'a [u8],
    /// Where in the file it ends.
    end: usize,
}

/// Segments up to and including the first start of scan; behind it come coded data.
struct Walk<'a> {
    jpeg: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    const fn new(jpeg: &'a [u8]) -> Self {
        // Behind the start of the image.
        Self { jpeg, at: 2 }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            // Whatever stands between segments is passed over, as every decoder does.
            let rest = self.jpeg.get(self.at..)?;
            self.at += rest.iter().position(|&byte| byte == 0xFF)?;
            let rest = &self.jpeg[self.at..];
            let fill = rest.iter().take_while(|&&byte| byte == 0xFF).count();
            let marker = *rest.get(fill)?;
            self.at += fill + 1;
            match marker {
                // Stuffing, and markers that stand alone.
                0x00 | 0x01 | 0xD0..=0xD8 => {}
                0xD9 => return None,
                _ => {
                    let length = self.jpeg.get(self.at..self.at + 2)?;
                    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                    let end = self.at + length.max(2);
                    let data = self.jpeg.get(self.at + 2..end)?;
                    self.at = end;
                    return Some(Segment { marker, data, end });
                }
            }
        }
    }
}

/// A profile in as many segments as it needs, each with its number from 1 and their count (ICC.1, B.4).
#[derive(Default)]
pub(super) struct Profile<'a> {
    parts: Vec<(u8, &'a [u8])>,
    count: u8,
}

impl<'a> Profile<'a> {
    pub(super) fn add(&mut self, data: &'a [u8]) {
        if let Some([number, count, part @ ..]) = data.strip_prefix(b"ICC_PROFILE\0") {
            self.parts.push((*number, part));
            self.count = *count;
        }
    }

    pub(super) fn join(mut self) -> Option<Vec<u8>> {
        self.parts.sort_by_key(|(number, _)| *number);
        let numbers = self.parts.iter().map(|(number, _)| *number);
        let is_whole = self.count > 0 && numbers.eq(1..=self.count);
        is_whole.then(|| {
            self.parts
                .iter()
                .flat_map(|(_, part)| *part)
                .copied()
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).expect("short").to_be_bytes();
        [&[0xFF, marker], &length[..], data].concat()
    }

    fn file(segments: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        bytes.extend(segments.concat());
        bytes
    }

    /// A frame of 300x200 with this marker, precision and components.
    fn frame(marker: u8, bits: u8, count: u8) -> Vec<u8> {
        let mut data = vec![bits, 0, 200, 1, 44, count];
        for id in 1..=count {
            data.extend([id, if id == 1 { 0x22 } else { 0x11 }, 0]);
        }
        segment(marker, &data)
    }

    fn scan() -> Vec<u8> {
        segment(SOS, &[1, 1, 0, 0, 63, 0])
    }

    #[test]
    fn the_frame_is_read() {
        let jpeg = file(&[frame(0xC2, 8, 3), scan()]);
        let segments = read(&jpeg).expect("a header");
        assert_eq!((segments.frame.width, segments.frame.height), (300, 200));
        assert!(segments.frame.is_progressive);
        assert_eq!(segments.frame.components.len(), 3);
        assert_eq!(segments.frame.components[0].across, 2);
        assert_eq!(segments.scan_components, 1);
        assert_eq!(segments.scan_start, jpeg.len());
    }

    #[test]
    fn what_is_not_read_is_named() {
        let check = |segments: &[Vec<u8>], fault: Fault| {
            assert_eq!(read(&file(segments)).err(), Some(fault));
        };
        check(
            &[frame(0xC9, 8, 3), scan()],
            Fault::Coding {
                coding: "arithmetic",
            },
        );
        check(
            &[frame(0xCA, 8, 3), scan()],
            Fault::Coding {
                coding: "arithmetic",
            },
        );
        check(
            &[frame(0xC5, 8, 3), scan()],
            Fault::Coding {
                coding: "hierarchical",
            },
        );
        check(&[frame(0xC1, 12, 3), scan()], Fault::Precision { bits: 12 });
        check(&[frame(0xC3, 17, 3), scan()], Fault::Precision { bits: 17 });
        check(&[frame(0xC0, 8, 2), scan()], Fault::Components { count: 2 });
        check(&[scan()], Fault::NoFrame);
        check(&[frame(0xC0, 8, 3)], Fault::Cut);
        check(&[], Fault::Cut);
        let no_height = segment(0xC0, &[8, 0, 0, 1, 44, 1, 1, 0x11, 0]);
        check(&[no_height, scan()], Fault::LateHeight);
        let no_sampling = segment(0xC0, &[8, 0, 200, 1, 44, 1, 1, 0x01, 0]);
        check(&[no_sampling, scan()], Fault::BadFrame);
        let too_few = segment(0xC0, &[8, 0, 200, 1, 44, 3, 1, 0x11, 0]);
        check(&[too_few, scan()], Fault::BadFrame);
    }

    #[test]
    fn a_profile_is_joined_by_its_numbers() {
        let part = |number, count, text: &[u8]| {
            segment(
                APP2,
                &[b"ICC_PROFILE\0", &[number, count][..], text].concat(),
            )
        };
        let check = |parts: &[Vec<u8>], joined: Option<&[u8]>| {
            let jpeg = file(&[parts.concat(), frame(0xC0, 8, 1), scan()]);
            let segments = read(&jpeg).expect("a header");
            assert_eq!(segments.profile.as_deref(), joined);
        };
        check(&[part(2, 2, b"def"), part(1, 2, b"abc")], Some(b"abcdef"));
        check(&[part(1, 1, b"abc")], Some(b"abc"));
        check(&[part(1, 2, b"abc")], None);
        check(&[part(1, 2, b"abc"), part(1, 2, b"abc")], None);
        check(&[part(0, 0, b"abc")], None);
        check(&[], None);
    }

    #[test]
    fn fill_bytes_and_rubbish_between_segments_are_passed_over() {
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xFF, 0xFF];
        jpeg.extend(&segment(APP14, b"Adobe\0\x64\0\0\0\0\x02")[1..]);
        jpeg.extend([1, 2, 3]);
        jpeg.extend(frame(0xC0, 8, 4));
        jpeg.extend(scan());
        assert_eq!(read(&jpeg).expect("a header").adobe, Some(2));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(
            prop_oneof![Just(0xFF), Just(0xC0), Just(0xDA), Just(0), any::<u8>()], 0..200,
        )) {
            let _ = read(&bytes);
        }
    }
}
