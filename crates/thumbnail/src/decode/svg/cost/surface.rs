//! What is drawn on: the canvas, and whatever `resvg` 0.45.1 lays over it for a part of the drawing that counts as a whole. Sizes are
//! found as it finds them, for a layer may be 25 times as large as the canvas, or a few pixels.

use resvg::tiny_skia::{IntRect, Rect, Transform};
use resvg::usvg::{Group, Pattern};

/// Bytes of a pixel.
const PIXEL: u64 = 4;

#[derive(Clone, Copy)]
pub(super) struct Surface {
    /// From the drawing's units to pixels.
    transform: Transform,
    size: (u32, u32),
    /// What the layers over it are cut to.
    bounds: IntRect,
    /// Bytes of it and of all that is held below it.
    held: u64,
}

impl Surface {
    /// The canvas of a drawing, or of one in it; `None` where it has no size or too large a one.
    pub(super) fn canvas(size: (u32, u32), transform: Transform, below: u64) -> Option<Self> {
        let (width, height) = (size.0.try_into().ok()?, size.1.try_into().ok()?);
        let (left, top): (i32, i32) = (width, height);
        let bounds = IntRect::from_xywh(
            left.checked_mul(-2)?,
            top.checked_mul(-2)?,
            size.0.checked_mul(5)?,
            size.1.checked_mul(5)?,
        )?;
        Some(Self::new(size, transform, bounds, below))
    }

    fn new(size: (u32, u32), transform: Transform, bounds: IntRect, below: u64) -> Self {
        let surface = Self {
            transform,
            size,
            bounds,
            held: below,
        };
        surface.holding(PIXEL * surface.pixels())
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.size.0) * u64::from(self.size.1)
    }

    pub(super) const fn held(&self) -> u64 {
        self.held
    }

    pub(super) const fn transform(&self) -> Transform {
        self.transform
    }

    /// Pixels that a unit of the drawing is long.
    pub(super) fn scale(&self) -> f64 {
        let (across, down) = self.transform.get_scale();
        f64::from(across.max(down))
    }

    /// Pixels of the longest line that can be seen on it.
    pub(super) fn longest(&self) -> f64 {
        f64::from(self.size.0.max(self.size.1))
    }

    /// Pixels of a rectangle of the drawing, or all that there are.
    pub(super) fn area(&self, rect: Rect) -> u64 {
        let rect = rect.transform(self.transform);
        let area = rect.map_or(0.0, |rect| {
            f64::from(rect.width()) * f64::from(rect.height())
        });
        self.pixels().min(area as u64)
    }

    /// With so many bytes more.
    pub(super) const fn holding(self, bytes: u64) -> Self {
        Self {
            held: self.held.saturating_add(bytes),
            ..self
        }
    }

    /// For a part that is placed by a transform.
    pub(super) fn placed(self, transform: Transform) -> Self {
        Self {
            transform: self.transform.pre_concat(transform),
            ..self
        }
    }

    /// A plane over it, of its size.
    pub(super) fn over(self) -> Self {
        self.holding(PIXEL * self.pixels())
    }

    /// The canvas of a drawing in the drawing, of the same size.
    pub(super) fn inner(self) -> Option<Self> {
        Self::canvas(self.size, self.transform, self.held)
    }

    /// The layer of a group that is placed on it; `None` where nothing of it is seen.
    pub(super) fn layer(self, group: &Group) -> Option<Self> {
        let seen = group.layer_bounding_box().transform(self.transform)?;
        let rect = if group.filters().is_empty() {
            // Two pixels more on each side, for edges between pixels.
            IntRect::from_xywh(
                (seen.x().floor() as i32).saturating_sub(2),
                (seen.y().floor() as i32).saturating_sub(2),
                (seen.width().ceil() as u32).saturating_add(4),
                (seen.height().ceil() as u32).saturating_add(4),
            )?
        } else {
            seen.to_int_rect()
        };
        let rect = rect.intersect(&self.bounds)?;
        let shift = Transform::from_translate(-rect.x() as f32, -rect.y() as f32);
        let transform = shift.pre_concat(self.transform);
        let size = (rect.width(), rect.height());
        Some(Self::new(size, transform, self.bounds, self.held))
    }

    /// The tile of a pattern that something on it is painted with: all of it, however little is seen.
    pub(super) fn tile(self, pattern: &Pattern) -> Self {
        let (across, down) = self.placed(pattern.transform()).transform.get_scale();
        let side = |length: f32, scale: f32| (length * scale).round() as u32;
        let rect = pattern.rect();
        let size = (side(rect.width(), across), side(rect.height(), down));
        let transform = Transform::from_scale(across, down);
        Self::new(size, transform, self.bounds, self.held)
    }

    /// The plane of a filter that is as large as its region, with something in it that begins at a place of the drawing.
    pub(super) fn region(self, region: IntRect, (x, y): (f32, f32)) -> Option<Self> {
        let (across, down) = self.transform.get_scale();
        let transform = Transform::from_row(across, 0.0, 0.0, down, x, y);
        let size = (region.width(), region.height());
        let bounds = IntRect::from_xywh(0, 0, size.0, size.1)?;
        Some(Self::new(size, transform, bounds, self.held))
    }
}
