//! What a path takes, and what it is painted with.

use super::{Cost, SHAPE, Surface};
use crate::Error;
use resvg::tiny_skia::Path as Outline;
use resvg::usvg::{Fill, LinearGradient, Paint, Path, RadialGradient, Stroke};

/// Visits for each row of pixels that an edge goes through.
const ROW: f64 = 33.0;

/// Visits for each dash, with round ends, and bytes of its outline.
const DASH: f64 = 2500.0;
const DASH_BYTES: f64 = 400.0;

/// From so many dashes on nothing is drawn (`tiny-skia` 0.11.4). Lengths are overestimated here, by less than three times.
const MOST_DASHES: f64 = 4_000_000.0;

impl Cost<'_> {
    pub(super) fn path(&mut self, path: &Path, on: Surface) -> Result<(), Error> {
        let points = path.data().len() as u64;
        let area = on.area(path.stroke_bounding_box());
        let scale = on.scale();
        let seen = |length: f64| (length * scale).min(on.longest());
        let edges = ROW * lengths(path.data()).map(seen).sum::<f64>();
        self.spend(SHAPE + 100 * points + area + edges as u64)?;
        if let Some(stroke) = path.stroke() {
            self.dashes(path.data(), stroke, on)?;
            self.paint(stroke.paint(), area, on)?;
        }
        match path.fill().map(Fill::paint) {
            Some(paint) => self.paint(paint, area, on),
            None => Ok(()),
        }
    }

    fn dashes(&mut self, outline: &Outline, stroke: &Stroke, on: Surface) -> Result<(), Error> {
        let Some(array) = stroke.dasharray() else {
            return Ok(());
        };
        let period: f64 = array.iter().copied().map(f64::from).sum();
        let dashes = lengths(outline).sum::<f64>() / period * array.len() as f64 / 2.0;
        if dashes > MOST_DASHES {
            return Ok(());
        }
        self.hold(on.holding((DASH_BYTES * dashes) as u64))?;
        self.spend((DASH * dashes) as u64)
    }

    fn paint(&mut self, paint: &Paint, area: u64, on: Surface) -> Result<(), Error> {
        match paint {
            Paint::Color(_) => Ok(()),
            Paint::LinearGradient(gradient) => {
                let gradient: &LinearGradient = gradient;
                self.stops(gradient.stops().len(), area)
            }
            Paint::RadialGradient(gradient) => {
                let gradient: &RadialGradient = gradient;
                self.stops(gradient.stops().len(), area)
            }
            Paint::Pattern(pattern) => {
                let tile = on.tile(pattern);
                self.hold(tile)?;
                self.spend(2 * tile.pixels() + 30 * area)?;
                self.nodes(pattern.root(), tile)
            }
        }
    }

    /// Every pixel is compared with every stop.
    fn stops(&mut self, stops: usize, area: u64) -> Result<(), Error> {
        let stops = stops as u64;
        self.spend(100 * stops + area.saturating_mul(stops / 4))
    }
}

/// How far it is from each point of an outline to the next, by way of the points that its curves are drawn to.
fn lengths(outline: &Outline) -> impl Iterator<Item = f64> {
    let pairs = outline.points().windows(2);
    pairs.map(|pair| f64::from((pair[1] - pair[0]).length()))
}
