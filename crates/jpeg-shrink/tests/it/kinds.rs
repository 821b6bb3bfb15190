//! All kinds of pictures, for property tests.

use crate::samples::Kind;
use proptest::prelude::*;

/// Every kind: sampling factors, coding and sizes.
pub(crate) fn kinds(largest: usize) -> impl Strategy<Value = Kind> {
    let factors = || (1usize..=4, 1usize..=4);
    let usual = prop::sample::select(vec![
        vec![(1, 1)],
        vec![(2, 2), (1, 1), (1, 1)],
        vec![(2, 1), (1, 1), (1, 1)],
        vec![(1, 2), (1, 1), (1, 1)],
        vec![(1, 1), (1, 1), (1, 1)],
        vec![(4, 1), (1, 1), (1, 1)],
        vec![(1, 1), (1, 1), (1, 1), (1, 1)],
        vec![(2, 2), (1, 1), (1, 1), (2, 2)],
    ]);
    let sampling = prop_oneof![usual, prop::collection::vec(factors(), 1..=4)];
    let sizes = (1..=largest, 1..=largest);
    let restart = prop_oneof![Just(0usize), 1usize..40];
    let coding = (
        any::<bool>(),
        any::<bool>(),
        restart,
        0usize..3,
        any::<bool>(),
        0usize..30,
    );
    (sizes, sampling, coding, any::<u64>()).prop_map(|((width, height), sampling, coding, seed)| {
        let (progressive, separate, restart, fill, steep, density) = coding;
        Kind {
            width,
            height,
            sampling,
            progressive,
            separate,
            restart,
            fill,
            steep,
            density,
            seed,
        }
    })
}
