//! What a sequence header says of the samples (AV1 specification, 5.5).
//!
//! The decoder tells it too, but panics over code points that are reserved, where all others take them for unspecified, and knows none of
//! the newer ones.

use super::super::bits::Bits;
use super::Coding;

/// The colours of a sequence header. `None` where it is cut off.
pub(super) fn coding(header: &[u8]) -> Option<Coding> {
    let mut bits = Bits::new(header);
    let profile = bits.number(3)?;
    bits.skip(1);
    let is_reduced = bits.flag()?;
    if is_reduced {
        bits.skip(5);
    } else {
        skip_operating_points(&mut bits)?;
    }
    skip_size(&mut bits, is_reduced)?;
    skip_tools(&mut bits, is_reduced)?;

    // 5.5.2: deeper samples, deepest samples, no colours.
    if bits.flag()? && profile == 2 {
        bits.skip(1);
    }
    let is_grey = profile != 1 && bits.flag()?;
    let mut code_points = [2; 3];
    if bits.flag()? {
        for point in &mut code_points {
            *point = bits.number(8)? as u8;
        }
    }
    let [primaries, transfer, matrix] = code_points;
    let is_srgb = code_points == [1, 13, 0];
    Some(Coding {
        primaries,
        transfer,
        matrix,
        is_full_range: (is_srgb && !is_grey) || bits.flag()?,
    })
}

fn skip_operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_length = None;
    let has_timing = bits.flag()?;
    if has_timing {
        bits.skip(64);
        if bits.flag()? {
            skip_exponential(bits)?;
        }
        let has_model = bits.flag()?;
        if has_model {
            delay_length = Some(bits.number(5)? as usize + 1);
            bits.skip(42);
        }
    }
    let has_display_delays = bits.flag()?;
    for _ in 0..=bits.number(5)? {
        bits.skip(12);
        // Of the higher levels there are two tiers.
        if bits.number(5)? > 7 {
            bits.skip(1);
        }
        if let Some(length) = delay_length
            && bits.flag()?
        {
            bits.skip(2 * length + 1);
        }
        if has_display_delays && bits.flag()? {
            bits.skip(4);
        }
    }
    Some(())
}

fn skip_size(bits: &mut Bits<'_>, is_reduced: bool) -> Option<()> {
    let lengths = (bits.number(4)? + 1) + (bits.number(4)? + 1);
    bits.skip(lengths as usize);
    if !is_reduced && bits.flag()? {
        bits.skip(7);
    }
    Some(())
}

/// Which tools of the coder are in use.
fn skip_tools(bits: &mut Bits<'_>, is_reduced: bool) -> Option<()> {
    bits.skip(3);
    if !is_reduced {
        bits.skip(4);
        let has_order = bits.flag()?;
        if has_order {
            bits.skip(2);
        }
        // Each frame chooses, or all or none are of content from screens, and where some may be, of whole motion.
        let may_be_screen = bits.flag()? || bits.flag()?;
        if may_be_screen && !bits.flag()? {
            bits.skip(1);
        }
        if has_order {
            bits.skip(3);
        }
    }
    bits.skip(3);
    Some(())
}

/// A number behind as many zeros as it has bits (4.10.3).
fn skip_exponential(bits: &mut Bits<'_>) -> Option<()> {
    let mut zeros = 0;
    while !bits.flag()? {
        zeros += 1;
    }
    // As many or more, and there is no number.
    if zeros < 32 {
        bits.skip(zeros);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits in groups, as the specification lists them.
    fn packed(groups: &[&str]) -> Vec<u8> {
        let digits: String = groups.concat().replace(' ', "");
        let bytes = digits.as_bytes().chunks(8).map(|digits| {
            let number = digits
                .iter()
                .fold(0, |number, digit| number << 1 | (digit - b'0'));
            number << (8 - digits.len())
        });
        bytes.collect()
    }

    #[track_caller]
    fn check(groups: &[&str], code_points: [u8; 3], is_full_range: bool) {
        let found = coding(&packed(groups)).expect("a header");
        let points = [found.primaries, found.transfer, found.matrix];
        assert_eq!((points, found.is_full_range), (code_points, is_full_range));
    }

    /// A profile that is still and reduced, its level, and the size 64 by 48; then tools.
    const REDUCED: [&str; 3] = ["000 1 1 10101", "0101 0101 111111 101111", "111 111"];

    const PRIMARIES_3: &str = "00000011";
    const TRANSFER_16: &str = "00010000";
    const MATRIX_9: &str = "00001001";

    #[test]
    fn of_a_still_picture() {
        let described = |start: [&str; 3], rest: &[&str], points, is_full_range| {
            check(&[&start[..], rest].concat(), points, is_full_range);
        };
        let points = [PRIMARIES_3, TRANSFER_16, MATRIX_9].concat();
        for (range, is_full_range) in [("1", true), ("0", false)] {
            let colours = ["0 0 1", &points, range];
            described(REDUCED, &colours, [3, 16, 9], is_full_range);
            // Ten bits, and grey.
            let colours = ["1 1 1", &points, range];
            described(REDUCED, &colours, [3, 16, 9], is_full_range);
            described(REDUCED, &["0 0 0", range], [2, 2, 2], is_full_range);
        }
        // The second profile has colours, and the third ten or twelve bits.
        let [_, size, tools] = REDUCED;
        let second = ["001 1 1 10101", size, tools];
        described(second, &["0 1", &points, "1"], [3, 16, 9], true);
        let third = ["010 1 1 10101", size, tools];
        described(third, &["1 1 0 1", &points, "1"], [3, 16, 9], true);
        described(third, &["0 0 1", &points, "1"], [3, 16, 9], true);
    }

    /// Colours of sRGB that are stored as such have the full range, without a bit for it.
    #[test]
    fn of_stored_red_green_and_blue() {
        let [_, size, tools] = REDUCED;
        let points = "00000001 00001101 00000000";
        let second = ["001 1 1 10101", size, tools];
        check(
            &[&second[..], &["0 1", points, "0"]].concat(),
            [1, 13, 0],
            true,
        );
        check(
            &[&REDUCED[..], &["0 1 1", points, "0"]].concat(),
            [1, 13, 0],
            false,
        );
    }

    #[test]
    fn of_a_film_that_says_everything() {
        let ones = "1".repeat(64);
        let timing = [
            "1",
            &ones,
            "1 00101",
            // Numbers of eight bits for delays.
            "1 00111",
            &ones[..42],
        ]
        .concat();
        let [points, delays] = [
            "1 00001",
            // A level above 7 has a tier, and this one has delays; the other has neither.
            "111111111111 01000 1 1 1111111111111111 1 1 1111",
        ];
        let other = "111111111111 00111 0 0";
        let [_, size, _] = REDUCED;
        let tools = "1 1111111 111 1111 1 11";
        let colours = ["111 1 1 0 1", PRIMARIES_3, TRANSFER_16, MATRIX_9, "0"].concat();
        // Whether each frame chooses what is of screens, and whole motion.
        for choices in ["1 1", "1 0 1", "0 1 0 1", "0 0"] {
            let header = [
                "010 0 0", &timing, points, delays, other, size, tools, choices, "111", &colours,
            ];
            check(&header, [3, 16, 9], false);
        }
        let plain = [
            "010 0 0 0 0 00000",
            other,
            size,
            "0 111 1111 0 1 1",
            &colours,
        ];
        let plain = plain.map(|group| group.replace("00111 0 0", "00111"));
        check(&plain.each_ref().map(String::as_str), [3, 16, 9], false);
    }

    #[test]
    fn of_one_that_is_cut_off() {
        let points = [PRIMARIES_3, TRANSFER_16, MATRIX_9].concat();
        let whole = packed(&[&REDUCED[..], &["1 1 1", &points, "1"]].concat());
        assert!(coding(&whole).is_some());
        for end in 0..whole.len() {
            assert!(coding(&whole[..end]).is_none(), "{end} bytes");
        }
        // A number that nothing but zeros come before.
        let endless = packed(&["000 0 0 1", &"1".repeat(64), "1", &"0".repeat(80)]);
        assert!(coding(&endless).is_none());
    }
}
