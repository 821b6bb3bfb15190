//! Which parts of a scan's data belong to which interval, by the restart markers between them.

use crate::lanes::{Joined, Stop};
use crate::window::Window;
use alloc::vec::Vec;
use core::ops::Range;

/// How far a scan has come.
#[derive(Debug)]
pub(super) struct Intervals {
    /// MCUs of the scan, and of each interval but the last.
    total: usize,
    pub(super) per_interval: usize,
    /// The interval that the window begins in, and the number that its end's marker should have.
    number: usize,
    expected: usize,
    /// MCUs decoded of it.
    pub(super) done: usize,
    /// The window begins in what a marker that came too late has passed over.
    passed_over: bool,
    /// The bit of the window at which its next MCU starts.
    pub(super) position: usize,
}

/// As much of an interval as a window has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where in the file the marker stands that ends the interval, if the window has its end.
    pub(super) marker: Option<usize>,
    /// The scan's MCU that it begins with, and how many may follow.
    pub(super) mcu: usize,
    pub(super) most: usize,
    /// Begins an interval.
    pub(super) fresh: bool,
    pub(super) is_wanted: bool,
}

impl Piece {
    /// What comes of it if it is not wanted: once its interval ends it counts as decoded.
    pub(super) fn passed_over(&self) -> Joined {
        let ends = self.marker.is_some();
        Joined {
            mcus: if ends { self.most } else { 0 },
            position: self.end,
            unknown: None,
            stop: if ends { Stop::Enough } else { Stop::Hungry },
        }
    }
}

impl Intervals {
    /// Of a scan of `total` MCUs. An interval of 0 is no restart markers.
    pub(super) fn new(total: usize, restart_interval: usize) -> Self {
        Intervals {
            total,
            per_interval: if restart_interval == 0 {
                total
            } else {
                restart_interval
            },
            number: 0,
            expected: 0,
            done: 0,
            passed_over: false,
            position: 0,
        }
    }

    /// Whether the MCUs that follow are all beyond those that are wanted.
    pub(super) fn are_over(&self) -> bool {
        let first = self.number.saturating_mul(self.per_interval);
        first.saturating_add(self.done) >= self.total
    }

    /// Cuts a window into pieces. `end` is where in the file the marker stands that ends the scan's data, if the window has all of it;
    /// `wants` says whether some of an interval's MCUs are wanted.
    pub(super) fn cut(
        &mut self,
        window: &Window,
        end: Option<usize>,
        wants: impl Fn(Range<usize>) -> bool,
    ) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(window.restarts.len() + 1);
        let mut fresh = self.done == 0;
        let mut start = self.position;
        for restart in &window.restarts {
            let bits = start..restart.at * 8;
            pieces.extend(self.piece(bits, Some(restart.offset), fresh, &wants));
            let early = (usize::from(restart.number) + 8 - self.expected) % 8;
            let skipped = match early {
                0..=2 => 1 + early,
                3..=5 => 1,
                _ => 0,
            };
            self.passed_over = skipped == 0;
            self.number += skipped;
            self.expected = (self.expected + skipped) % 8;
            self.done = 0;
            start = restart.at * 8;
            fresh = true;
        }
        pieces.extend(self.piece(start..window.len() * 8, end, fresh, wants));
        pieces
    }

    /// `None` where there is nothing of it.
    fn piece(
        &self,
        bits: Range<usize>,
        marker: Option<usize>,
        fresh: bool,
        wants: impl Fn(Range<usize>) -> bool,
    ) -> Option<Piece> {
        let first = self.number.saturating_mul(self.per_interval);
        let rest = self.total.saturating_sub(first).min(self.per_interval);
        let most = rest.saturating_sub(self.done);
        (!self.passed_over && most > 0).then_some(Piece {
            start: bits.start,
            end: bits.end,
            marker,
            mcu: first + self.done,
            most,
            fresh,
            is_wanted: wants(first..first + rest),
        })
    }
}
