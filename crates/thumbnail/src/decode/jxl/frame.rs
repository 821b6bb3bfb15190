//! The header of the first frame (ISO/IEC 18181-1, annex F), as far as it says whether the frame is the whole picture.

/// What has to be known of the file's header for it.
pub(super) struct Context {
    pub(super) is_xyb: bool,
    pub(super) extra_channels: usize,
    pub(super) is_animated: bool,
    pub(super) has_timecodes: bool,
}

/// A frame that is coded by cosine transforms, covers the picture, is shown, and needs no other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) has_passes: bool,
    /// Whether it is kept for frames behind it.
    pub(super) is_kept: bool,
}

/// What a frame may need besides: artificial noise, and light that is not smoothed. Patches, splines and frames of averages are not among it.
const NOISE_AND_NO_SMOOTHING: u32 = 0x01 | 0x80;

/// Reads the header that `bytes` begin with; `None` for any other frame.
pub(super) fn plain(bytes: &[u8], context: &Context) -> Option<Frame> {
    let mut bits = Bits { bytes, at: 0 };
    if bits.flag()? {
        // All as usual.
        return Some(Frame {
            has_passes: false,
            is_kept: false,
        });
    }
    let is_shown_by_itself = bits.take(2)? == 0;
    let is_modular = bits.flag()?;
    let flags = match bits.take(2)? {
        0 => 0,
        1 => 1 + bits.take(4)?,
        2 => 17 + bits.take(8)?,
        _ => return None,
    };
    if !is_shown_by_itself || is_modular || flags & !NOISE_AND_NO_SMOOTHING != 0 {
        return None;
    }
    if context.is_xyb {
        upsampling(&mut bits, context)?;
        // Scales of the quantisation.
        bits.take(6)?;
    } else {
        let is_ycbcr = bits.flag()?;
        bits.take(if is_ycbcr { 6 } else { 0 })?;
        upsampling(&mut bits, context)?;
    }
    let has_passes = passes(&mut bits)?;
    let is_part = bits.flag()?;
    let is_blended = (0..=context.extra_channels).try_fold(false, |is_blended, _| {
        Some(is_blended | (bits.take(2)? != 0))
    })?;
    if is_part || is_blended {
        return None;
    }
    let duration = match bits.take(if context.is_animated { 2 } else { 0 })? {
        2 => bits.take(8)?,
        3 => bits.take(32)?,
        few => few,
    };
    bits.take(if context.has_timecodes { 32 } else { 0 })?;
    let is_last = bits.flag()?;
    let is_kept = !is_last && bits.take(2)? != 0;
    (is_last || duration > 0).then_some(Frame {
        has_passes,
        is_kept,
    })
}

/// By how much the frame and its extra channels are enlarged.
fn upsampling(bits: &mut Bits<'_>, context: &Context) -> Option<()> {
    (0..=context.extra_channels).try_for_each(|_| bits.take(2).map(drop))
}

/// Whether the frame comes in several passes.
fn passes(bits: &mut Bits<'_>) -> Option<bool> {
    let count = match bits.take(2)? {
        3 => 4 + bits.take(3)?,
        few => few + 1,
    };
    if count == 1 {
        return Some(false);
    }
    let sizes = match bits.take(2)? {
        3 => 3 + bits.take(1)?,
        few => few,
    };
    // Shifts, and the sizes.
    for _ in 0..count - 1 + sizes {
        bits.take(2)?;
    }
    for _ in 0..sizes {
        if bits.take(2)? == 3 {
            bits.take(3)?;
        }
    }
    Some(true)
}

/// Numbers of any count of bits, each from its lowest bit on.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn flag(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// At most 32 bits.
    fn take(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |number, place| {
            Some(number | u32::from(self.flag()?) << place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of bits that are given in their order.
    fn packed(fields: &[&str]) -> Vec<u8> {
        let bits: Vec<u8> = fields.concat().bytes().map(|bit| bit - b'0').collect();
        let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
        bits.chunks(8).map(byte).collect()
    }

    const XYB: Context = Context {
        is_xyb: true,
        extra_channels: 0,
        is_animated: false,
        has_timecodes: false,
    };

    /// A last frame in XYB, as far as whether it is the last: not as usual, shown by itself, by cosine transforms, and so on.
    const LAST: [&str; 10] = ["0", "00", "0", "00", "00", "000000", "00", "0", "00", "1"];

    fn check(fields: &[&str], context: &Context, expected: Option<(bool, bool)>) {
        let frame = plain(&packed(fields), context).map(|it| (it.has_passes, it.is_kept));
        assert_eq!(frame, expected, "{fields:?}");
    }

    fn changed(index: usize, field: &'static str) -> Vec<&'static str> {
        let mut fields = LAST.to_vec();
        fields[index] = field;
        fields
    }

    #[test]
    fn a_frame_that_is_the_whole_picture_is_told_from_others() {
        check(&["1"], &XYB, Some((false, false)));
        check(&LAST, &XYB, Some((false, false)));
        for (index, other) in [
            // Of averages, for reference only, without loss.
            (1, "10"),
            (1, "01"),
            (2, "1"),
            // With patches, splines, averages from elsewhere, and a flag that nobody knows.
            (3, "101000"),
            (3, "101111"),
            (3, "0111110000"),
            (3, "11"),
            // A part of the picture, and one that is added to another.
            (7, "1"),
            (8, "10"),
        ] {
            check(&changed(index, other), &XYB, None);
        }
        // A layer: not the last, and not shown.
        check(&[&LAST[..9], &["0", "00"]].concat(), &XYB, None);
        for end in 0..packed(&LAST).len() {
            assert_eq!(plain(&packed(&LAST)[..end], &XYB), None);
        }
    }

    #[test]
    fn noise_enlargement_and_passes_make_no_difference() {
        check(&changed(3, "100000"), &XYB, Some((false, false)));
        check(&changed(3, "0111110110"), &XYB, Some((false, false)));
        check(&changed(4, "11"), &XYB, Some((false, false)));
        // Three passes: two shifts, and one size, which the first of them ends with.
        check(&changed(6, "011000001001"), &XYB, Some((true, false)));
        // Four, of no sizes.
        check(&changed(6, "1100000000000"), &XYB, Some((true, false)));
    }

    #[test]
    fn what_is_there_depends_on_the_file() {
        let alpha = Context {
            extra_channels: 1,
            ..XYB
        };
        let fields = [
            "0", "00", "0", "00", "0000", "000000", "00", "0", "0000", "1",
        ];
        check(&fields, &alpha, Some((false, false)));
        let jpeg = Context {
            is_xyb: false,
            ..XYB
        };
        check(
            &["0", "00", "0", "00", "0", "00", "00", "0", "00", "1"],
            &jpeg,
            Some((false, false)),
        );
        check(
            &[
                "0", "00", "0", "00", "1", "100000", "00", "00", "0", "00", "1",
            ],
            &jpeg,
            Some((false, false)),
        );
        let animation = Context {
            is_animated: true,
            has_timecodes: true,
            ..XYB
        };
        let timecode = "0".repeat(32);
        let animated = |duration: &'static str, rest: &'static str| {
            [&LAST[..9], &[duration, &timecode, rest]].concat().concat()
        };
        check(&[&animated("10", "000")], &animation, Some((false, false)));
        check(
            &[&animated("0110100000", "010")],
            &animation,
            Some((false, true)),
        );
        check(&[&animated("00", "000")], &animation, None);
        check(&[&animated("00", "1")], &animation, Some((false, false)));
    }
}
