//! Prediction of blocks of 4x4 samples (RFC 6386, 12.3).

use crate::modes::BlockMode;

/// The samples around a block: from the lowest to its left up to the corner, and from there to the right, eight above it.
pub(crate) type Edge = [u8; 13];

/// Where the corner is.
const CORNER: usize = 4;

/// The prediction, row by row.
#[inline(always)]
pub(crate) fn predict(mode: BlockMode, edge: &Edge) -> [[u8; 4]; 4] {
    let wide = edge.map(u16::from);
    // Means of two and of three neighbours along the edge, by the first and by the middle of them.
    let two = |at: usize| ((wide[at] + wide[at + 1] + 1) >> 1) as u8;
    let three = |at: usize| ((wide[at - 1] + 2 * wide[at] + wide[at + 1] + 2) >> 2) as u8;
    match mode {
        BlockMode::Dc => {
            let sum: u16 = wide[..CORNER]
                .iter()
                .chain(&wide[CORNER + 1..CORNER + 5])
                .sum();
            [[((sum + 4) >> 3) as u8; 4]; 4]
        }
        BlockMode::TrueMotion => core::array::from_fn(|row| {
            let change = wide[CORNER - 1 - row] as i16 - wide[CORNER] as i16;
            core::array::from_fn(|column| {
                (wide[CORNER + 1 + column] as i16 + change).clamp(0, 255) as u8
            })
        }),
        BlockMode::Vertical => [core::array::from_fn(|column| three(CORNER + 1 + column)); 4],
        BlockMode::Horizontal => {
            let last = ((wide[1] + 3 * wide[0] + 2) >> 2) as u8;
            [[three(3); 4], [three(2); 4], [three(1); 4], [last; 4]]
        }
        BlockMode::LeftDown => {
            let last = ((wide[11] + 3 * wide[12] + 2) >> 2) as u8;
            let line: [u8; 7] = [
                three(6),
                three(7),
                three(8),
                three(9),
                three(10),
                three(11),
                last,
            ];
            core::array::from_fn(|row| core::array::from_fn(|column| line[row + column]))
        }
        BlockMode::RightDown => {
            let line: [u8; 7] = core::array::from_fn(|at| three(1 + at));
            core::array::from_fn(|row| core::array::from_fn(|column| line[3 - row + column]))
        }
        BlockMode::VerticalRight => [
            [two(4), two(5), two(6), two(7)],
            [three(4), three(5), three(6), three(7)],
            [three(3), two(4), two(5), two(6)],
            [three(2), three(4), three(5), three(6)],
        ],
        BlockMode::VerticalLeft => [
            [two(5), two(6), two(7), two(8)],
            [three(6), three(7), three(8), three(9)],
            [two(6), two(7), two(8), three(10)],
            [three(7), three(8), three(9), three(11)],
        ],
        BlockMode::HorizontalDown => [
            [two(3), three(4), three(5), three(6)],
            [two(2), three(3), two(3), three(4)],
            [two(1), three(2), two(2), three(3)],
            [two(0), three(1), two(1), three(2)],
        ],
        BlockMode::HorizontalUp => {
            let (low, last) = (((wide[1] + 3 * wide[0] + 2) >> 2) as u8, edge[0]);
            [
                [two(2), three(2), two(1), three(1)],
                [two(1), three(1), two(0), low],
                [two(0), low, last, last],
                [last; 4],
            ]
        }
    }
}
