//! Arcs of astronomical radii: `usvg` 0.45.1 makes curves of them that are true to a tenth of a unit, millions for one arc, and takes them from
//! the front of a list, which moves all others.

/// Digits before the point from which on an arc becomes more than a few dozen curves.
const MANY_DIGITS: u32 = 9;

/// Bytes of an outline that a curve counts, as if it were written out, and what moving it once takes.
const CURVE: f64 = 8.0;
const MOVE: f64 = 1.0 / 160.0;

/// What the arcs of an attribute count beside its own length.
pub(super) fn bytes(name: &str, value: &str) -> u64 {
    let arcs = match name {
        "d" => value.matches(['a', 'A']).count(),
        "r" | "rx" | "ry" => 4,
        _ => 0,
    };
    if arcs == 0 {
        return 0;
    }
    let digits = digits(value);
    if digits < MANY_DIGITS {
        return 0;
    }
    // The sixth root of the radius in tenths (kurbo 0.11.3).
    let curves = 10_f64.powf((f64::from(digits) + 1.0) / 6.0);
    (arcs as f64 * curves * (CURVE + curves * MOVE)) as u64
}

/// How many digits the largest of some numbers has before its point, once it is written out.
fn digits(numbers: &str) -> u32 {
    enum Part {
        Whole,
        Fraction,
        Exponent,
    }
    let (mut part, mut whole, mut exponent, mut most) = (Part::Whole, 0, 0_u32, 0);
    for byte in numbers.bytes() {
        part = match (part, byte) {
            (Part::Whole, b'0'..=b'9') => {
                whole += 1;
                Part::Whole
            }
            (Part::Exponent, b'0'..=b'9') => {
                let digit = u32::from(byte - b'0');
                exponent = exponent.saturating_mul(10).saturating_add(digit);
                Part::Exponent
            }
            (part, b'0'..=b'9') => part,
            (Part::Exponent, b'+') => Part::Exponent,
            (_, b'e' | b'E') => Part::Exponent,
            (_, b'.') => Part::Fraction,
            // Behind an `e` a number becomes smaller by what follows; anywhere else the next one begins.
            (Part::Exponent, b'-') => Part::Fraction,
            _ => {
                (whole, exponent) = (0, 0);
                Part::Whole
            }
        };
        most = most.max(exponent.saturating_add(whole));
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number_written_out() {
        let check = |numbers: &str, expected: u32| assert_eq!(digits(numbers), expected);
        check("M0 0a1 10 0 01 123.4567890-12", 3);
        check("1e30", 31);
        check("1,2E+9 3", 10);
        check("1234e-9", 4);
        check("", 0);
        check("1e99999999999", u32::MAX);
    }

    #[test]
    fn only_arcs_of_astronomical_radii_count() {
        assert_eq!(bytes("d", "M0 0a9999 9999 0 0 1 9 9"), 0);
        assert_eq!(bytes("d", "M0 0L1e30 0"), 0);
        assert_eq!(bytes("width", "1e30"), 0);
        // Half of a circle of 5e27: kurbo makes (11.163 * 5e27) ^ (1 / 6) / 2 curves, about 31,000.
        let one = bytes("d", "M0 0a1 1 0 0 1 1e28 0");
        assert!(one > 31_000 * 8, "{one}");
        assert!(bytes("r", "1e38") > 4 * one);
    }
}
