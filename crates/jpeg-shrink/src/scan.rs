//! Decoding one scan from the windows of data that come along.

mod intervals;
mod placing;

use crate::batch::Batch;
use crate::blocks::Values;
use crate::differences::DifferenceTable;
use crate::frame::Frame;
use crate::lanes::{Coding, Event, Joined, Lanes, Stop, Stretch};
use crate::progressive;
use crate::runs::Grid;
use crate::tables::{Scan, Tables};
use crate::window::Window;
use alloc::vec::Vec;
use dispatch::Work;
use intervals::{Intervals, Piece};
use placing::{Gives, Mcus, Placer};

/// No block takes more bytes: 64 symbols with 17 bits of code and 17 of value or corrections.
const MOST_BYTES: usize = 64 * 34 / 8;

/// Huffman tables in the forms that read one symbol with its value, by class and destination.
#[derive(Debug)]
pub(crate) struct ValueTables {
    pub(crate) dc: [DifferenceTable; 4],
    pub(crate) ac: [Values; 4],
}

impl ValueTables {
    pub(crate) fn new() -> Self {
        ValueTables {
            dc: core::array::from_fn(|_| DifferenceTable::new()),
            ac: core::array::from_fn(|_| Values::new()),
        }
    }
}

/// What a scan is decoded with: parts of the decoder, borrowed apart.
pub(crate) struct Parts<'a> {
    pub(crate) frame: &'a mut Frame,
    pub(crate) window: &'a mut Window,
    pub(crate) lanes: &'a mut Lanes,
    pub(crate) batch: &'a mut Batch,
    pub(crate) tables: &'a Tables,
    pub(crate) values: &'a ValueTables,
}

/// How a scan is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sequential,
    DcFirst,
    DcRefinement,
    AcFirst,
    AcRefinement,
}

impl Kind {
    fn uses_lanes(self) -> bool {
        matches!(self, Kind::Sequential | Kind::DcFirst)
    }
}

/// A scan that is under way.
#[derive(Debug)]
pub(crate) struct ScanRun {
    pub(crate) scan: Scan,
    kind: Kind,
    grid: Grid,
    /// Blocks of each component in an MCU.
    shape: Vec<(usize, usize)>,
    /// MCUs down to the end of the crop.
    total: usize,
    intervals: Intervals,
    /// DC predictors by their place in the scan, or in the first one the blocks that an end-of-band run still covers.
    state: [i32; 4],
    /// Room for events that wait to be placed together.
    waiting: Vec<Event>,
    decoded: usize,
    damage: Option<usize>,
    /// Whether a component's blocks are counted.
    counts: [bool; 4],
}

impl ScanRun {
    pub(crate) fn new(
        scan: Scan,
        frame: &mut Frame,
        tables: &Tables,
        lanes: &mut Lanes,
        values: &mut ValueTables,
    ) -> Self {
        let geometry = &frame.geometry;
        let kind = match (frame.progressive, scan.first > 0, scan.refines) {
            (false, _, _) => Kind::Sequential,
            (true, false, false) => Kind::DcFirst,
            (true, false, true) => Kind::DcRefinement,
            (true, true, false) => Kind::AcFirst,
            (true, true, true) => Kind::AcRefinement,
        };
        // A scan of one component has that component's own blocks for MCUs.
        let (grid, shape) = if let [only] = scan.components[..] {
            let component = &geometry.components[only.index];
            let grid = Grid {
                columns: component.blocks_wide,
                left: component.left,
                right: component.right.min(component.blocks_wide),
                top: component.top,
                bottom: component.bottom.min(component.blocks_high),
            };
            (grid, Vec::from([(1, 1)]))
        } else {
            let grid = Grid {
                columns: geometry.mcu_columns,
                left: geometry.mcu_left,
                right: geometry.mcu_right,
                top: geometry.mcu_top,
                bottom: geometry.mcu_bottom,
            };
            let shape = scan.components.iter().map(|c| {
                (
                    geometry.components[c.index].h,
                    geometry.components[c.index].v,
                )
            });
            (grid, shape.collect())
        };
        let total = grid.columns * grid.bottom;
        if kind.uses_lanes() {
            let codings: Vec<Coding<'_>> = scan
                .components
                .iter()
                .zip(&shape)
                .filter_map(|(component, &(h, v))| {
                    let ac = if kind == Kind::Sequential {
                        tables.ac[component.ac].as_ref()
                    } else {
                        None
                    };
                    Some(Coding {
                        blocks: h * v,
                        dc: tables.dc[component.dc].as_ref()?,
                        ac,
                    })
                })
                .collect();
            let blocks = total * shape.iter().map(|(h, v)| h * v).sum::<usize>();
            // Making a table takes time that a small picture does not give back.
            let width = match blocks {
                0..8_000 => 9,
                8_000..30_000 => 10,
                30_000..100_000 => 11,
                _ => 12,
            };
            lanes.start(&codings, width);
        }
        for component in &scan.components {
            let reads_blocks =
                kind == Kind::Sequential && frame.geometry.components[component.index].points > 1;
            if let (true, Some(table)) = (kind.uses_lanes(), &tables.dc[component.dc]) {
                values.dc[component.dc].make(table);
            }
            if let (true, Some(table)) = (reads_blocks || scan.first > 0, &tables.ac[component.ac])
            {
                values.ac[component.ac].make(table);
            }
        }
        let mut counts = [false; 4];
        for (count, component) in counts.iter_mut().zip(&scan.components) {
            *count = frame.channels[component.index].counts(&scan);
        }
        let intervals = Intervals::new(total, tables.restart_interval);
        frame.note_scan(&scan);
        ScanRun {
            scan,
            kind,
            grid,
            shape,
            total,
            intervals,
            state: [0; 4],
            waiting: Vec::new(),
            decoded: 0,
            damage: None,
            counts,
        }
    }

    /// Whether what follows in the scan's data does not matter.
    pub(crate) fn is_over(&self) -> bool {
        let judged = self.decoded >= self.total || self.damage.is_some();
        judged && self.intervals.are_over()
    }

    /// How much of a window it may fill.
    pub(crate) fn capacity(&self, lanes: &Lanes) -> usize {
        if self.kind.uses_lanes() {
            lanes.capacity()
        } else {
            crate::window::CAPACITY
        }
    }

    /// Decodes what the window holds, and empties it as far as it could be used. `end` is where in the file the marker
    /// stands that ends the scan's data, if the window has all of it.
    pub(crate) fn advance(&mut self, mut parts: Parts<'_>, end: Option<usize>) {
        // What is outside the crop is of interest only for what refines it, so that all is decoded of scans that others may refine.
        let (uses_lanes, grid) = (self.kind.uses_lanes(), &self.grid);
        let wants = |mcus| !uses_lanes || grid.wants(mcus);
        let pieces = self.intervals.cut(parts.window, end, wants);
        let joined = self.decode(&mut parts, &pieces);
        let mut rest = None;
        for (piece, joined) in pieces.iter().zip(&joined) {
            rest = self.settle(parts.window, piece, joined);
        }
        if let (Some(piece), Some(joined)) = (pieces.last(), joined.last())
            && piece.marker == end
        {
            self.complete(&mut parts, piece, joined);
        }
        let all = parts.window.len();
        let bytes = rest.map_or(all, |bit| bit / 8).min(all);
        self.intervals.position = rest.map_or(0, |bit| bit - bytes * 8);
        parts.window.drain(bytes);
    }

    fn decode(&mut self, parts: &mut Parts<'_>, pieces: &[Piece]) -> Vec<Joined> {
        if self.kind.uses_lanes() {
            self.decode_in_lanes(parts, pieces)
        } else {
            let decode = |piece| {
                let joined = dispatch::with_best(Directly(self, parts, piece));
                self.mcus().count(parts.frame, piece.mcu, joined.mcus);
                joined
            };
            pieces.iter().map(decode).collect()
        }
    }

    fn mcus(&self) -> Mcus<'_> {
        Mcus {
            scan: &self.scan,
            shape: &self.shape,
            grid: &self.grid,
            per_mcu: self.shape.iter().map(|(h, v)| h * v).sum(),
            per_interval: self.intervals.per_interval,
            counts: self.counts,
        }
    }

    /// Decodes the MCU within which the scan's data end, where it has begun: its missing bits are zeros, as they are for libjpeg.
    fn complete(&mut self, parts: &mut Parts<'_>, piece: &Piece, joined: &Joined) {
        let bits = joined.position..piece.end;
        if joined.stop != Stop::Damage || parts.window.is_filling(bits) {
            return;
        }
        let blocks: usize = self.shape.iter().map(|(h, v)| h * v).sum();
        parts.window.add_zeros(blocks * MOST_BYTES);
        let rest = Piece {
            start: joined.position,
            end: parts.window.len() * 8,
            mcu: piece.mcu + joined.mcus,
            most: 1,
            fresh: piece.fresh && joined.mcus == 0,
            ..*piece
        };
        let rest = self.decode(parts, &[rest]);
        self.decoded += rest.iter().map(|joined| joined.mcus).sum::<usize>();
    }

    /// Takes note of what was decoded of a piece; gives the bit at which to go on when there is more of it.
    fn settle(&mut self, window: &Window, piece: &Piece, joined: &Joined) -> Option<usize> {
        self.decoded += joined.mcus;
        let ends_early = (joined.stop == Stop::Damage).then_some(joined.position);
        let broken = piece
            .is_wanted
            .then(|| window.broken_within(piece.start..joined.position));
        let first = [joined.unknown, broken.flatten()]
            .into_iter()
            .flatten()
            .min();
        if let Some(bit) = first.or(ends_early) {
            let byte = bit / 8;
            let at = match piece.marker {
                Some(marker) if byte * 8 >= piece.end => marker,
                _ => window.offset(byte),
            };
            self.damage.get_or_insert(at);
        }
        if piece.marker.is_some() {
            return None;
        }
        self.intervals.done += joined.mcus;
        (joined.stop == Stop::Hungry).then_some(joined.position)
    }

    /// Ends the scan. `end` is where in the file its data ended.
    pub(crate) fn finish(&self, frame: &mut Frame, end: usize) {
        let cut = (self.decoded < self.total).then_some(end);
        frame.damage = frame.damage.or(self.damage).or(cut);
    }

    /// Whether more than the DC values of its blocks is used.
    fn reads_blocks(&self, frame: &Frame) -> bool {
        let mut components = self.scan.components.iter();
        components.any(|component| frame.geometry.components[component.index].points > 1)
    }

    /// Finds the blocks of all pieces in lanes, and puts what they stand for into its place.
    fn decode_in_lanes(&mut self, parts: &mut Parts<'_>, pieces: &[Piece]) -> Vec<Joined> {
        let reads_blocks = self.reads_blocks(parts.frame);
        let Parts {
            frame,
            window,
            lanes,
            batch,
            tables,
            values,
        } = parts;
        lanes.clear();
        let count = pieces.iter().filter(|piece| piece.is_wanted).count();
        let plan = |piece: &Piece| {
            let complete = piece.marker.is_some();
            piece
                .is_wanted
                .then(|| lanes.plan(window, piece.start, piece.end, complete, count))
        };
        let stretches: Vec<Option<Stretch>> = pieces.iter().map(plan).collect();
        lanes.run(window);
        let gives = match (self.kind, reads_blocks) {
            (Kind::Sequential, true) => {
                let details = placing::details(frame, &self.scan, tables, values);
                Gives::Blocks(details, batch)
            }
            (Kind::Sequential, false) => Gives::Means,
            _ => Gives::Coefficients,
        };
        let mut placer = Placer {
            mcus: Mcus {
                scan: &self.scan,
                shape: &self.shape,
                grid: &self.grid,
                per_mcu: self.shape.iter().map(|(h, v)| h * v).sum(),
                per_interval: self.intervals.per_interval,
                counts: self.counts,
            },
            frame,
            window,
            tables,
            values,
            predictors: &mut self.state,
            gives,
            mcu: 0,
            waiting: &mut self.waiting,
        };
        let mut join = |(piece, stretch): (&Piece, &Option<Stretch>)| {
            let Some(stretch) = stretch else {
                return piece.passed_over();
            };
            placer.go_to(piece.mcu);
            lanes.join(window, stretch, piece.most, |events| placer.take(events))
        };
        let joined = pieces.iter().zip(&stretches).map(&mut join).collect();
        placer.place_waiting();
        joined
    }

    /// Scans whose MCUs are decoded one after the other.
    #[inline(always)]
    fn decode_directly(&mut self, parts: &mut Parts<'_>, piece: &Piece) -> Joined {
        if piece.fresh {
            self.state = [0; 4];
        }
        let Parts {
            frame,
            window,
            tables,
            values,
            ..
        } = parts;
        let complete = piece.marker.is_some();
        if self.kind == Kind::DcRefinement {
            return progressive::refine_dc(
                frame,
                &self.scan,
                &self.shape,
                &self.grid,
                window,
                piece.start..piece.end,
                complete,
                piece.mcu,
                piece.most,
            );
        }
        let component = self.scan.components[0];
        let Some(table) = &tables.ac[component.ac] else {
            return Joined {
                mcus: 0,
                position: piece.start,
                unknown: None,
                stop: Stop::Damage,
            };
        };
        let coding = progressive::AcScan {
            scan: &self.scan,
            grid: &self.grid,
            table,
            values: &values.ac[component.ac],
            window,
            bits: piece.start..piece.end,
            complete,
        };
        coding.decode(frame, &mut self.state[0], piece.mcu, piece.most)
    }
}

/// [`ScanRun::decode_directly`], for the instruction set at hand.
struct Directly<'a, 'b>(&'a mut ScanRun, &'a mut Parts<'b>, &'a Piece);

impl Work for Directly<'_, '_> {
    type Output = Joined;

    #[inline(always)]
    fn run(self) -> Joined {
        let Directly(run, parts, piece) = self;
        run.decode_directly(parts, piece)
    }
}
