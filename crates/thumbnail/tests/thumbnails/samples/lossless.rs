//! JPEG files without loss (ITU-T T.81, H).

/// What is to be written: samples of so many `bits`, of all `components` of a pixel together.
pub(crate) struct Lossless<'a> {
    pub(crate) size: (usize, usize),
    pub(crate) bits: u8,
    pub(crate) components: usize,
    pub(crate) samples: &'a [u16],
    /// Which of the seven ways a sample is foretold (table H.1).
    pub(crate) predictor: u8,
    /// Bits that are left away at the low end of each sample.
    pub(crate) shift: u8,
    /// Rows between restarts.
    pub(crate) restart: Option<usize>,
    /// A scan for each component.
    pub(crate) is_apart: bool,
}

impl Lossless<'_> {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut file = vec![0xFF, 0xD8];
        let mut segment = |marker: u8, data: &[u8]| {
            file.extend([0xFF, marker]);
            file.extend((data.len() as u16 + 2).to_be_bytes());
            file.extend(data);
        };
        let (width, height) = (self.size.0 as u16, self.size.1 as u16);
        let mut frame = vec![self.bits];
        frame.extend([height, width].map(u16::to_be_bytes).as_flattened());
        frame.push(self.components as u8);
        frame.extend((0..self.components as u8).flat_map(|name| [name, 0x11, 0]));
        segment(0xC3, &frame);
        // All seventeen categories have codes of five bits, which are their numbers.
        let mut table = vec![0; 17];
        table[5] = 17;
        table.extend(0..17);
        segment(0xC4, &table);
        if let Some(rows) = self.restart {
            segment(0xDD, &((rows * self.size.0) as u16).to_be_bytes());
        }
        let all: Vec<usize> = (0..self.components).collect();
        for components in all.chunks(if self.is_apart { 1 } else { self.components }) {
            let mut scan = vec![components.len() as u8];
            scan.extend(components.iter().flat_map(|&name| [name as u8, 0]));
            scan.extend([self.predictor, 0, self.shift]);
            file.extend([0xFF, 0xDA, 0]);
            file.push(scan.len() as u8 + 2);
            file.extend(scan);
            file.extend(self.coded(components));
        }
        file.extend([0xFF, 0xD9]);
        file
    }

    fn coded(&self, components: &[usize]) -> Vec<u8> {
        let (width, height) = self.size;
        let rows = self.restart.unwrap_or(height);
        let mut coded = Vec::new();
        for (number, first) in (0..height).step_by(rows).enumerate() {
            if number > 0 {
                coded.extend([0xFF, 0xD0 + (number as u8 - 1) % 8]);
            }
            let mut bits = Vec::new();
            for y in first..height.min(first + rows) {
                for x in 0..width {
                    for &component in components {
                        let difference = self.difference(x, y, first, component);
                        code(difference, &mut bits);
                    }
                }
            }
            for eight in bits.chunks(8) {
                let bit = |at: usize| eight.get(at).copied().unwrap_or(1);
                let byte = (0..8).fold(0, |byte, at| byte << 1 | bit(at));
                coded.push(byte);
                if byte == 0xFF {
                    coded.push(0);
                }
            }
        }
        coded
    }

    fn difference(&self, x: usize, y: usize, first: usize, component: usize) -> i32 {
        let at = |x: usize, y: usize| {
            let sample = self.samples[(y * self.size.0 + x) * self.components + component];
            i32::from(sample >> self.shift)
        };
        let foretold = if (x, y) == (0, first) {
            1 << (self.bits - self.shift - 1)
        } else if y == first {
            at(x - 1, y)
        } else if x == 0 {
            at(x, y - 1)
        } else {
            let (left, above, corner) = (at(x - 1, y), at(x, y - 1), at(x - 1, y - 1));
            match self.predictor {
                1 => left,
                2 => above,
                3 => corner,
                4 => left + above - corner,
                5 => left + (above - corner).div_euclid(2),
                6 => above + (left - corner).div_euclid(2),
                _ => (left + above) / 2,
            }
        };
        // Modulo 65,536, between -32,767 and 32,768.
        match (at(x, y) - foretold).rem_euclid(1 << 16) {
            difference @ 32_769.. => difference - (1 << 16),
            difference => difference,
        }
    }
}

/// The category of a difference, and which one of the category it is (table H.2).
fn code(difference: i32, bits: &mut Vec<u8>) {
    let category = 32 - difference.unsigned_abs().leading_zeros();
    let mut put = |value: i32, count: u32| {
        bits.extend((0..count).rev().map(|bit| (value >> bit & 1) as u8));
    };
    put(category as i32, 5);
    match category {
        16 => {}
        _ if difference < 0 => put(difference - 1, category),
        _ => put(difference, category),
    }
}
