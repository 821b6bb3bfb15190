//! Where blocks and samples lie: from the frame's sizes and a request to ranges of MCUs, blocks and samples.

use crate::error::Error;
use crate::header::Header;
use crate::request::{Crop, Request};
use alloc::vec::Vec;

/// A plane that a request will give, known before anything is decoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlaneShape {
    /// Columns of the reduced component left of the plane.
    pub x: usize,
    /// Rows of the reduced component above the plane.
    pub y: usize,
    /// Samples in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples for each full-size pixel, from left to right, as a fraction: numerator and denominator.
    pub scale_x: (u32, u32),
    /// Samples for each full-size pixel, from top to bottom, as a fraction.
    pub scale_y: (u32, u32),
}

/// A request against a frame.
#[derive(Debug, Clone, Default)]
pub(crate) struct Geometry {
    /// MCUs of an interleaved scan in the whole picture.
    pub(crate) mcu_columns: usize,
    /// Columns of MCUs that the crop touches: first, and one past the last.
    pub(crate) mcu_left: usize,
    pub(crate) mcu_right: usize,
    /// Rows of MCUs that the crop touches.
    pub(crate) mcu_top: usize,
    pub(crate) mcu_bottom: usize,
    pub(crate) components: Vec<ComponentGeometry>,
}

/// One component's share of it. The stored area is whole MCUs, so that assembling needs no edge cases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComponentGeometry {
    /// Samples along one side of a block.
    pub(crate) points: usize,
    /// Blocks in an interleaved MCU.
    pub(crate) h: usize,
    pub(crate) v: usize,
    /// Blocks that a scan of this component alone codes: those that hold samples of the picture.
    pub(crate) blocks_wide: usize,
    pub(crate) blocks_high: usize,
    /// The stored area in blocks of the component: first, and one past the last.
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) top: usize,
    pub(crate) bottom: usize,
    /// What the caller sees of it.
    pub(crate) shape: PlaneShape,
}

impl ComponentGeometry {
    pub(crate) fn stored_blocks(&self) -> usize {
        (self.right - self.left) * (self.bottom - self.top)
    }

    pub(crate) fn stored_samples(&self) -> usize {
        self.stored_blocks() * self.points * self.points
    }

    /// Blocks in a row of MCUs over the picture's whole width.
    pub(crate) fn padded_wide(&self, mcu_columns: usize) -> usize {
        mcu_columns * self.h
    }
}

impl Geometry {
    pub(crate) fn new(header: &Header, request: &Request) -> Result<Self, Error> {
        let (width, height) = (header.width as usize, header.height as usize);
        let crop = request.crop.unwrap_or(Crop {
            x: 0,
            y: 0,
            width: header.width,
            height: header.height,
        });
        let (x0, y0) = (crop.x as usize, crop.y as usize);
        let (x1, y1) = (
            x0.saturating_add(crop.width as usize),
            y0.saturating_add(crop.height as usize),
        );
        if x0 >= x1 || y0 >= y1 || x1 > width || y1 > height {
            return Err(Error::BadCrop);
        }
        let (h_max, v_max) = (header.h_max(), header.v_max());
        let (mcu_left, mcu_right) = (x0 / (8 * h_max), x1.div_ceil(8 * h_max));
        let (mcu_top, mcu_bottom) = (y0 / (8 * v_max), y1.div_ceil(8 * v_max));
        let components = header.components.iter().enumerate();
        let components = components.map(|(index, component)| {
            let points = request.reduction_of(index).points();
            let (h, v) = (usize::from(component.h), usize::from(component.v));
            let (x, right) = (
                x0 * h * points / (8 * h_max),
                (x1 * h * points).div_ceil(8 * h_max),
            );
            let (y, bottom) = (
                y0 * v * points / (8 * v_max),
                (y1 * v * points).div_ceil(8 * v_max),
            );
            ComponentGeometry {
                points,
                h,
                v,
                blocks_wide: (width * h).div_ceil(8 * h_max),
                blocks_high: (height * v).div_ceil(8 * v_max),
                left: mcu_left * h,
                right: mcu_right * h,
                top: mcu_top * v,
                bottom: mcu_bottom * v,
                shape: PlaneShape {
                    x,
                    y,
                    width: right - x,
                    height: bottom - y,
                    scale_x: ((h * points) as u32, (8 * h_max) as u32),
                    scale_y: ((v * points) as u32, (8 * v_max) as u32),
                },
            }
        });
        Ok(Geometry {
            mcu_columns: width.div_ceil(8 * h_max),
            mcu_left,
            mcu_right,
            mcu_top,
            mcu_bottom,
            components: components.collect(),
        })
    }

    /// Bytes of the stored planes and of the coefficients that a progressive frame keeps between its scans.
    pub(crate) fn memory(&self, progressive: bool) -> u64 {
        let bytes = self.components.iter().map(|component| {
            let stored = component.stored_blocks() as u64;
            let planes = component.stored_samples() as u64;
            if !progressive {
                return planes;
            }
            // Which coefficients are known to be nonzero decides how many bits a refinement scan has, inside the crop or not.
            let dc = stored * 2;
            if component.points == 1 {
                return planes + dc;
            }
            let history =
                component.padded_wide(self.mcu_columns) as u64 * component.bottom as u64 * 8;
            planes + dc + history + planes * 2
        });
        bytes.sum()
    }

    /// Blocks of the crop that the picture has, over all components.
    pub(crate) fn wanted_blocks(&self) -> u64 {
        self.components
            .iter()
            .map(|c| {
                (c.right.min(c.blocks_wide) - c.left) as u64
                    * (c.bottom.min(c.blocks_high) - c.top) as u64
            })
            .sum()
    }
}

impl Header {
    /// The planes that a request will give, one for each component.
    ///
    /// # Errors
    /// [`Error::BadCrop`].
    pub fn planes(&self, request: &Request) -> Result<Vec<PlaneShape>, Error> {
        Ok(Geometry::new(self, request)?
            .components
            .iter()
            .map(|component| component.shape)
            .collect())
    }

    /// The most memory, in bytes, that a request needs for this picture, besides about 6 MiB of working buffers
    /// that do not depend on it.
    ///
    /// # Errors
    /// [`Error::BadCrop`].
    pub fn memory(&self, request: &Request) -> Result<u64, Error> {
        Ok(Geometry::new(self, request)?.memory(self.progressive))
    }
}
