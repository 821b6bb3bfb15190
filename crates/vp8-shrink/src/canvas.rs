//! The samples of one macroblock and those around it that its prediction sees.

/// Where a macroblock's own columns begin; the column before is its left neighbour's last.
pub(crate) const LEFT: usize = 8;

/// Samples of one component: a row above, and `SIDE` rows of its own. `WIDTH` leaves room for neighbours on both sides, so that all
/// places are constants.
#[derive(Debug, Clone)]
pub(crate) struct Canvas<const SIDE: usize, const WIDTH: usize, const HEIGHT: usize> {
    pub(crate) rows: [[u8; WIDTH]; HEIGHT],
}

/// Luma; to the right of the row above it are four samples of the next macroblock.
pub(crate) type LumaCanvas = Canvas<16, 32, 17>;
pub(crate) type ChromaCanvas = Canvas<8, 16, 9>;

impl<const SIDE: usize, const WIDTH: usize, const HEIGHT: usize> Canvas<SIDE, WIDTH, HEIGHT> {
    pub(crate) const fn new() -> Self {
        Self {
            rows: [[0; WIDTH]; HEIGHT],
        }
    }

    /// Goes to the first macroblock of a row. Outside of the picture is 127 above and 129 to the left (RFC 6386, 12.2 and 12.3).
    #[inline(always)]
    pub(crate) fn begin_row(&mut self, first: bool) {
        for row in &mut self.rows {
            row[LEFT - 1] = 129;
        }
        if first {
            self.rows[0][LEFT - 1] = 127;
        }
    }

    /// Goes to the next macroblock of the row, whose left neighbour is this one.
    #[inline(always)]
    pub(crate) fn next(&mut self) {
        for row in &mut self.rows {
            row[LEFT - 1] = row[LEFT + SIDE - 1];
        }
    }

    #[inline(always)]
    pub(crate) fn set_above(&mut self, above: &[u8; SIDE]) {
        self.rows[0][LEFT..LEFT + SIDE].copy_from_slice(above);
    }

    #[inline(always)]
    pub(crate) fn above(&self) -> [u8; SIDE] {
        self.own(0)
    }

    /// The last row, which is above the next row of macroblocks.
    #[inline(always)]
    pub(crate) fn last(&self) -> [u8; SIDE] {
        self.own(SIDE)
    }

    #[inline(always)]
    pub(crate) fn own(&self, row: usize) -> [u8; SIDE] {
        core::array::from_fn(|column| self.rows[row][LEFT + column])
    }

    /// Repeats the last column and row of those that lie in the picture.
    pub(crate) fn repeat_behind(&mut self, columns: usize, rows: usize) {
        for row in &mut self.rows[1..] {
            let last = row[LEFT + columns - 1];
            row[LEFT + columns..LEFT + SIDE].fill(last);
        }
        let last = self.rows[rows];
        self.rows[rows + 1..].fill(last);
    }
}
