//! ThunderScan's compression (tag 259 is 32,809): four bits a pixel, by what they differ from the one before.

/// Unpacks rows of `width` pixels, each row from a whole byte on, and says how many there are.
pub(super) fn unpack(data: &[u8], width: usize, to: &mut [u8]) -> usize {
    /// What two and three bits stand for; `None` leaves a place free.
    const TWO: [Option<u8>; 4] = [Some(0), Some(1), None, Some(15)];
    const THREE: [Option<u8>; 8] = [
        Some(0),
        Some(1),
        Some(2),
        Some(3),
        None,
        Some(13),
        Some(14),
        Some(15),
    ];
    let mut data = data.iter();
    let mut rows = 0;
    for row in to.chunks_exact_mut(width.div_ceil(2)) {
        let (mut x, mut last) = (0, 0);
        let mut put = |pixel: u8, count: usize| {
            for x in x..width.min(x + count) {
                row[x / 2] |= (pixel & 15) << (4 * (1 - x % 2));
            }
            x = width.min(x + count);
            x == width
        };
        loop {
            let Some(&code) = data.next() else {
                return rows;
            };
            let is_full = match code >> 6 {
                0 => put(last, usize::from(code & 63)),
                1 => differ(
                    &mut last,
                    &mut put,
                    [4, 2, 0].map(|at| TWO[usize::from(code >> at & 3)]),
                ),
                2 => differ(
                    &mut last,
                    &mut put,
                    [3, 0].map(|at| THREE[usize::from(code >> at & 7)]),
                ),
                _ => {
                    last = code & 15;
                    put(last, 1)
                }
            };
            if is_full {
                break;
            }
        }
        rows += 1;
    }
    rows
}

/// Pixels by their differences; whether the row is full with them.
fn differ<const N: usize>(
    last: &mut u8,
    put: &mut impl FnMut(u8, usize) -> bool,
    differences: [Option<u8>; N],
) -> bool {
    let mut is_full = false;
    for difference in differences.into_iter().flatten() {
        *last = (*last + difference) & 15;
        is_full = put(*last, 1);
    }
    is_full
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_say_a_pixel_is_read() {
        // 9; three times the same; 10, 9; 12, 9; and as a row of its own 1 and 0.
        let packed = [0xC9, 0x03, 0b01_01_10_11, 0b10_011_101, 0b01_01_11_10];
        let mut to = [0; 5];
        assert_eq!(unpack(&packed[..4], 8, &mut to[..4]), 1);
        assert_eq!(to[..4], [0x99, 0x99, 0xA9, 0xC9]);
        assert_eq!(unpack(&packed[4..], 2, &mut to[4..]), 1);
        assert_eq!(to[4], 0x10);
        assert_eq!(unpack(&packed[..3], 8, &mut [0; 4]), 0);
        assert_eq!(unpack(&[], 8, &mut [0; 4]), 0);
    }
}
