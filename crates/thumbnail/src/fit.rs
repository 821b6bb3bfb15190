//! Which part of the source goes where.

use crate::orientation::Orientation;
use crate::{Fit, Spec};

/// A part of the stored source, in pixels, with fractions: its edges need not lie between pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crop {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// How one thumbnail is made from the stored source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    /// What is shown of the stored source.
    pub(crate) crop: Crop,
    /// The size that the crop is resampled to, as stored: before it is turned upright.
    pub(crate) scaled: (u32, u32),
    /// The thumbnail's size, as displayed. The scaled picture is put in its middle.
    pub(crate) canvas: (u32, u32),
}

impl Plan {
    /// The plan for a source stored as `width` by `height` pixels, neither of them 0.
    ///
    /// Every crop and every padding is centred, so that mirroring needs no thought here, only turning.
    pub(crate) fn new(stored: (u32, u32), orientation: Orientation, spec: &Spec) -> Self {
        let (width, height) = orientation.turn(stored);
        let (source_width, source_height) = (u64::from(width), u64::from(height));
        let target = (spec.size.width(), spec.size.height());
        let (box_width, box_height) = (u64::from(target.0), u64::from(target.1));
        // Compared crosswise, in whole numbers, so that equal shapes are found equal.
        let wider = source_width * box_height > source_height * box_width;
        let whole = (f64::from(width), f64::from(height));

        let (shown, scaled, canvas) = match spec.fit {
            Fit::Cover => {
                let aspect = f64::from(target.0) / f64::from(target.1);
                let shown = if wider {
                    (whole.1 * aspect, whole.1)
                } else {
                    (whole.0, whole.0 / aspect)
                };
                (shown, target, target)
            }
            Fit::Fill => (whole, target, target),
            Fit::Contain | Fit::Inside => {
                let fitted = if wider {
                    let height = rounded(source_height * box_width, source_width);
                    (target.0, height.min(target.1))
                } else {
                    let width = rounded(source_width * box_height, source_height);
                    (width.min(target.0), target.1)
                };
                if spec.fit == Fit::Contain {
                    (whole, fitted, target)
                } else if source_width <= box_width && source_height <= box_height {
                    (whole, (width, height), (width, height))
                } else {
                    (whole, fitted, fitted)
                }
            }
        };
        let (stored_width, stored_height) = (f64::from(stored.0), f64::from(stored.1));
        let (crop_width, crop_height) = orientation.turn(shown);
        // Rounding of the division must not reach over the edge.
        let (crop_width, crop_height) =
            (crop_width.min(stored_width), crop_height.min(stored_height));
        Self {
            crop: Crop {
                left: (stored_width - crop_width) / 2.0,
                top: (stored_height - crop_height) / 2.0,
                width: crop_width,
                height: crop_height,
            },
            scaled: orientation.turn(scaled),
            canvas,
        }
    }
}

/// `dividend / divisor` to the nearest whole number, but no side of a picture is less than 1.
fn rounded(dividend: u64, divisor: u64) -> u32 {
    let quotient = (dividend + divisor / 2) / divisor;
    u32::try_from(quotient.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;
    use proptest::prelude::*;

    fn plan(stored: (u32, u32), exif: u16, size: (u32, u32), fit: Fit) -> Plan {
        let size = Size::new(size.0, size.1).expect("a size");
        let spec = Spec::new(size).with_fit(fit);
        Plan::new(stored, Orientation::from_exif(exif), &spec)
    }

    #[test]
    fn the_fits_differ_in_what_is_shown_and_how_large() {
        let check = |stored, fit, (left, top, width, height), scaled, canvas| {
            let crop = Crop {
                left,
                top,
                width,
                height,
            };
            let expected = Plan {
                crop,
                scaled,
                canvas,
            };
            assert_eq!(
                plan(stored, 1, (200, 100), fit),
                expected,
                "{stored:?} {fit}"
            );
        };
        let (wide, tall, small) = ((800, 200), (400, 400), (20, 40));
        check(
            wide,
            Fit::Cover,
            (200.0, 0.0, 400.0, 200.0),
            (200, 100),
            (200, 100),
        );
        check(
            tall,
            Fit::Cover,
            (0.0, 100.0, 400.0, 200.0),
            (200, 100),
            (200, 100),
        );
        check(
            small,
            Fit::Cover,
            (0.0, 15.0, 20.0, 10.0),
            (200, 100),
            (200, 100),
        );
        check(
            wide,
            Fit::Contain,
            (0.0, 0.0, 800.0, 200.0),
            (200, 50),
            (200, 100),
        );
        check(
            tall,
            Fit::Contain,
            (0.0, 0.0, 400.0, 400.0),
            (100, 100),
            (200, 100),
        );
        check(
            small,
            Fit::Contain,
            (0.0, 0.0, 20.0, 40.0),
            (50, 100),
            (200, 100),
        );
        check(
            wide,
            Fit::Inside,
            (0.0, 0.0, 800.0, 200.0),
            (200, 50),
            (200, 50),
        );
        check(
            tall,
            Fit::Inside,
            (0.0, 0.0, 400.0, 400.0),
            (100, 100),
            (100, 100),
        );
        check(
            small,
            Fit::Inside,
            (0.0, 0.0, 20.0, 40.0),
            (20, 40),
            (20, 40),
        );
        check(
            wide,
            Fit::Fill,
            (0.0, 0.0, 800.0, 200.0),
            (200, 100),
            (200, 100),
        );
        check(
            small,
            Fit::Fill,
            (0.0, 0.0, 20.0, 40.0),
            (200, 100),
            (200, 100),
        );
    }

    #[test]
    fn a_picture_on_its_side_is_planned_as_displayed() {
        // Displayed 400x800 into 200x100: half the width is the crop's height there, and its width in the file.
        let plan = plan((800, 400), 6, (200, 100), Fit::Cover);
        let crop = Crop {
            left: 300.0,
            top: 0.0,
            width: 200.0,
            height: 400.0,
        };
        assert_eq!(plan.crop, crop);
        assert_eq!((plan.scaled, plan.canvas), ((100, 200), (200, 100)));
    }

    #[test]
    fn a_line_keeps_at_least_one_pixel() {
        assert_eq!(
            plan((65_535, 1), 1, (200, 200), Fit::Inside).canvas,
            (200, 1)
        );
        assert_eq!(
            plan((1, 65_535), 6, (200, 200), Fit::Inside).canvas,
            (200, 1)
        );
    }

    proptest! {
        #[test]
        fn every_plan_stays_within_its_source_and_its_box(
            stored in (1..=70_000_u32, 1..=70_000_u32),
            size in (1..=8192_u32, 1..=8192_u32),
            exif in 1..=8_u16,
        ) {
            for fit in Fit::ALL {
                let Plan { crop, scaled, canvas } = plan(stored, exif, size, fit);
                prop_assert!(crop.left >= 0.0 && crop.top >= 0.0);
                prop_assert!(crop.width > 0.0 && crop.left + crop.width <= f64::from(stored.0));
                prop_assert!(crop.height > 0.0 && crop.top + crop.height <= f64::from(stored.1));
                let shown = Orientation::from_exif(exif).turn(scaled);
                prop_assert!(shown.0 >= 1 && shown.0 <= canvas.0 && canvas.0 <= size.0);
                prop_assert!(shown.1 >= 1 && shown.1 <= canvas.1 && canvas.1 <= size.1);
                if fit == Fit::Inside {
                    prop_assert!(scaled.0 <= stored.0 && scaled.1 <= stored.1);
                } else {
                    prop_assert_eq!(canvas, size);
                }
            }
        }

        /// What is cut off never distorts: the crop has the box's shape.
        #[test]
        fn a_cover_is_never_distorted(stored in (1..=70_000_u32, 1..=70_000_u32), size in (1..=8192_u32, 1..=8192_u32)) {
            let Plan { crop, .. } = plan(stored, 1, size, Fit::Cover);
            let shape = crop.width / crop.height * f64::from(size.1) / f64::from(size.0);
            prop_assert!((shape - 1.0).abs() < 1e-9, "{}", shape);
        }
    }
}
