//! What breaks the rules in a JPEG's segments and is understood all the same.
//!
//! `libjpeg`, and with it browsers, show such files; the decoders here refuse them. So they are given a copy that keeps the rules.

use std::borrow::Cow;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DNL: u8 = 0xDC;

/// The file with
///
/// - segments left out whose length is less than the two bytes that it takes itself;
/// - components named apart, where several have one name: scans list them in the frame's order;
/// - the height in the frame header that stands in a DNL segment behind the first scan (ITU-T T.81, B.2.5), and no such segment.
pub(super) fn mend(jpeg: &[u8]) -> Cow<'_, [u8]> {
    let mut mended = Mended {
        bytes: Vec::new(),
        height_at: None,
        names: Vec::new(),
        is_changed: false,
    };
    let mut at = 0;
    // Everything up to `copied` is in the copy or left out of it.
    let mut copied = 0;
    while let Some(found) = next_marker(jpeg, at) {
        let (marker, behind) = found;
        match marker {
            SOI => at = behind,
            EOI => break,
            _ => {
                let Some(length) = jpeg.get(behind..behind + 2) else {
                    break;
                };
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                let end = behind + length.max(2);
                let Some(data) = jpeg.get(behind + 2..end) else {
                    break;
                };
                if length < 2 || marker == DNL {
                    mended.bytes.extend_from_slice(&jpeg[copied..behind - 2]);
                    mended.leave_out(marker, data);
                } else {
                    mended.bytes.extend_from_slice(&jpeg[copied..end]);
                    let start = mended.bytes.len() - data.len();
                    mended.look_at(marker, start);
                }
                copied = end;
                at = end;
            }
        }
    }
    if !mended.is_changed {
        return Cow::Borrowed(jpeg);
    }
    mended.bytes.extend_from_slice(&jpeg[copied..]);
    Cow::Owned(mended.bytes)
}

/// The next marker that is none of those within coded data, and where the file goes on behind it.
pub(super) fn next_marker(jpeg: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += jpeg.get(at..)?.iter().position(|&byte| byte == 0xFF)? + 1;
        match *jpeg.get(at)? {
            // Filling: the next byte is looked at again.
            0xFF => {}
            0x00 | 0x01 | 0xD0..=0xD7 => at += 1,
            marker => return Some((marker, at + 1)),
        }
    }
}

struct Mended {
    bytes: Vec<u8>,
    /// Where the frame header has its height, as long as that is 0.
    height_at: Option<usize>,
    /// The names of the frame's components as they were, where some were equal.
    names: Vec<u8>,
    is_changed: bool,
}

impl Mended {
    fn leave_out(&mut self, marker: u8, data: &[u8]) {
        self.is_changed = true;
        if let (DNL, [high, low], Some(at)) = (marker, data, self.height_at) {
            self.bytes[at..at + 2].copy_from_slice(&[*high, *low]);
            self.height_at = None;
        }
    }

    /// A segment is in the copy, its contents from `start` to the end.
    fn look_at(&mut self, marker: u8, start: usize) {
        let data = &mut self.bytes[start..];
        match (marker, data) {
            (0xC0..=0xC2, [_, high, low, _, _, count, components @ ..]) => {
                if (*high, *low) == (0, 0) {
                    self.height_at = Some(start + 1);
                }
                let count = usize::from(*count);
                self.names = components
                    .chunks_exact(3)
                    .take(count)
                    .map(|one| one[0])
                    .collect();
                let names = 1..=self.names.len();
                let are_apart = names
                    .clone()
                    .all(|nth| !self.names[..nth - 1].contains(&self.names[nth - 1]));
                if are_apart {
                    self.names.clear();
                } else {
                    self.is_changed = true;
                    for (component, name) in components.chunks_exact_mut(3).zip(names) {
                        component[0] = name as u8;
                    }
                }
            }
            (SOS, [count, components @ ..]) => {
                let mut taken = 0;
                for component in components.chunks_exact_mut(2).take(usize::from(*count)) {
                    // The first of that name that is not taken yet.
                    let rest = self.names.get(taken..).unwrap_or_default();
                    if let Some(place) = rest.iter().position(|name| *name == component[0]) {
                        taken += place + 1;
                        component[0] = taken as u8;
                    }
                }
            }
            _ => {}
        }
    }
}
