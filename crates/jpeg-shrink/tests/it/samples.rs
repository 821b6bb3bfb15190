//! Pictures of all legal kinds, made from a few numbers.

use crate::writer::{Component, Picture, Scan};

/// Numbers that look random (Marsaglia's xorshift).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % limit
    }
}

/// How a sample picture is coded.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Sampling factors, horizontal and vertical.
    pub(crate) sampling: Vec<(usize, usize)>,
    pub(crate) progressive: bool,
    /// One component a scan, where there is a choice.
    pub(crate) separate: bool,
    pub(crate) restart: usize,
    pub(crate) fill: usize,
    pub(crate) steep: bool,
    /// Coefficients beyond DC for each block, about.
    pub(crate) density: usize,
    pub(crate) seed: u64,
}

pub(crate) fn picture(kind: &Kind) -> Picture {
    let mut noise = Noise::new(kind.seed);
    let h_max = kind.sampling.iter().map(|s| s.0).max().unwrap_or(1);
    let v_max = kind.sampling.iter().map(|s| s.1).max().unwrap_or(1);
    let (columns, rows) = (
        kind.width.div_ceil(8 * h_max),
        kind.height.div_ceil(8 * v_max),
    );
    let component = |&(h, v): &(usize, usize)| {
        let quant = std::array::from_fn(|k| {
            (1 + k / 4 + noise.below(4) + if k == 63 { 250 * (kind.fill % 2) } else { 0 }) as u16
        });
        let mut dc = 0i32;
        let blocks = (0..columns * h * rows * v).map(|_| {
            let mut block = [0; 64];
            dc = (dc + noise.below(401) as i32 - 200).clamp(-1000, 1000);
            block[0] = dc as i16;
            for _ in 0..noise.below(2 * kind.density + 1) {
                // Mostly low frequencies and small values, now and then a large one where the step is small: a
                // sum that does not fit into 32 bits would wrap around.
                let k = 1 + noise.below(63).min(noise.below(63));
                let range = if k < 8 && noise.below(10) == 0 {
                    2000
                } else {
                    20
                };
                block[k] = (noise.below(range) as i32 - range as i32 / 2) as i16;
            }
            block
        });
        let blocks = blocks.collect();
        Component {
            h,
            v,
            quant,
            blocks,
        }
    };
    let components: Vec<Component> = kind.sampling.iter().map(component).collect();
    Picture {
        width: kind.width,
        height: kind.height,
        progressive: kind.progressive,
        script: script(kind),
        components,
        fill: kind.fill,
        steep: kind.steep,
        extra: vec![(0xfe, b"made by code".to_vec())],
    }
}

fn script(kind: &Kind) -> Vec<Scan> {
    let count = kind.sampling.len();
    let all: Vec<usize> = (0..count).collect();
    let blocks: usize = kind.sampling.iter().map(|(h, v)| h * v).sum();
    let separate = kind.separate || blocks > 10;
    let groups: Vec<Vec<usize>> = if separate {
        all.iter().map(|&index| vec![index]).collect()
    } else {
        vec![all.clone()]
    };
    let restart = kind.restart;
    let scan = |components: &[usize], first, last, high, low| Scan {
        components: components.to_vec(),
        first,
        last,
        high,
        low,
        restart,
    };
    if !kind.progressive {
        return groups
            .iter()
            .map(|group| scan(group, 0, 63, 0, 0))
            .collect();
    }
    let mut script: Vec<Scan> = groups.iter().map(|group| scan(group, 0, 0, 0, 1)).collect();
    script.extend(all.iter().map(|&index| scan(&[index], 1, 5, 0, 2)));
    script.extend(all.iter().map(|&index| scan(&[index], 6, 63, 0, 2)));
    script.extend(all.iter().map(|&index| scan(&[index], 1, 63, 2, 1)));
    script.extend(groups.iter().map(|group| scan(group, 0, 0, 1, 0)));
    script.extend(all.iter().map(|&index| scan(&[index], 1, 63, 1, 0)));
    script
}
