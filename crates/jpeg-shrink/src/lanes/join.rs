//! Putting segments together: what they gave is accepted from where decoding in order arrives at the same bit.

use super::{Event, Lanes, Stretch};
use crate::window::Window;
use alloc::vec::Vec;
use core::ops::Range;

/// What became of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Joined {
    /// Whole MCUs found.
    pub(crate) mcus: usize,
    /// The bit behind the last of them.
    pub(crate) position: usize,
    /// The first bit among them at which there is an unknown code.
    pub(crate) unknown: Option<usize>,
    pub(crate) stop: Stop,
}

/// Why joining went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// All MCUs that were asked for are there.
    Enough,
    /// The interval ends within the next MCU.
    Damage,
    /// The next MCU needs data that is not here yet.
    Hungry,
}

impl Lanes {
    /// Puts the segments of a stretch together, and has their events taken in order, in whole MCUs, at most `most` of them.
    pub(crate) fn join(
        &mut self,
        window: &Window,
        stretch: &Stretch,
        most: usize,
        mut take: impl FnMut(&[Event]),
    ) -> Joined {
        let blocks = self.code.blocks;
        let mut bridge = core::mem::take(&mut self.bridge);
        let mut joined = Joined {
            mcus: 0,
            position: stretch.start,
            unknown: None,
            stop: Stop::Enough,
        };
        // The segment that is in step, and from which of its events on.
        let mut current = (stretch.segments > 0).then(|| {
            (
                stretch.first_segment,
                self.segments[stretch.first_segment].first_event,
            )
        });
        let mut next = stretch.first_segment + 1;
        let mut stop = None;
        while stop.is_none() {
            if let Some((index, from)) = current.take() {
                let segment = &self.segments[index];
                let found = &self.events[from..segment.lane.out];
                // The last event's block is unfinished.
                let whole = (found.len() - 1) / blocks;
                // Those of the last round may lie behind the end of the interval.
                let mcus = (0..=whole.min(most - joined.mcus))
                    .rev()
                    .find(|mcus| found[mcus * blocks] as usize <= stretch.end)
                    .unwrap_or(0);
                joined.mcus += mcus;
                let behind = found[mcus * blocks] as usize;
                let unknown = self.unknown_within(index, joined.position..behind);
                joined.unknown = joined.unknown.or(unknown);
                joined.position = behind;
                if joined.mcus == most {
                    stop = Some(Stop::Enough);
                }
                next = index + 1;
                take(&found[..mcus * blocks]);
            } else {
                bridge.clear();
                (current, stop) =
                    self.cross(window, stretch, most, &mut next, &mut joined, &mut bridge);
                take(&bridge);
            }
        }
        joined.stop = stop.unwrap_or(Stop::Enough);
        self.bridge = bridge;
        joined
    }

    /// On in order, MCU by MCU, until a segment from `next` on has one that starts at the same bit: gives that segment and its event,
    /// or why there is no going on.
    fn cross(
        &self,
        window: &Window,
        stretch: &Stretch,
        most: usize,
        next: &mut usize,
        joined: &mut Joined,
        bridge: &mut Vec<Event>,
    ) -> (Option<(usize, usize)>, Option<Stop>) {
        let last = stretch.first_segment + stretch.segments;
        let first_event = |next: usize| {
            self.segments
                .get(next)
                .map_or(0, |segment| segment.first_event)
        };
        let mut cursor = first_event(*next);
        loop {
            while *next < last {
                let segment = &self.segments[*next];
                if cursor < segment.lane.out {
                    let position = self.events[cursor] as usize;
                    if position == joined.position {
                        return (Some((*next, cursor)), None);
                    }
                    if position > joined.position {
                        break;
                    }
                    cursor += self.code.blocks;
                } else {
                    *next += 1;
                    cursor = first_event(*next);
                }
            }
            if joined.mcus == most {
                return (None, Some(Stop::Enough));
            }
            let Some(mcu) = self.code.mcu(window, joined.position, stretch.end, bridge) else {
                let stop = if stretch.complete {
                    Stop::Damage
                } else {
                    Stop::Hungry
                };
                return (None, Some(stop));
            };
            joined.position = mcu.end;
            joined.unknown = joined.unknown.or(mcu.unknown);
            joined.mcus += 1;
        }
    }

    /// The first of some bits at which a segment has an unknown code.
    fn unknown_within(&self, segment: usize, bits: Range<usize>) -> Option<usize> {
        let before = self
            .unknown
            .partition_point(|&place| place < (segment, bits.start));
        let &(found_in, bit) = self.unknown.get(before)?;
        (found_in == segment && bit < bits.end).then_some(bit)
    }
}
