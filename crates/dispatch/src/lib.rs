//! Choosing the instruction set when the program runs.
//!
//! A target has to run on its oldest processors, so what is compiled for it leaves AVX2 and BMI2 alone, with which a loop over
//! pixels can be twice as fast. Here such a loop is compiled with and without, and the processor decides which one runs.

#![no_std]
#![forbid(unsafe_code)]

/// Something to be compiled for several instruction sets. A closure would not do: it need not be inlined into the code
/// that may use more instructions, and then does not use them.
pub trait Work {
    /// What comes of it.
    type Output;

    /// To be `#[inline(always)]`, like all it calls that is hot.
    fn run(self) -> Self::Output;
}

/// Runs `work` with what the processor has.
#[cfg(feature = "std")]
pub fn with_best<W: Work>(work: W) -> W::Output {
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
pub fn with_best<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(test)]
mod tests {
    use super::{Work, with_best};

    struct Sum<'a>(&'a [u32]);

    impl Work for Sum<'_> {
        type Output = u32;

        #[inline(always)]
        fn run(self) -> u32 {
            self.0.iter().sum()
        }
    }

    #[test]
    fn work_is_done_once_and_its_output_comes_back() {
        assert_eq!(with_best(Sum(&[1, 20, 300])), 321);
    }
}
