//! How long a drawing takes to draw, and the memory of its filters, estimated before it is begun: a few lines can nest patterns in
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
        let area = f64::from(bounds.width()) * f64::from(bounds.height()) * self.scale * self.scale;
        self.spend(SHAPE + 100 * points + (area as u64).min(self.canvas))?;
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
                self.spend(2 * self.canvas)?;
                self.group(pattern.root())?;
            }
        }
        Ok(())
    }

    /// Some primitives fill the filter's whole region, however little of it is seen, and those behind go on with that; all results are
    /// kept to the end.
    fn filter(&mut self, filter: &Filter, group: &Group) -> Result<(), Error> {
        let region = filter.rect().transform(group.abs_transform());
        let area = region.map_or(0.0, |region| {
            f64::from(region.width()) * f64::from(region.height()) * self.scale * self.scale
        });
        let region = (area as u64).max(self.canvas);
        let mut pixels = self.canvas;
        let mut memory = 8 * pixels;
        for primitive in filter.primitives() {
            if fills(primitive.kind()) {
                pixels = region;
            }
            memory = pixels.saturating_mul(4).saturating_add(memory);
            self.limits.check_memory(Format::Svg, self.size, memory)?;
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
            | Kind::DisplacementMap(_)
            | Kind::Flood(_)
            | Kind::Image(_)
            | Kind::Merge(_)
            | Kind::Tile(_)
            | Kind::Turbulence(_)
    )
}
