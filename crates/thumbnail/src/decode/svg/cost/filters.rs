//! What the filters of a group take.

use super::{Cost, Surface};
use crate::Error;
use resvg::tiny_skia::IntRect;
use resvg::usvg::filter::{Filter, Kind, Primitive};

impl Cost<'_> {
    /// Some primitives fill the filter's whole region, however little of it is seen, and those behind go on with that; all results are
    /// kept to the end.
    pub(super) fn filter(&mut self, filter: &Filter, layer: Surface) -> Result<(), Error> {
        let Some(region) = filter.rect().transform(layer.transform()) else {
            return Ok(());
        };
        let region = region.to_int_rect();
        let filled = u64::from(region.width()) * u64::from(region.height());
        let mut pixels = layer.pixels();
        let mut kept = layer;
        for primitive in filter.primitives() {
            if fills(primitive.kind()) {
                pixels = filled.max(layer.pixels());
            }
            let plane = pixels.saturating_mul(4);
            kept = kept.holding(plane);
            // What comes in, twice, and what lies between two passes.
            self.hold(kept.holding(plane.saturating_mul(3)))?;
            let visits = self.primitive(primitive, region, kept)?;
            self.spend(visits.saturating_mul(pixels))?;
        }
        Ok(())
    }

    /// Visits of each pixel.
    fn primitive(
        &mut self,
        primitive: &Primitive,
        region: IntRect,
        on: Surface,
    ) -> Result<u64, Error> {
        Ok(match primitive.kind() {
            Kind::Turbulence(turbulence) => 60 * u64::from(turbulence.num_octaves()),
            Kind::ConvolveMatrix(convolve) => {
                10 * u64::from(convolve.matrix().columns()) * u64::from(convolve.matrix().rows())
            }
            Kind::Morphology(morphology) => {
                let side = |radius: f32| (f64::from(radius) * on.scale() * 2.0 + 1.0).min(1e4);
                let (x, y) = (morphology.radius_x().get(), morphology.radius_y().get());
                (4.0 * side(x) * side(y)) as u64
            }
            Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 100,
            Kind::DropShadow(_) => 80,
            Kind::Merge(merge) => 40 * merge.inputs().len() as u64,
            Kind::Image(image) => {
                let place = primitive.rect().transform(on.transform());
                let place = place.map_or((0.0, 0.0), |rect| (rect.x(), rect.y()));
                if let Some(plane) = on.region(region, place) {
                    self.nodes(image.root(), plane)?;
                }
                20
            }
            _ => 40,
        })
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
