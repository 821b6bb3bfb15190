//! Choosing the instruction set when the program runs.

/// Something to be compiled for several instruction sets. A closure would not do: it need not be inlined into the code
/// that may use more instructions, and then does not use them.
pub(crate) trait Work {
    type Output;
    /// To be `#[inline(always)]`, like all it calls that is hot.
    fn run(self) -> Self::Output;
}

/// Runs `work` with what the processor has.
#[cfg(feature = "std")]
pub(crate) fn with_best<W: Work>(work: W) -> W::Output {
    struct Dispatched<W>(W);
    impl<W: Work> pulp::NullaryFnOnce for Dispatched<W> {
        type Output = W::Output;
        #[inline(always)]
        fn call(self) -> W::Output {
            self.0.run()
        }
    }
    pulp::Arch::new().dispatch(Dispatched(work))
}

/// Runs `work` with what the target always has.
#[cfg(not(feature = "std"))]
pub(crate) fn with_best<W: Work>(work: W) -> W::Output {
    work.run()
}
