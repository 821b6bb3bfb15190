//! JPEG XL (ISO/IEC 18181-1) of nothing but zeros, so that a few bytes make a frame of any size.

/// Numbers of so many bits, each from its lowest on.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.0.extend((0..count).map(|bit| value >> bit & 1 == 1));
    }

    fn put_all(&mut self, fields: &[(u32, u32)]) {
        for &(value, count) in fields {
            self.put(value, count);
        }
    }

    fn align(&mut self) {
        self.0.resize(self.0.len().next_multiple_of(8), false);
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| {
            let places = bits.iter().enumerate();
            places.fold(0, |byte, (place, &bit)| byte | u8::from(bit) << place)
        };
        self.0.chunks(8).map(byte).collect()
    }
}

/// The header of a file (annexes B and D): of eight bits, in XYB.
pub(crate) fn header(width: u32, height: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // Not in eights; of 30 bits, less one; of no usual shape; and nothing special, nor its colours.
    bits.put_all(&[(0, 1), (3, 2), (height - 1, 30)]);
    bits.put_all(&[(0, 3), (3, 2), (width - 1, 30), (1, 1), (1, 1)]);
    [&[0xFF, 0x0A][..], &bits.bytes()].concat()
}

/// What a frame is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing of it is seen before the next one is laid over it.
    Layer,
    /// Only patches are taken from it.
    Reference,
    Last,
}

/// What is drawn over a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Nothing,
    /// All of the reference, so often.
    Patches(u32),
    /// A line through so many points, each one pixel further right and down, with a width (sigma) of 341 pixels. It has no colour.
    Spline(u32),
}

/// Sides of a group of pixels.
const GROUP: u32 = 1024;

/// A frame in the modular encoding (annexes C, F and H).
pub(crate) fn frame((width, height): (u32, u32), kind: Kind, over: Over) -> Vec<u8> {
    let mut bits = Bits::default();
    let frame_type = if kind == Kind::Reference { 2 } else { 0 };
    bits.put_all(&[(0, 1), (frame_type, 2), (1, 1)]);
    match over {
        Over::Nothing => bits.put(0, 2),
        Over::Patches(_) => bits.put_all(&[(1, 2), (2 - 1, 4)]),
        Over::Spline(_) => bits.put_all(&[(1, 2), (16 - 1, 4)]),
    }
    // No upsampling, large groups.
    bits.put_all(&[(0, 2), (3, 2)]);
    if kind != Kind::Reference {
        // One pass.
        bits.put(0, 2);
    }
    // The whole picture.
    bits.put(0, 1);
    if kind != Kind::Reference {
        // It replaces what was there.
        bits.put(0, 2);
        bits.put(u32::from(kind == Kind::Last), 1);
    }
    if kind != Kind::Last {
        // The first place for references, as it is before colours are made of it.
        bits.put_all(&[(0, 2), (1, 1)]);
    }
    // No name, no filters, no extensions.
    bits.put_all(&[(0, 2), (0, 1), (0, 1), (0, 2), (0, 2), (0, 2)]);

    let global = global(over, width);
    let groups = width.div_ceil(GROUP) * height.div_ceil(GROUP);
    let mut sections = vec![global];
    if groups > 1 {
        // Nothing of low frequency; and for each group that all is as said before.
        let large = width.div_ceil(8 * GROUP) * height.div_ceil(8 * GROUP);
        sections.extend((0..=large).map(|_| Vec::new()));
        sections.extend((0..groups).map(|_| vec![0b0011]));
    }
    bits.put(0, 1);
    bits.align();
    for section in &sections {
        let length = section.len() as u32;
        match length.checked_sub(1024) {
            None => bits.put_all(&[(0, 2), (length, 10)]),
            Some(more) => bits.put_all(&[(1, 2), (more, 14)]),
        }
    }
    bits.align();
    [bits.bytes(), sections.concat()].concat()
}

/// What stands before the groups.
fn global(over: Over, side: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    match over {
        Over::Nothing => {}
        Over::Patches(count) => {
            begin_numbers(&mut bits, true);
            // One reference, from its corner, as large as it is.
            for number in [1, 0, 0, 0, side - 1, side - 1, count - 1] {
                put_number(&mut bits, number);
            }
            for _ in 0..count {
                // In the corner, or where the one before is; added.
                for number in [0, 0, 2] {
                    put_number(&mut bits, number);
                }
            }
        }
        Over::Spline(points) => {
            begin_numbers(&mut bits, true);
            // One, from the corner, and its points by the differences of their differences, twice as far where they are not below 0.
            for number in [0, 0, 0, 0, points - 1, 2, 2] {
                put_number(&mut bits, number);
            }
            for _ in 0..2 * (points - 2) {
                put_number(&mut bits, 0);
            }
            // Three colours and the width, each by 32 numbers.
            for _ in 0..3 * 32 {
                put_number(&mut bits, 0);
            }
            put_number(&mut bits, 2 * 1024);
            for _ in 1..32 {
                put_number(&mut bits, 0);
            }
        }
    }
    // Usual steps; a tree of one leaf, and what is coded with it, all of zeros.
    bits.put_all(&[(1, 1), (1, 1)]);
    begin_zeros(&mut bits, true);
    begin_zeros(&mut bits, false);
    // With that tree, the usual prediction, no transforms.
    bits.put_all(&[(1, 1), (1, 1), (0, 2)]);
    bits.bytes()
}

/// A code (annex C) for zeros alone, which need no bits.
fn begin_zeros(bits: &mut Bits, has_contexts: bool) {
    begin_code(bits, has_contexts);
    bits.put(0, 1);
}

/// The numbers that follow: 0, 1, 2, 3, and those from 2048 to 4095.
fn begin_numbers(bits: &mut Bits, has_contexts: bool) {
    begin_code(bits, has_contexts);
    // 1 + 8 + 5 symbols, of which four have words, each of two bits.
    bits.put_all(&[(1, 1), (3, 4), (5, 3)]);
    bits.put_all(&[(1, 2), (3, 2)]);
    for symbol in SYMBOLS {
        bits.put(symbol, 4);
    }
    bits.put(0, 1);
}

const SYMBOLS: [u32; 4] = [0, 1, 2, 12];

/// All contexts alike, prefix codes, and numbers by their length and the bits below the highest.
fn begin_code(bits: &mut Bits, has_contexts: bool) {
    bits.put(0, 1);
    if has_contexts {
        bits.put_all(&[(1, 1), (0, 2)]);
    }
    bits.put_all(&[(1, 1), (0, 4)]);
}

fn put_number(bits: &mut Bits, number: u32) {
    let length = 32 - number.leading_zeros();
    let place = SYMBOLS.iter().position(|&symbol| symbol == length);
    let place = place.expect("a number that has a word") as u32;
    // Words from their highest bit on.
    bits.put_all(&[(place >> 1, 1), (place & 1, 1)]);
    if length > 1 {
        bits.put(number & !(1 << (length - 1)), length - 1);
    }
}
