//! The inverse transforms (RFC 6386, 14.3 and 14.4).

/// `a * sqrt(2) * cos(pi / 8)` and `a * sqrt(2) * sin(pi / 8)`, as the format computes them.
#[inline(always)]
fn turned(a: i32) -> (i32, i32) {
    (a + ((a * 20_091) >> 16), (a * 35_468) >> 16)
}

/// One pass over four values at a time, each of which is a lane.
#[inline(always)]
fn pass(rows: [[i32; 4]; 4]) -> [[i32; 4]; 4] {
    let mut out = [[0; 4]; 4];
    for lane in 0..4 {
        let [r0, r1, r2, r3] = rows.map(|row| row[lane]);
        let (even, odd) = (r0 + r2, r0 - r2);
        let ((cosine_1, sine_1), (cosine_3, sine_3)) = (turned(r1), turned(r3));
        let (outer, inner) = (cosine_1 + sine_3, sine_1 - cosine_3);
        out[0][lane] = even + outer;
        out[1][lane] = odd + inner;
        out[2][lane] = odd - inner;
        out[3][lane] = even - outer;
    }
    out
}

#[inline(always)]
fn transposed(rows: [[i32; 4]; 4]) -> [[i32; 4]; 4] {
    core::array::from_fn(|row| rows.map(|from| from[row]))
}

/// What the coefficients of a block add to its prediction, row by row.
#[inline(always)]
pub(crate) fn differences(block: &[i16; 16]) -> [[i32; 4]; 4] {
    let (rows, _) = block.as_chunks::<4>();
    let rows = core::array::from_fn(|row| rows[row].map(i32::from));
    let mut across = transposed(pass(rows));
    across[0] = across[0].map(|mean| mean + 4);
    transposed(pass(across)).map(|row| row.map(|sum| sum >> 3))
}

/// The same for a block that has none but the first coefficient: one value for all samples.
#[inline(always)]
pub(crate) fn difference(dc: i16) -> i32 {
    (i32::from(dc) + 4) >> 3
}

/// The DC coefficients of a macroblock's 16 blocks from their own transform's coefficients.
#[inline(always)]
pub(crate) fn means(block: &[i16; 16]) -> [i16; 16] {
    let (rows, _) = block.as_chunks::<4>();
    let rows = core::array::from_fn(|row| rows[row].map(i32::from));
    let mut across = transposed(hadamard(rows));
    across[0] = across[0].map(|mean| mean + 3);
    let sums = transposed(hadamard(across));
    core::array::from_fn(|at| (sums[at / 4][at % 4] >> 3) as i16)
}

/// One pass of the Walsh-Hadamard transform, in the format's order.
#[inline(always)]
fn hadamard(rows: [[i32; 4]; 4]) -> [[i32; 4]; 4] {
    let mut out = [[0; 4]; 4];
    for lane in 0..4 {
        let [r0, r1, r2, r3] = rows.map(|row| row[lane]);
        let (outer_sum, outer_difference) = (r0 + r3, r0 - r3);
        let (inner_sum, inner_difference) = (r1 + r2, r1 - r2);
        out[0][lane] = outer_sum + inner_sum;
        out[1][lane] = outer_difference + inner_difference;
        out[2][lane] = outer_sum - inner_sum;
        out[3][lane] = outer_difference - inner_difference;
    }
    out
}
