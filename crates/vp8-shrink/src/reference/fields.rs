//! What the first partition says of the whole frame.

use super::bools::{Booleans, number, optional};
use crate::tables;
use crate::tables::Probabilities;

/// 9.3 to 9.11.
pub(super) struct Fields {
    pub(super) tree: Option<[u8; 3]>,
    /// By segment; then luma, luma's DC coefficients, chroma; then DC and others.
    pub(super) steps: [[[i32; 2]; 3]; 4],
    pub(super) partitions: usize,
    pub(super) probabilities: Probabilities,
    pub(super) skipping: Option<u8>,
}

impl Fields {
    pub(super) fn read(bools: &mut impl Booleans) -> Self {
        number(bools, 2);
        let (mut tree, mut own, mut absolute) = (None, [0; 4], false);
        let segmented = bools.read(128);
        if segmented {
            let (map, data) = (bools.read(128), bools.read(128));
            if data {
                absolute = bools.read(128);
                own = own.map(|_| optional(bools, 7));
                for _ in 0..4 {
                    optional(bools, 6);
                }
            }
            if map {
                tree = Some([(); 3].map(|()| {
                    if bools.read(128) {
                        number(bools, 8) as u8
                    } else {
                        255
                    }
                }));
            }
        }
        number(bools, 1 + 6 + 3);
        if bools.read(128) && bools.read(128) {
            for _ in 0..8 {
                optional(bools, 6);
            }
        }
        let partitions = 1 << number(bools, 2);
        let base = number(bools, 7);
        let changes = [(); 5].map(|()| optional(bools, 4));
        let steps = own.map(|own| {
            let index = match (segmented, absolute) {
                (true, true) => own,
                (true, false) => base + own,
                (false, _) => base,
            };
            let of = |table: &[i16; 128], change: i32| {
                i32::from(table[(index + change).clamp(0, 127) as usize])
            };
            [
                [of(&tables::DC_STEP, changes[0]), of(&tables::AC_STEP, 0)],
                [
                    of(&tables::DC_STEP, changes[1]) * 2,
                    (of(&tables::AC_STEP, changes[2]) * 155 / 100).max(8),
                ],
                [
                    of(&tables::DC_STEP, changes[3]).min(132),
                    of(&tables::AC_STEP, changes[4]),
                ],
            ]
        });
        bools.read(128);
        let mut probabilities = tables::DEFAULT;
        for (kind, bands) in probabilities.iter_mut().enumerate() {
            for (band, contexts) in bands.iter_mut().enumerate() {
                for (context, all) in contexts.iter_mut().enumerate() {
                    for (place, probability) in all.iter_mut().enumerate() {
                        if bools.read(tables::UPDATE[kind][band][context][place]) {
                            *probability = number(bools, 8) as u8;
                        }
                    }
                }
            }
        }
        let skipping = bools.read(128).then(|| number(bools, 8) as u8);
        Self {
            tree,
            steps,
            partitions,
            probabilities,
            skipping,
        }
    }
}
