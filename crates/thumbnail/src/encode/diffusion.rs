//! What rounding leaves over, handed on to the pixels that come next, as by Floyd and Steinberg.

/// The errors of a row of pixels and of the row below, in sixteenths, of `N` channels.
///
/// Rows are gone through to and fro, so that the error does not drift to one side.
pub(super) struct Diffusion<const N: usize> {
    /// With one more pixel at both ends.
    here: Vec<[i32; N]>,
    below: Vec<[i32; N]>,
    is_forward: bool,
}

impl<const N: usize> Diffusion<N> {
    pub(super) fn new(width: usize) -> Self {
        Self {
            here: vec![[0; N]; width + 2],
            below: vec![[0; N]; width + 2],
            is_forward: true,
        }
    }

    /// The columns of the row in the order in which they are to be rounded.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + use<N> {
        let (width, is_forward) = (self.here.len() - 2, self.is_forward);
        (0..width).map(move |step| if is_forward { step } else { width - 1 - step })
    }

    /// What the pixels before leave to the one in column `x`.
    pub(super) fn left_over(&self, x: usize) -> [i32; N] {
        self.here[x + 1].map(|error| error / 16)
    }

    /// Hands on what the pixel in column `x` was to have and did not get.
    pub(super) fn hand_on(&mut self, x: usize, error: [i32; N]) {
        let (ahead, behind) = if self.is_forward {
            (x + 2, x)
        } else {
            (x, x + 2)
        };
        for (channel, error) in error.into_iter().enumerate() {
            self.here[ahead][channel] += error * 7;
            self.below[behind][channel] += error * 3;
            self.below[x + 1][channel] += error * 5;
            self.below[ahead][channel] += error;
        }
    }

    pub(super) fn next_row(&mut self) {
        std::mem::swap(&mut self.here, &mut self.below);
        self.below.fill([0; N]);
        self.is_forward = !self.is_forward;
    }
}
