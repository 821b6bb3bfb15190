//! What many measurements come to.

/// The one in the middle, or the mean of the two in the middle; nothing of nothing.
pub(crate) fn median(samples: &[f64]) -> Option<f64> {
    let sorted = sorted(samples);
    let (upper, lower) = (sorted.len() / 2, sorted.len().checked_sub(1)? / 2);
    Some(f64::midpoint(sorted[lower], sorted[upper]))
}

/// How far apart the quarter points are, as a share of the median: half of the samples lie within.
pub(crate) fn spread(samples: &[f64]) -> Option<f64> {
    let sorted = sorted(samples);
    let last = sorted.len().checked_sub(1)?;
    Some((sorted[last * 3 / 4] - sorted[last / 4]) / median(samples)?)
}

/// The least of them.
pub(crate) fn least(samples: impl IntoIterator<Item = f64>) -> Option<f64> {
    samples.into_iter().min_by(f64::total_cmp)
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[4.0]), Some(4.0));
        assert_eq!(median(&[9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(&[9.0, 1.0, 4.0, 5.0]), Some(4.5));
    }

    #[test]
    fn one_outlier_does_not_widen_the_spread() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7.0]), Some(0.0));
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0, 5.0]), Some(2.0 / 3.0));
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0, 500.0]), Some(2.0 / 3.0));
    }

    #[test]
    fn the_least_is_the_smallest() {
        assert_eq!(least([3.0, -1.0, 2.0]), Some(-1.0));
        assert_eq!(least([]), None);
    }
}
