//! How long a drawing takes to draw, and the memory of its filters and patterns, estimated before it is begun: a few lines can nest patterns in
//! patterns, each drawn anew for every shape, or filter a plane of gigabytes, and the renderer can't be stopped.

use crate::{Error, Format, Limits};
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{Fill, Group, ImageKind, Node, Paint, Path, Tree};

/// Visits of pixels that take a few seconds.
const MOST: u64 = 3_000_000_000;

/// What a shape takes however small it is, in visits of pixels.
const SHAPE: u64 = 500;

/// Refuses a drawing that would take too long, or too much memory, when it is drawn in this size, on a canvas that is so many times
/// as wide and high.
pub(super) fn check(
    tree: &Tree,
    size: (u32, u32),
    wider: u32,
    limits: &Limits,
) -> Result<(), Error> {
    let mut cost = Cost {
        left: MOST,
        canvas: u64::from(size.0 * wider) * u64::from(size.1 * wider),
        scale: f64::from(size.0) / f64::from(tree.size().width()),
        size,
        limits,
    };
    cost.group(tree.root())
}

struct Cost<'a> {
    left: u64,
    /// Pixels of a layer.
    canvas: u64,
    scale: f64,
    size: (u32, u32),
    limits: &'a Limits,
}

/// The first thing that there is not enough for ends the walk.
impl Cost<'_> {
    fn spend(&mut self, visits: u64) -> Result<(), Error> {
        let left = self.left.checked_sub(visits);
        self.left = left.ok_or(Error::TooMuchTime)?;
        Ok(())
    }

    fn check_memory(&self, bytes: u64) -> Result<(), Error> {
        self.limits.check_memory(Format::Svg, self.size, bytes)
    }

    /// Pixels of a rectangle of the drawing.
    fn pixels(&self, width: f32, height: f32) -> u64 {
        (f64::from(width) * f64::from(height) * self.scale * self.scale) as u64
    }

    fn group(&mut self, group: &Group) -> Result<(), Error> {
        self.spend(SHAPE)?;
        if group.should_isolate() {
            self.spend(3 * self.canvas)?;
        }
        for filter in group.filters() {
            self.filter(filter, group)?;
        }
        let mut clip = group.clip_path();
        while let Some(path) = clip {
            self.spend(2 * self.canvas)?;
            self.group(path.root())?;
            clip = path.clip_path();
        }
        let mut mask = group.mask();
        while let Some(each) = mask {
            self.spend(4 * self.canvas)?;
            self.group(each.root())?;
            mask = each.mask();
        }
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group)?,
                Node::Path(path) => self.path(path)?,
                Node::Image(image) => {
                    self.spend(10 * self.canvas)?;
                    if let ImageKind::SVG(tree) = image.kind() {
                        self.group(tree.root())?;
                    }
                }
                Node::Text(text) => self.group(text.flattened())?,
            }
        }
        Ok(())
    }

    fn path(&mut self, path: &Path) -> Result<(), Error> {
        let points = path.data().len() as u64;
        let bounds = path.abs_stroke_bounding_box();
        let area = self.pixels(bounds.width(), bounds.height());
        self.spend(SHAPE + 100 * points + area.min(self.canvas))?;
        let fill = path.fill().map(Fill::paint);
        let stroke = path
            .stroke()
            .map(|stroke| (stroke.paint(), stroke.dasharray().map(<[f32]>::len)));
        if let Some((_, Some(dashes))) = stroke {
            // Dashes can be many: at most one for each unit of the outline, whose length the bounds tell roughly.
            let outline =
                f64::from(bounds.width() + bounds.height()) * (points + dashes as u64) as f64;
            self.spend(outline.min(1e12) as u64)?;
        }
        for paint in fill.into_iter().chain(stroke.map(|(paint, _)| paint)) {
            if let Paint::Pattern(pattern) = paint {
                // All of it is drawn once, however little of it is seen.
                let placed = path.abs_transform().pre_concat(pattern.transform());
                let ((across, down), rect) = (placed.get_scale(), pattern.rect());
                let pixels = self.pixels(rect.width() * across, rect.height() * down);
                self.check_memory(pixels.saturating_mul(4))?;
                self.spend(2 * self.canvas.max(pixels))?;
                self.group(pattern.root())?;
            }
        }
        Ok(())
    }

    /// Some primitives fill the filter's whole region, however little of it is seen, and those behind go on with that; all results are
    /// kept to the end.
    fn filter(&mut self, filter: &Filter, group: &Group) -> Result<(), Error> {
        let region = filter.rect().transform(group.abs_transform());
        let region = region.map_or(0, |region| self.pixels(region.width(), region.height()));
        let region = region.max(self.canvas);
        let mut pixels = self.canvas;
        let mut memory = 8 * pixels;
        for primitive in filter.primitives() {
            if fills(primitive.kind()) {
                pixels = region;
            }
            memory = pixels.saturating_mul(4).saturating_add(memory);
            self.check_memory(memory)?;
            let visits = match primitive.kind() {
                Kind::Turbulence(turbulence) => 60 * u64::from(turbulence.num_octaves()),
                Kind::ConvolveMatrix(convolve) => {
                    10 * u64::from(convolve.matrix().columns())
                        * u64::from(convolve.matrix().rows())
                }
                Kind::Morphology(morphology) => {
                    let side = |radius: f32| (f64::from(radius) * self.scale * 2.0 + 1.0).min(1e4);
                    let (x, y) = (morphology.radius_x().get(), morphology.radius_y().get());
                    (4.0 * side(x) * side(y)) as u64
                }
                Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 100,
                Kind::Image(image) => {
                    self.group(image.root())?;
                    20
                }
                _ => 40,
            };
            self.spend(visits.saturating_mul(pixels))?;
        }
        Ok(())
    }
}

/// Whether a primitive makes pixels of its own, and not only others of those that come in.
const fn fills(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Blend(_)
            | Kind::Composite(_)
            | Kind::DiffuseLighting(_)
            | Kind::DisplacementMap(_)
            | Kind::Flood(_)
            | Kind::Image(_)
            | Kind::Merge(_)
            | Kind::SpecularLighting(_)
            | Kind::Tile(_)
            | Kind::Turbulence(_)
    )
}
