//! From the lanes' events to the frame's planes and coefficients.

use super::ValueTables;
use crate::assemble::{Dc, Detail, Grid, Runs, Target, place_blocks, place_dc};
use crate::batch::Batch;
use crate::differences::{DifferenceTable, Differences};
use crate::frame::{Frame, grow, grow_plane, steps as steps_of};
use crate::lanes::{Event, Sink};
use crate::tables::{Scan, Tables};
use crate::window::Window;
use alloc::vec::Vec;
use core::marker::PhantomData;

/// Knows where the events of a piece belong.
pub(super) struct Placer<'a> {
    pub(super) scan: &'a Scan,
    pub(super) shape: &'a [(usize, usize)],
    pub(super) grid: &'a Grid,
    pub(super) counts: [bool; 4],
    /// Blocks in an MCU.
    pub(super) per_mcu: usize,
    pub(super) state: &'a mut [i32; 4],
    pub(super) frame: &'a mut Frame,
    pub(super) window: &'a Window,
    pub(super) tables: &'a Tables,
    pub(super) values: &'a ValueTables,
    /// The next event's MCU.
    pub(super) mcu: usize,
}

impl Placer<'_> {
    /// Rows of MCUs of the crop, down to the last of some MCUs that follow.
    #[inline(always)]
    fn rows(&self, mcus: usize) -> usize {
        let last = (self.mcu + mcus - 1) / self.grid.columns;
        (last + 1)
            .min(self.grid.bottom)
            .saturating_sub(self.grid.top)
    }

    fn finish(&mut self, mcus: usize) {
        count(
            self.frame,
            self.scan,
            self.shape,
            self.grid,
            self.counts,
            self.mcu,
            mcus,
        );
        self.mcu += mcus;
    }
}

/// Uses DC differences alone: for planes at 1/8, and for the DC scans of progressive frames.
pub(super) struct DcAlone<'a, T>(pub(super) Placer<'a>, pub(super) PhantomData<T>);

impl<T: DcStore> Sink for DcAlone<'_, T> {
    #[inline(always)]
    fn take(&mut self, events: &[Event]) {
        let placer = &mut self.0;
        let mcus = events.len() / placer.per_mcu;
        if mcus == 0 {
            return;
        }
        let rows = placer.rows(mcus);
        let tables = (placer.tables, &placer.values.dc);
        let mut targets = targets::<T>(placer.frame, placer.scan, placer.shape, tables, rows);
        let runs = Runs {
            grid: placer.grid,
            mcu: placer.mcu,
            blocks: placer.per_mcu,
            events,
        };
        for (at, events) in runs {
            place_dc(&mut targets, placer.state, placer.window, at, events);
        }
        placer.finish(mcus);
    }
}

/// Decodes blocks, and makes as many samples of each as its component has points.
pub(super) struct Blocks<'a>(
    pub(super) Placer<'a>,
    pub(super) &'a [Detail<'a>],
    pub(super) &'a mut Batch,
);

impl Sink for Blocks<'_> {
    #[inline(always)]
    fn take(&mut self, events: &[Event]) {
        let placer = &mut self.0;
        let mcus = events.len() / placer.per_mcu;
        if mcus == 0 {
            return;
        }
        let rows = placer.rows(mcus);
        let tables = (placer.tables, &placer.values.dc);
        let mut targets = targets::<u8>(placer.frame, placer.scan, placer.shape, tables, rows);
        let runs = Runs {
            grid: placer.grid,
            mcu: placer.mcu,
            blocks: placer.per_mcu,
            events,
        };
        for (at, events) in runs {
            place_blocks(
                &mut targets,
                self.1,
                placer.state,
                self.2,
                placer.window,
                at,
                events,
            );
        }
        placer.finish(mcus);
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
