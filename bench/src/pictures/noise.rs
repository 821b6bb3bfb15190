//! Randomness that is the same everywhere: noise by integer hashing, with no state.

/// A hash of a lattice point, evenly spread over all 32 bits.
///
/// The finaliser is that of MurmurHash3; the multipliers before it are odd and otherwise arbitrary.
pub(crate) fn hash(x: i32, y: i32, seed: u32) -> u32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1)
        ^ (y as u32).wrapping_mul(0x85eb_ca77)
        ^ seed.wrapping_mul(0xc2b2_ae3d);
    bits ^= bits >> 16;
    bits = bits.wrapping_mul(0x85eb_ca6b);
    bits ^= bits >> 13;
    bits = bits.wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}

/// The same as a number from 0 to 1.
pub(crate) fn unit(x: i32, y: i32, seed: u32) -> f32 {
    (hash(x, y, seed) >> 8) as f32 / (1 << 24) as f32
}

/// Noise that is smooth between lattice points one apart, from 0 to 1.
pub(crate) fn smooth(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    // Smoothstep: its slope is zero at both ends, so that the lattice does not show.
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (across, down) = (ease(x - left), ease(y - top));
    let (left, top) = (left as i32, top as i32);
    let row = |y| {
        let (from, to) = (unit(left, y, seed), unit(left + 1, y, seed));
        from + (to - from) * across
    };
    let (above, below) = (row(top), row(top + 1));
    above + (below - above) * down
}

/// Octaves of noise, each of twice the frequency and half the strength of the one before; about 0.5 on average.
pub(crate) fn fractal(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let mut sum = 0.0;
    let (mut strength, mut frequency) = (0.5, 1.0);
    for octave in 0..octaves {
        sum += strength * smooth(x * frequency, y * frequency, seed.wrapping_add(octave));
        strength *= 0.5;
        frequency *= 2.0;
    }
    // So that the number of octaves does not change the brightness.
    sum + strength
}

/// What a sensor adds to a pixel: nearly normal, of variance one, and a little alike in neighbours, since cameras make up
/// two of each pixel's three colours from those around.
pub(crate) fn grain(x: i32, y: i32, seed: u32) -> f32 {
    let sum = |x, y| {
        let bytes = hash(x, y, seed).to_le_bytes();
        bytes.iter().map(|&byte| f32::from(byte)).sum::<f32>() - 4.0 * 127.5
    };
    // Four bytes have a variance of 4 * 256^2 / 12; three such sums, weighted, of 1.5 times that.
    const DEVIATION: f32 = 181.0;
    (sum(x, y) + 0.5 * sum(x + 1, y) + 0.5 * sum(x, y + 1)) / DEVIATION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smooth_noise_meets_its_lattice_and_does_not_jump() {
        for x in -5..5 {
            assert_eq!(smooth(x as f32, 3.0, 7), unit(x, 3, 7));
        }
        for step in 0..1000 {
            let x = step as f32 * 0.01;
            assert!((smooth(x, 0.3, 7) - smooth(x + 0.01, 0.3, 7)).abs() < 0.03);
        }
    }

    #[test]
    fn grain_has_no_mean_and_variance_one() {
        let samples: Vec<_> = (0..200)
            .flat_map(|y| (0..200).map(move |x| grain(x, y, 3)))
            .collect();
        let count = samples.len() as f32;
        let mean = samples.iter().sum::<f32>() / count;
        let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / count;
        assert!(mean.abs() < 0.05, "{mean}");
        assert!((variance - 1.0).abs() < 0.1, "{variance}");
    }
}
