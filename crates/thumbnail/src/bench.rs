//! A door for `benches/stages.rs`, behind the feature `bench`: two stages that nobody calls by themselves, with what they take in
//! and give out, and nothing promised to anybody else.

use crate::fit::Crop;
use crate::raster::{Channels, Raster};
use crate::resample::{self, Grid, Plane, Samples};
use crate::{Quality, encode};

/// A square plane, as a JPEG gives it.
#[derive(Clone, Debug)]
pub struct Square {
    /// Samples in a row, and rows.
    pub side: usize,
    /// What they are, row by row.
    pub samples: Vec<u8>,
    /// Whether a sample is the mean of what it covers, as at 1/8 and 1/4, and not what the picture is at its middle.
    pub means: bool,
}

/// The whole planes at `side` x `side` pixels, interleaved.
#[must_use]
pub fn resample(planes: &[Square], side: u32) -> Vec<u8> {
    let planes: Vec<_> = planes
        .iter()
        .map(|plane| {
            let shown = plane.side as f64;
            Plane {
                grid: Grid {
                    size: (plane.side, plane.side),
                    crop: Crop {
                        left: 0.0,
                        top: 0.0,
                        width: shown,
                        height: shown,
                    },
                    kind: if plane.means {
                        Samples::Means
                    } else {
                        Samples::Points
                    },
                },
                stride: plane.side,
                samples: &plane.samples,
            }
        })
        .collect();
    let bytes = side as usize * side as usize * planes.len();
    resample::planes(&planes, (side, side)).bytes()[..bytes].to_vec()
}

/// The JPEG of a square of pixels, each its luma, blue and red.
#[must_use]
pub fn encode(pixels: Vec<u8>, side: u32, quality: Quality) -> Vec<u8> {
    let raster = Raster {
        channels: Channels::YCbCr,
        width: side,
        height: side,
        samples: pixels,
    };
    encode::jpeg::encode(&raster, quality)
}
