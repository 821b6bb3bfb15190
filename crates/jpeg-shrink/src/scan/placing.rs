//! From the lanes' events to the frame's planes and coefficients.

use super::ValueTables;
use crate::assemble::{Dc, Detail, Target, place_blocks, place_dc};
use crate::batch::Batch;
use crate::differences::{DifferenceTable, Differences};
use crate::frame::{Frame, grow, grow_plane, steps as steps_of};
use crate::lanes::Event;
use crate::runs::{Grid, Runs};
use crate::tables::{Scan, Tables};
use crate::window::Window;
use alloc::vec::Vec;
use dispatch::Work;

/// As many events are placed together. An interval may be of four blocks, and what is done once for all of them, or for a
/// batch of blocks, would cost more than the blocks.
const ENOUGH: usize = 4096;

/// Knows where the events of a window belong.
pub(super) struct Placer<'a> {
    pub(super) scan: &'a Scan,
    pub(super) shape: &'a [(usize, usize)],
    pub(super) grid: &'a Grid,
    pub(super) counts: [bool; 4],
    /// Blocks in an MCU.
    pub(super) per_mcu: usize,
    /// MCUs in an interval.
    pub(super) per_interval: usize,
    pub(super) predictors: &'a mut [i32; 4],
    pub(super) frame: &'a mut Frame,
    pub(super) window: &'a Window,
    pub(super) tables: &'a Tables,
    pub(super) values: &'a ValueTables,
    pub(super) gives: Gives<'a>,
    /// The MCU of the first event that waits, or of the next one.
    pub(super) mcu: usize,
    pub(super) waiting: &'a mut Vec<Event>,
}

/// What blocks become.
pub(super) enum Gives<'a> {
    /// Their mean alone: planes at 1/8.
    Means,
    /// Their DC coefficient: the DC scans of progressive frames.
    Coefficients,
    /// As many samples as their component has points.
    Blocks(Vec<Detail<'a>>, &'a mut Batch),
}

impl Placer<'_> {
    /// The events that come next are of this MCU and those behind it.
    pub(super) fn go_to(&mut self, mcu: usize) {
        if self.mcu + self.waiting.len() / self.per_mcu != mcu {
            self.place_waiting();
            self.mcu = mcu;
        }
    }

    /// Takes the events of whole MCUs, which follow those before.
    pub(super) fn take(&mut self, events: &[Event]) {
        if self.waiting.is_empty() && events.len() >= ENOUGH {
            self.place(events);
        } else {
            self.waiting.extend_from_slice(events);
            if self.waiting.len() >= ENOUGH {
                self.place_waiting();
            }
        }
    }

    pub(super) fn place_waiting(&mut self) {
        let mut waiting = core::mem::take(self.waiting);
        self.place(&waiting);
        waiting.clear();
        *self.waiting = waiting;
    }

    fn place(&mut self, events: &[Event]) {
        let mcus = events.len() / self.per_mcu;
        if mcus == 0 {
            return;
        }
        let (frame, scan, shape) = (&mut *self.frame, self.scan, self.shape);
        let runs = Runs {
            grid: self.grid,
            mcu: self.mcu,
            blocks: self.per_mcu,
            interval: self.per_interval,
            events,
        };
        // Rows of MCUs of the crop, down to the last of these.
        let last = (self.mcu + mcus - 1) / self.grid.columns;
        let rows = (last + 1)
            .min(self.grid.bottom)
            .saturating_sub(self.grid.top);
        let tables = (self.tables, &self.values.dc);
        let (predictors, window) = (&mut *self.predictors, self.window);
        match &mut self.gives {
            Gives::Means => {
                let targets = targets::<u8>(frame, scan, shape, tables, rows);
                dispatch::with_best(PlaceDc(targets, predictors, window, runs));
            }
            Gives::Coefficients => {
                let targets = targets::<i16>(frame, scan, shape, tables, rows);
                dispatch::with_best(PlaceDc(targets, predictors, window, runs));
            }
            Gives::Blocks(details, batch) => {
                let targets = targets::<u8>(frame, scan, shape, tables, rows);
                let place = PlaceBlocks(targets, details, batch, predictors, window, runs);
                dispatch::with_best(place);
            }
        }
        count(
            self.frame,
            scan,
            shape,
            self.grid,
            self.counts,
            self.mcu,
            mcus,
        );
        self.mcu += mcus;
    }
}

/// [`place_dc`] for all runs, for the instruction set at hand.
struct PlaceDc<'a, T>(Vec<Target<'a, T>>, &'a mut [i32; 4], &'a Window, Runs<'a>);

impl<T: Dc> Work for PlaceDc<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let PlaceDc(mut targets, predictors, window, runs) = self;
        for run in runs {
            place_dc(&mut targets, predictors, window, run);
        }
    }
}

/// [`place_blocks`] for all runs, for the instruction set at hand.
struct PlaceBlocks<'a>(
    Vec<Target<'a, u8>>,
    &'a [Detail<'a>],
    &'a mut Batch,
    &'a mut [i32; 4],
    &'a Window,
    Runs<'a>,
);

impl Work for PlaceBlocks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let PlaceBlocks(mut targets, details, batch, predictors, window, runs) = self;
        for run in runs {
            place_blocks(&mut targets, details, predictors, batch, window, run);
        }
    }
}

/// What is needed to decode the blocks of a scan's components, in the scan's order.
pub(super) fn details<'a>(
    frame: &Frame,
    scan: &Scan,
    tables: &'a Tables,
    values: &'a ValueTables,
) -> Vec<Detail<'a>> {
    let details = scan.components.iter().filter_map(|component| {
        let points = frame.geometry.components[component.index].points;
        let quant = frame.channels[component.index].quant;
        Some(Detail {
            points,
            steps: steps_of(&quant.unwrap_or([0; 64]), points),
            ac: &values.ac[component.ac],
            ac_table: tables.ac[component.ac].as_ref()?,
        })
    });
    details.collect()
}

/// Where DC values of a kind are kept.
pub(super) trait DcStore: Dc {
    /// The values of a component with room for `rows` rows of blocks, their stride, and the parameter of [`Dc::from_dc`].
    fn open<'a>(
        frame: &'a mut Frame,
        rows: &[usize],
        scan: &Scan,
    ) -> Vec<(usize, &'a mut [Self], usize, i32)>;
}

impl DcStore for u8 {
    fn open<'a>(
        frame: &'a mut Frame,
        rows: &[usize],
        _: &Scan,
    ) -> Vec<(usize, &'a mut [Self], usize, i32)> {
        let both = frame
            .planes
            .iter_mut()
            .zip(&frame.channels)
            .zip(&frame.geometry.components)
            .zip(rows)
            .enumerate();
        both.map(|(index, (((plane, channel), component), &rows))| {
            grow_plane(plane, rows * component.points);
            let step = channel.quant.map_or(0, |quant| i32::from(quant[0]));
            (index, &mut plane.samples[..], plane.stride, step)
        })
        .collect()
    }
}

impl DcStore for i16 {
    fn open<'a>(
        frame: &'a mut Frame,
        rows: &[usize],
        scan: &Scan,
    ) -> Vec<(usize, &'a mut [Self], usize, i32)> {
        let both = frame
            .channels
            .iter_mut()
            .zip(&frame.geometry.components)
            .zip(rows)
            .enumerate();
        both.map(|(index, ((channel, component), &rows))| {
            let stride = component.right - component.left;
            grow(&mut channel.dc, rows * stride, 0);
            (index, &mut channel.dc[..], stride, scan.low as i32)
        })
        .collect()
    }
}

/// Opens the components of a scan in the scan's order, with room for `rows` rows of MCUs.
fn targets<'a, T: DcStore>(
    frame: &'a mut Frame,
    scan: &Scan,
    shape: &[(usize, usize)],
    (tables, differences): (&'a Tables, &'a [DifferenceTable; 4]),
    rows: usize,
) -> Vec<Target<'a, T>> {
    let mut wanted = [0; 4];
    for (component, &(_, v)) in scan.components.iter().zip(shape) {
        wanted[component.index] = rows * v;
    }
    let mut open: Vec<_> = T::open(frame, &wanted, scan)
        .into_iter()
        .map(Some)
        .collect();
    scan.components
        .iter()
        .zip(shape)
        .filter_map(|(component, &(h, v))| {
            let (_, values, stride, parameter) = open[component.index].take()?;
            Some(Target {
                values,
                stride,
                h,
                v,
                parameter,
                dc: Differences {
                    entries: &differences[component.dc],
                    table: tables.dc[component.dc].as_ref()?,
                },
            })
        })
        .collect()
}

/// Counts the blocks of the crop among some MCUs.
fn count(
    frame: &mut Frame,
    scan: &Scan,
    shape: &[(usize, usize)],
    grid: &Grid,
    counts: [bool; 4],
    first: usize,
    mcus: usize,
) {
    let (first_row, last_row) = (first / grid.columns, (first + mcus - 1) / grid.columns);
    for ((component, &(h, v)), _) in scan
        .components
        .iter()
        .zip(shape)
        .zip(counts)
        .filter(|(_, counts)| *counts)
    {
        let geometry = &frame.geometry.components[component.index];
        let mut known = 0;
        for row in first_row.max(grid.top)..=last_row.min(grid.bottom.saturating_sub(1)) {
            let from = if row == first_row {
                first % grid.columns
            } else {
                0
            }
            .max(grid.left);
            let until = if row == last_row {
                (first + mcus - 1) % grid.columns + 1
            } else {
                grid.columns
            }
            .min(grid.right);
            let wide = (until * h)
                .min(geometry.blocks_wide)
                .saturating_sub(from * h);
            let high = ((row + 1) * v)
                .min(geometry.blocks_high)
                .saturating_sub(row * v);
            known += (wide * high) as u64;
        }
        frame.channels[component.index].known += known;
    }
}
