//! Frames that nobody has drawn: the boolean encoder of RFC 6386, 7, led through the reference decoder by chance, so that whatever the
//! format can say is said.

use vp8_shrink::reference::{Booleans, ReferencePlane, reconstruct};
use vp8_shrink::{Header, Reduction, Request};

/// How a frame is made up.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// The first fields of the header, as the values of flags that have even odds. Behind them chance decides.
    pub(crate) fields: Vec<bool>,
    /// How much rarer what a boolean says is improbable gets, in 256: 0 leaves the odds alone.
    pub(crate) calm: u8,
    pub(crate) seed: u64,
}

/// Writes booleans (RFC 6386, 7.3).
pub(crate) struct Encoder {
    bytes: Vec<u8>,
    low: u64,
    range: u32,
    /// Bits that `low` has above its lowest 32.
    bits: u32,
}

impl Encoder {
    fn new() -> Self {
        Self {
            bytes: Vec::new(),
            low: 0,
            range: 255,
            bits: 0,
        }
    }

    fn write(&mut self, bit: bool, probability: u8) {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        if bit {
            self.low += u64::from(split) << 24;
            self.range -= split;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.range <<= 1;
            self.low <<= 1;
            self.bits += 1;
            if self.bits == 8 {
                self.flush_byte();
            }
        }
    }

    /// Takes out the highest eight bits, with a carry into the bytes before.
    fn flush_byte(&mut self) {
        let byte = self.low >> 32;
        if byte > 255 {
            for before in self.bytes.iter_mut().rev() {
                *before = before.wrapping_add(1);
                if *before != 0 {
                    break;
                }
            }
        }
        self.bytes.push(byte as u8);
        self.low &= 0xffff_ffff;
        self.bits = 0;
    }

    fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.low <<= 8 - self.bits;
            self.flush_byte();
        }
        self.bytes
    }
}

/// Chance in a decoder's place: makes booleans up, and writes them down.
struct Chance {
    encoder: Encoder,
    fields: std::vec::IntoIter<bool>,
    calm: u8,
    state: u64,
}

impl Chance {
    fn new(kind: &Kind, index: u64, fields: Vec<bool>) -> Self {
        Self {
            encoder: Encoder::new(),
            fields: fields.into_iter(),
            calm: kind.calm,
            state: kind.seed.wrapping_add(index << 56),
        }
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

impl Booleans for Chance {
    fn read(&mut self, probability: u8) -> bool {
        let random = self.random();
        let calm = (random >> 8) as u8 >= self.calm;
        let bit = match self.fields.next() {
            Some(bit) => bit,
            None if calm || probability == 128 => random as u8 >= probability,
            None => probability < 128,
        };
        self.encoder.write(bit, probability);
        bit
    }
}

/// A frame, and the planes that it shows at a reduction.
pub(crate) fn frame(kind: &Kind, reduction: Reduction) -> (Vec<u8>, Vec<ReferencePlane>) {
    let mut frame = vec![0, 0, 0, 0x9d, 0x01, 0x2a];
    frame.extend(kind.width.to_le_bytes());
    frame.extend(kind.height.to_le_bytes());
    let header = Header::read(&frame).expect("the start of a frame");
    let mut first = Chance::new(kind, 0, kind.fields.clone());
    let partitions = |count: usize| {
        let indices = 1..=count as u64;
        indices
            .map(|index| Chance::new(kind, index, Vec::new()))
            .collect()
    };
    let outcome = reconstruct(&header, &Request::new(reduction), &mut first, partitions)
        .expect("the whole picture");

    let first = first.encoder.finish();
    let tag = (first.len() as u32) << 5 | 1 << 4;
    frame[..3].copy_from_slice(&tag.to_le_bytes()[..3]);
    frame.extend(first);
    let partitions: Vec<_> = outcome
        .partitions
        .into_iter()
        .map(|partition| partition.encoder.finish())
        .collect();
    for partition in &partitions[..partitions.len() - 1] {
        frame.extend(&(partition.len() as u32).to_le_bytes()[..3]);
    }
    frame.extend(partitions.concat());
    (frame, outcome.planes)
}
