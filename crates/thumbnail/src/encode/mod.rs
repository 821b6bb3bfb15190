//! The encoders, and what has to be done before them: padding, and giving up transparency that a format cannot hold.

mod jpeg;

use crate::raster::Raster;
use crate::{Format, Picture, Spec};

/// Encodes an upright sRGB picture made from a source of format `source`, in the middle of a canvas.
pub(crate) fn encode(raster: Raster, _canvas: (u32, u32), _source: Format, spec: &Spec) -> Picture {
    Picture {
        bytes: jpeg::encode(&raster, spec.quality),
        format: Format::Jpeg,
        width: raster.width,
        height: raster.height,
    }
}
