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

/// What the MCUs of a scan are.
#[derive(Clone, Copy)]
pub(super) struct Mcus<'a> {
    pub(super) scan: &'a Scan,
    /// Blocks of each component in an MCU, across and down.
    pub(super) shape: &'a [(usize, usize)],
    pub(super) grid: &'a Grid,
    /// Blocks of an MCU.
    pub(super) per_mcu: usize,
    /// MCUs in an interval.
    pub(super) per_interval: usize,
    /// Which components' blocks are counted.
    pub(super) counts: [bool; 4],
}

/// Knows where the events of a window belong.
pub(super) struct Placer<'a> {
    pub(super) mcus: Mcus<'a>,
    pub(super) frame: &'a mut Frame,
    pub(super) window: &'a Window,
    pub(super) tables: &'a Tables,
    pub(super) values: &'a ValueTables,
    pub(super) predictors: &'a mut [i32; 4],
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
        if self.mcu + self.waiting.len() / self.mcus.per_mcu != mcu {
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
        let Mcus { grid, per_mcu, .. } = self.mcus;
        let count = events.len() / per_mcu;
        if count == 0 {
            return;
        }
        let runs = Runs {
            grid,
            mcu: self.mcu,
            blocks: per_mcu,
            interval: self.mcus.per_interval,
            events,
        };
        // Rows of MCUs of the crop, down to the last of these.
        let last = (self.mcu + count - 1) / grid.columns;
        let rows = (last + 1).min(grid.bottom).saturating_sub(grid.top);
        let tables = (self.tables, &self.values.dc);
        let (predictors, window) = (&mut *self.predictors, self.window);
        match &mut self.gives {
            Gives::Means => {
                let targets = self.mcus.targets::<u8>(self.frame, tables, rows);
                dispatch::with_best(PlaceDc(targets, predictors, window, runs));
            }
            Gives::Coefficients => {
                let targets = self.mcus.targets::<i16>(self.frame, tables, rows);
                dispatch::with_best(PlaceDc(targets, predictors, window, runs));
            }
            Gives::Blocks(details, batch) => {
                let targets = self.mcus.targets::<u8>(self.frame, tables, rows);
                let place = PlaceBlocks(targets, details, batch, predictors, window, runs);
                dispatch::with_best(place);
            }
        }
        self.mcus.count(self.frame, self.mcu, count);
        self.mcu += count;
    }
}

impl Mcus<'_> {
    /// Opens the components in the scan's order, with room for `rows` rows of MCUs.
    fn targets<'a, T: DcStore>(
        &self,
        frame: &'a mut Frame,
        (tables, differences): (&'a Tables, &'a [DifferenceTable; 4]),
        rows: usize,
    ) -> Vec<Target<'a, T>> {
        let components = || self.scan.components.iter().zip(self.shape);
        let mut wanted = [0; 4];
        for (component, &(_, v)) in components() {
            wanted[component.index] = rows * v;
        }
        let mut open: Vec<_> = T::open(frame, &wanted, self.scan)
            .into_iter()
            .map(Some)
            .collect();
        let targets = components().filter_map(|(component, &(h, v))| {
            let (values, stride, parameter) = open[component.index].take()?;
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
        });
        targets.collect()
    }

    /// Counts the blocks of the crop among some MCUs.
    pub(super) fn count(&self, frame: &mut Frame, first: usize, mcus: usize) {
        if mcus == 0 {
            return;
        }
        let grid = self.grid;
        let (first_row, last_row) = (first / grid.columns, (first + mcus - 1) / grid.columns);
        let components = self.scan.components.iter().zip(self.shape);
        for ((component, &(h, v)), _) in components.zip(self.counts).filter(|(_, counts)| *counts) {
            let geometry = &frame.geometry.components[component.index];
            let mut known = 0;
            for row in first_row.max(grid.top)..=last_row.min(grid.bottom.saturating_sub(1)) {
                let from = if row == first_row {
                    first % grid.columns
                } else {
                    0
                };
                let until = if row == last_row {
                    (first + mcus - 1) % grid.columns + 1
                } else {
                    grid.columns
                };
                let (from, until) = (from.max(grid.left), until.min(grid.right));
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
trait DcStore: Dc {
    /// Of each component of the frame the values, with room for so many rows of blocks, their stride, and the parameter of
    /// [`Dc::from_dc`].
    fn open<'a>(
        frame: &'a mut Frame,
        rows: &[usize],
        scan: &Scan,
    ) -> Vec<(&'a mut [Self], usize, i32)>;
}

/// Samples, in the planes.
impl DcStore for u8 {
    fn open<'a>(
        frame: &'a mut Frame,
        rows: &[usize],
        _: &Scan,
    ) -> Vec<(&'a mut [Self], usize, i32)> {
        let channels = frame.channels.iter().zip(&frame.geometry.components);
        let components = frame.planes.iter_mut().zip(channels).zip(rows);
        let open = components.map(|((plane, (channel, component)), &rows)| {
            grow_plane(plane, rows * component.points);
            let step = channel.quant.map_or(0, |quant| i32::from(quant[0]));
            (&mut plane.samples[..], plane.stride, step)
        });
        open.collect()
    }
}

/// Coefficients, in the channels.
impl DcStore for i16 {
    fn open<'a>(
        frame: &'a mut Frame,
        rows: &[usize],
        scan: &Scan,
    ) -> Vec<(&'a mut [Self], usize, i32)> {
        let channels = frame.channels.iter_mut().zip(&frame.geometry.components);
        let open = channels.zip(rows).map(|((channel, component), &rows)| {
            let stride = component.right - component.left;
            grow(&mut channel.dc, rows * stride, 0);
            (&mut channel.dc[..], stride, scan.low as i32)
        });
        open.collect()
    }
}
