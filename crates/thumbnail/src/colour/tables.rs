//! Colour spaces that are given by tables: ink, printers, scanners.

use crate::panic;
use crate::raster::Channels;
use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};
use std::sync::{Arc, OnceLock};

/// A profile, and what has been made of it: that takes longer than converting the pixels of a thumbnail.
pub(super) struct Tables {
    profile: Box<ColorProfile>,
    transforms: [OnceLock<Option<Arc<Transform8BitExecutor>>>; 3],
}

impl Tables {
    pub(super) fn new(profile: ColorProfile) -> Self {
        Self {
            profile: Box::new(profile),
            transforms: Default::default(),
        }
    }

    /// Samples of these `channels` as sRGB; of `Cmyk`, amounts of ink, as sRGB without alpha. `None` where the profile is
    /// for other channels, or is of no use.
    pub(super) fn convert(&self, channels: Channels, samples: &[u8]) -> Option<Vec<u8>> {
        let (nth, space, from, to) = match channels {
            Channels::Rgb => (0, DataColorSpace::Rgb, Layout::Rgb, Layout::Rgb),
            Channels::Rgba => (1, DataColorSpace::Rgb, Layout::Rgba, Layout::Rgba),
            Channels::Cmyk => (2, DataColorSpace::Cmyk, Layout::Rgba, Layout::Rgb),
            _ => return None,
        };
        if self.profile.color_space != space {
            return None;
        }
        let make = || {
            let make = || {
                let target = ColorProfile::new_srgb();
                let options = TransformOptions::default();
                self.profile
                    .create_transform_8bit(from, &target, to, options)
            };
            panic::contain(make).ok()?.ok()
        };
        let transform = self.transforms[nth].get_or_init(make).as_ref()?;
        let mut converted = vec![0; samples.len() / channels.count() * to.channels()];
        panic::contain(|| transform.transform(samples, &mut converted))
            .ok()?
            .ok()?;
        Some(converted)
    }
}
