//! From events, in the order of the stream, to samples in their places.

use crate::batch::{BLOCKS, Batch};
use crate::blocks::Values;
use crate::differences::Differences;
use crate::huffman::Huffman;
use crate::idct;
use crate::lanes::Event;
use crate::runs::{Restarts, Run};
use crate::window::Window;

/// What a DC value alone becomes: a sample of a plane at 1/8, or a coefficient that is to be refined.
pub(crate) trait Dc: Copy + Default {
    /// `parameter` is the quantisation step, or the number of bits still missing.
    fn from_dc(dc: i32, parameter: i32) -> Self;
}

impl Dc for u8 {
    #[inline(always)]
    fn from_dc(dc: i32, parameter: i32) -> Self {
        idct::flat(i32::from(dc as i16) * parameter)
    }
}

impl Dc for i16 {
    #[inline(always)]
    fn from_dc(dc: i32, parameter: i32) -> Self {
        (dc << parameter) as i16
    }
}

/// Where one component's values go.
#[derive(Debug)]
pub(crate) struct Target<'a, T> {
    /// Whole MCUs, from the crop's first row and column of MCUs on.
    pub(crate) values: &'a mut [T],
    /// Values in a row.
    pub(crate) stride: usize,
    /// Blocks of the component in an MCU of this scan.
    pub(crate) h: usize,
    pub(crate) v: usize,
    pub(crate) parameter: i32,
    pub(crate) dc: Differences<'a>,
}

/// What is needed to decode coefficients beyond DC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detail<'a> {
    /// Samples along one side of a block.
    pub(crate) points: usize,
    /// By how much the coefficient in each place of a block is multiplied.
    pub(crate) steps: [i32; 64],
    pub(crate) ac: &'a Values,
    pub(crate) ac_table: &'a Huffman,
}

/// DC values alone, one for each block.
#[inline(always)]
pub(crate) fn place_dc<T: Dc>(
    targets: &mut [Target<'_, T>],
    predictors: &mut [i32; 4],
    window: &Window,
    run: Run<'_>,
) {
    let Some((x, y)) = run.at else {
        return pass(targets, predictors, window, run);
    };
    match targets {
        [luma, u, v] if (u.h, u.v, v.h, v.v) == (1, 1, 1, 1) => match (luma.h, luma.v) {
            (1, 1) => three::<T, 1, 1>(luma, u, v, predictors, window, (x, y), run),
            (2, 1) => three::<T, 2, 1>(luma, u, v, predictors, window, (x, y), run),
            (1, 2) => three::<T, 1, 2>(luma, u, v, predictors, window, (x, y), run),
            (2, 2) => three::<T, 2, 2>(luma, u, v, predictors, window, (x, y), run),
            _ => any(targets, predictors, window, (x, y), run),
        },
        [only] if (only.h, only.v) == (1, 1) => {
            let from = y * only.stride + x;
            let values = only.values[from..from + run.events.len()].iter_mut();
            let mut restarts = run.restarts;
            for (value, &event) in values.zip(run.events) {
                if restarts.next() {
                    predictors[0] = 0;
                }
                predictors[0] = predictors[0].wrapping_add(only.dc.at(event, window).0);
                *value = T::from_dc(predictors[0], only.parameter);
            }
        }
        _ => any(targets, predictors, window, (x, y), run),
    }
}

/// Blocks outside the crop: only the predictors move on.
#[inline(always)]
fn pass<T>(targets: &[Target<'_, T>], predictors: &mut [i32; 4], window: &Window, run: Run<'_>) {
    let blocks: usize = targets.iter().map(|target| target.h * target.v).sum();
    let mut first = 0;
    for (target, predictor) in targets.iter().zip(predictors) {
        let own = target.h * target.v;
        let mut restarts = run.restarts;
        let mut sum = *predictor;
        for mcu in run.events.chunks_exact(blocks) {
            if restarts.next() {
                sum = 0;
            }
            for &event in &mcu[first..first + own] {
                sum = sum.wrapping_add(target.dc.at(event, window).0);
            }
        }
        *predictor = sum;
        first += own;
    }
}

/// Luma and two components of one block an MCU, as nearly all pictures are.
#[inline(always)]
fn three<T: Dc, const H: usize, const V: usize>(
    luma: &mut Target<'_, T>,
    u: &mut Target<'_, T>,
    v: &mut Target<'_, T>,
    predictors: &mut [i32; 4],
    window: &Window,
    (x, y): (usize, usize),
    mut run: Run<'_>,
) {
    let count = run.events.len() / (H * V + 2);
    let [mut luma_dc, mut u_dc, mut v_dc, _] = *predictors;
    let (top, second) = luma.values[y * V * luma.stride..].split_at_mut(luma.stride);
    let top = top[x * H..(x + count) * H].chunks_exact_mut(H);
    let mut below = if V == 2 {
        second[x * H..(x + count) * H].chunks_exact_mut(H)
    } else {
        [].chunks_exact_mut(H)
    };
    let u_row = &mut u.values[y * u.stride + x..][..count];
    let v_row = &mut v.values[y * v.stride + x..][..count];
    let mcus = run.events.chunks_exact(H * V + 2);
    for (((mcu, top), u_value), v_value) in mcus.zip(top).zip(u_row).zip(v_row) {
        if run.restarts.next() {
            (luma_dc, u_dc, v_dc) = (0, 0, 0);
        }
        for (value, &event) in top.iter_mut().zip(&mcu[..H]) {
            luma_dc = luma_dc.wrapping_add(luma.dc.at(event, window).0);
            *value = T::from_dc(luma_dc, luma.parameter);
        }
        if let (2, Some(below)) = (V, below.next()) {
            for (value, &event) in below.iter_mut().zip(&mcu[H..2 * H]) {
                luma_dc = luma_dc.wrapping_add(luma.dc.at(event, window).0);
                *value = T::from_dc(luma_dc, luma.parameter);
            }
        }
        u_dc = u_dc.wrapping_add(u.dc.at(mcu[H * V], window).0);
        *u_value = T::from_dc(u_dc, u.parameter);
        v_dc = v_dc.wrapping_add(v.dc.at(mcu[H * V + 1], window).0);
        *v_value = T::from_dc(v_dc, v.parameter);
    }
    *predictors = [luma_dc, u_dc, v_dc, 0];
}

/// Any sampling factors.
fn any<T: Dc>(
    targets: &mut [Target<'_, T>],
    predictors: &mut [i32; 4],
    window: &Window,
    (mut x, y): (usize, usize),
    mut run: Run<'_>,
) {
    let mut events = run.events.iter();
    while !events.as_slice().is_empty() {
        if run.restarts.next() {
            *predictors = [0; 4];
        }
        for (target, predictor) in targets.iter_mut().zip(predictors.iter_mut()) {
            for row in 0..target.v {
                let from = (y * target.v + row) * target.stride + x * target.h;
                for (value, &event) in target.values[from..from + target.h]
                    .iter_mut()
                    .zip(events.by_ref())
                {
                    *predictor = predictor.wrapping_add(target.dc.at(event, window).0);
                    *value = T::from_dc(*predictor, target.parameter);
                }
            }
        }
        x += 1;
    }
}

/// Blocks of as many samples as a component has points. A target's stride and values are samples.
#[inline(always)]
pub(crate) fn place_blocks(
    targets: &mut [Target<'_, u8>],
    details: &[Detail<'_>],
    predictors: &mut [i32; 4],
    batch: &mut Batch,
    window: &Window,
    run: Run<'_>,
) {
    let Some(at) = run.at else {
        return pass(targets, predictors, window, run);
    };
    let blocks: usize = targets.iter().map(|target| target.h * target.v).sum();
    let mut first = 0;
    for ((target, detail), predictor) in targets.iter_mut().zip(details).zip(predictors) {
        let own = target.h * target.v;
        let part = Part {
            at,
            restarts: run.restarts,
            events: run.events,
            blocks,
            first,
            own,
        };
        match detail.points {
            1 => means(target, predictor, window, part),
            2 => waves::<2>(target, detail, predictor, batch, window, part),
            3 => waves::<3>(target, detail, predictor, batch, window, part),
            4 => waves::<4>(target, detail, predictor, batch, window, part),
            _ => waves::<8>(target, detail, predictor, batch, window, part),
        }
        first += own;
    }
}

/// One component's part of a run: of every `blocks` events, which are an MCU, `own` from `first` on.
struct Part<'a> {
    at: (usize, usize),
    restarts: Restarts,
    events: &'a [Event],
    blocks: usize,
    first: usize,
    own: usize,
}

impl<'a> Part<'a> {
    /// Its events, MCU by MCU, from the one that is `skip` behind the run's first on.
    #[inline(always)]
    fn mcus(&self, skip: usize) -> impl ExactSizeIterator<Item = &'a [Event]> + use<'a> {
        let (first, own) = (self.first, self.own);
        let events = &self.events[skip * self.blocks..];
        events
            .chunks_exact(self.blocks)
            .map(move |mcu| &mcu[first..first + own])
    }
}

/// Blocks that are their mean alone.
#[inline(always)]
fn means(target: &mut Target<'_, u8>, predictor: &mut i32, window: &Window, mut part: Part<'_>) {
    let (x, y) = part.at;
    let (dc, step) = (target.dc, target.parameter);
    let corner = y * target.v * target.stride + x * target.h;
    let mut last = *predictor;
    if part.own == 1 {
        let mcus = part.events.chunks_exact(part.blocks);
        for (value, mcu) in target.values[corner..].iter_mut().zip(mcus) {
            if part.restarts.next() {
                last = 0;
            }
            last = last.wrapping_add(dc.at(mcu[part.first], window).0);
            *value = u8::from_dc(last, step);
        }
    } else {
        for (nth, mcu) in part.mcus(0).enumerate() {
            if part.restarts.next() {
                last = 0;
            }
            for (block, &event) in mcu.iter().enumerate() {
                let (row, column) = (block / target.h, block % target.h);
                let at = corner + row * target.stride + nth * target.h + column;
                last = last.wrapping_add(dc.at(event, window).0);
                target.values[at] = u8::from_dc(last, step);
            }
        }
    }
    *predictor = last;
}

/// Blocks of `N` by `N` samples.
#[inline(always)]
fn waves<const N: usize>(
    target: &mut Target<'_, u8>,
    detail: &Detail<'_>,
    predictor: &mut i32,
    batch: &mut Batch,
    window: &Window,
    mut part: Part<'_>,
) {
    let (x, y) = part.at;
    let (h, v) = (target.h, target.v);
    let count = part.mcus(0).len();
    let together = BLOCKS / part.own;
    for begin in (0..count).step_by(together) {
        let mcus = together.min(count - begin);
        batch.clear::<N>([mcus, h, v]);
        batch.set(part.mcus(begin).take(mcus));
        let restarts = &mut part.restarts;
        batch.read::<N>(
            window,
            target.dc,
            (detail.ac, detail.ac_table),
            predictor,
            restarts,
        );
        let wide = mcus * h;
        for row in 0..v {
            let from = (y * v + row) * N * target.stride + (x + begin) * h * N;
            batch.transform::<N>(
                row * wide..(row + 1) * wide,
                &detail.steps,
                &mut target.values[from..],
                target.stride,
            );
        }
    }
}
