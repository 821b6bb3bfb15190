//! How long a drawing takes to draw, and in how much memory, estimated before it is begun: a few lines can nest patterns in patterns, each
//! drawn anew for every shape, or lay thousands of layers over each other, and the renderer can't be stopped.

mod filters;
mod paths;
mod surface;

use crate::{Error, Format, Limits};
use resvg::tiny_skia::Transform;
use resvg::usvg::{ClipPath, Group, Image, ImageKind, Mask, Node, Tree};
use surface::Surface;

/// Visits of pixels that take a few seconds; one is about a nanosecond.
const MOST: u64 = 3_000_000_000;

/// What a shape takes however small it is, in visits of pixels.
const SHAPE: u64 = 500;

/// Bytes of all layers, however much memory there is, beside [`LAYERS`] of what is shown: real drawings take a few.
const MOST_BYTES: u64 = 256 << 20;
const LAYERS: u64 = 6;

/// The bytes that are held at most while a drawing is drawn in this size, on a canvas that is so many times as wide and high, `held` among
/// them. An error where there are not as many, or where it would take too long.
pub(super) fn check(
    tree: &Tree,
    size: (u32, u32),
    wider: u32,
    held: u64,
    limits: &Limits,
) -> Result<u64, Error> {
    let scale = Transform::from_scale(
        size.0 as f32 / tree.size().width(),
        size.1 as f32 / tree.size().height(),
    );
    let canvas = Surface::canvas((size.0 * wider, size.1 * wider), scale, held);
    let canvas = canvas.ok_or_else(|| super::broken("it has no size"))?;
    let shown = u64::from(size.0) * u64::from(size.1);
    let most = held + 4 * LAYERS * shown + MOST_BYTES;
    let limits = Limits {
        memory_bytes: limits.memory_bytes.min(most),
        ..*limits
    };
    let mut cost = Cost {
        left: MOST,
        most_held: 0,
        size,
        limits: &limits,
    };
    cost.hold(canvas)?;
    cost.nodes(tree.root(), canvas)?;
    Ok(cost.most_held)
}

struct Cost<'a> {
    /// Visits of pixels.
    left: u64,
    most_held: u64,
    size: (u32, u32),
    limits: &'a Limits,
}

/// The walk goes the way that `resvg` 0.45.1 goes when it draws. The first thing that there is not enough for ends it.
impl Cost<'_> {
    fn spend(&mut self, visits: u64) -> Result<(), Error> {
        let left = self.left.checked_sub(visits);
        self.left = left.ok_or(Error::TooMuchTime)?;
        Ok(())
    }

    fn hold(&mut self, surface: Surface) -> Result<(), Error> {
        self.most_held = self.most_held.max(surface.held());
        self.limits
            .check_memory(Format::Svg, self.size, surface.held())
    }

    fn nodes(&mut self, group: &Group, on: Surface) -> Result<(), Error> {
        group.children().iter().try_for_each(|node| match node {
            Node::Group(group) => self.group(group, on),
            Node::Path(path) => self.path(path, on),
            Node::Image(image) => self.image(image, on),
            Node::Text(text) => self.group(text.flattened(), on),
        })
    }

    fn group(&mut self, group: &Group, on: Surface) -> Result<(), Error> {
        self.spend(SHAPE)?;
        let on = on.placed(group.transform());
        if !group.should_isolate() {
            return self.nodes(group, on);
        }
        let Some(layer) = on.layer(group) else {
            return Ok(());
        };
        self.hold(layer)?;
        self.spend(3 * layer.pixels())?;
        self.nodes(group, layer)?;
        for filter in group.filters() {
            self.filter(filter, layer)?;
        }
        if let Some(path) = group.clip_path() {
            self.clip(path, layer)?;
        }
        match group.mask() {
            Some(mask) => self.mask(mask, layer),
            None => Ok(()),
        }
    }

    fn clip(&mut self, path: &ClipPath, on: Surface) -> Result<(), Error> {
        // A plane of what shows comes with each.
        let plane = on.over().holding(on.pixels());
        self.hold(plane)?;
        self.spend(5 * plane.pixels())?;
        self.clipping(path.root(), plane.placed(path.transform()))?;
        match path.clip_path() {
            Some(path) => self.clip(path, plane),
            None => Ok(()),
        }
    }

    /// What is in a clip path is drawn without layers, but for what is clipped itself.
    fn clipping(&mut self, group: &Group, on: Surface) -> Result<(), Error> {
        group.children().iter().try_for_each(|node| match node {
            Node::Path(path) => self.path(path, on),
            Node::Text(text) => self.clipping(text.flattened(), on),
            Node::Group(group) => {
                let on = on.placed(group.transform());
                let Some(path) = group.clip_path() else {
                    return self.clipping(group, on);
                };
                let plane = on.over();
                self.hold(plane)?;
                self.spend(3 * plane.pixels())?;
                self.clipping(group, plane)?;
                self.clip(path, plane)
            }
            Node::Image(_) => Ok(()),
        })
    }

    fn mask(&mut self, mask: &Mask, on: Surface) -> Result<(), Error> {
        let plane = on.over().holding(on.pixels());
        self.hold(plane)?;
        self.spend(7 * plane.pixels())?;
        self.nodes(mask.root(), plane)?;
        match mask.mask() {
            Some(mask) => self.mask(mask, plane),
            None => Ok(()),
        }
    }

    /// It is decoded each time that it is drawn.
    fn image(&mut self, image: &Image, on: Surface) -> Result<(), Error> {
        if let ImageKind::SVG(tree) = image.kind() {
            let Some(plane) = on.inner() else {
                return Ok(());
            };
            self.hold(plane)?;
            self.spend(4 * plane.pixels())?;
            return self.nodes(tree.root(), plane);
        }
        let size = image.size();
        let pixels = (f64::from(size.width()) * f64::from(size.height())) as u64;
        self.hold(on.holding(pixels.saturating_mul(8)))?;
        let drawn = on.area(image.bounding_box());
        self.spend(pixels.saturating_mul(20) + 40 * drawn)
    }
}
