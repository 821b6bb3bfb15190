//! Which of a scan's MCUs lie side by side, which are in the crop, and where an interval begins.

use crate::lanes::Event;
use core::ops::Range;

/// The MCUs of a scan: how many columns there are, and which the crop touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) columns: usize,
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) top: usize,
    pub(crate) bottom: usize,
}

impl Grid {
    /// Whether some of the MCUs are in the crop.
    pub(crate) fn wants(&self, mcus: Range<usize>) -> bool {
        let (x, y) = (mcus.start % self.columns, mcus.start / self.columns);
        let next = if y < self.top {
            self.top * self.columns + self.left
        } else if x < self.left {
            y * self.columns + self.left
        } else if x < self.right {
            mcus.start
        } else {
            (y + 1) * self.columns + self.left
        };
        next < mcus.end && next / self.columns < self.bottom
    }
}

/// Events of whole MCUs, to be split at the ends of rows of MCUs and at the crop's edges.
#[derive(Debug, Clone)]
pub(crate) struct Runs<'a> {
    pub(crate) grid: &'a Grid,
    /// The first event's MCU.
    pub(crate) mcu: usize,
    /// Blocks in an MCU.
    pub(crate) blocks: usize,
    /// MCUs in an interval.
    pub(crate) interval: usize,
    pub(crate) events: &'a [Event],
}

/// Events of MCUs that lie side by side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    /// Inside the crop the column and the row where it begins, both counted within the crop. Of others only the predictors
    /// are of interest.
    pub(crate) at: Option<(usize, usize)>,
    pub(crate) restarts: Restarts,
    pub(crate) events: &'a [Event],
}

impl<'a> Iterator for Runs<'a> {
    type Item = Run<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.events.is_empty() {
            return None;
        }
        let grid = self.grid;
        let (x, y) = (self.mcu % grid.columns, self.mcu / grid.columns);
        let (at, until) = if !(grid.top..grid.bottom).contains(&y) || x >= grid.right {
            (None, grid.columns)
        } else if x < grid.left {
            (None, grid.left)
        } else {
            (Some((x - grid.left, y - grid.top)), grid.right)
        };
        let restarts = Restarts::from(self.mcu, self.interval);
        let count = (self.events.len() / self.blocks).min(until - x);
        let (events, rest) = self.events.split_at(count * self.blocks);
        self.mcu += count;
        self.events = rest;
        Some(Run {
            at,
            restarts,
            events,
        })
    }
}

/// Where DC differences start anew: before each interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Restarts {
    /// MCUs in an interval.
    interval: usize,
    /// How many are left of the one under way.
    left: usize,
}

impl Restarts {
    fn from(mcu: usize, interval: usize) -> Self {
        let begun = mcu % interval;
        Restarts {
            interval,
            left: if begun > 0 { interval - begun } else { 0 },
        }
    }

    /// Goes on to the next MCU, and says whether it begins an interval.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> bool {
        let restarts = self.left == 0;
        if restarts {
            self.left = self.interval;
        }
        self.left -= 1;
        restarts
    }
}
