//! What a drawing may bring along and refer to.

use crate::{Fit, Limits, OutputFormat, Size, Spec};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Pixels of all pictures in a drawing together.
const MOST_PIXELS: u64 = 1 << 24;

/// Bytes of memory that all drawings in a drawing take together, and a byte of text more than it takes, so that reading one again and
/// again comes to an end.
const MOST_BYTES: u64 = 64 << 20;
const BYTE: u64 = 4;

/// The longest side that a picture is kept at.
const LONGEST: u32 = 1024;

/// Pictures inside the file are read here, and handed on at a size that a thumbnail may need; what is anywhere else is not
/// looked at.
pub(super) fn inside(limits: Limits) -> ImageHrefResolver<'static> {
    let left = AtomicU64::new(MOST_PIXELS);
    let left_bytes = AtomicU64::new(MOST_BYTES.min(limits.memory_bytes / 4));
    let read = move |_: &str, data: Arc<Vec<u8>>, _: &Options<'_>| {
        let size = Size::new(LONGEST, LONGEST).ok()?;
        let spec = Spec::new(size)
            .with_fit(Fit::Inside)
            .with_format(OutputFormat::Png);
        let limits = Limits {
            pixels: left.load(Ordering::Relaxed),
            memory_bytes: limits.memory_bytes / 4,
            ..limits
        };
        if super::is_svg(&data) {
            // A drawing in a drawing in a drawing would be a way to take time.
            let limits = || Limits {
                source_bytes: left_bytes.load(Ordering::Relaxed),
                memory_bytes: left_bytes.load(Ordering::Relaxed),
                ..limits
            };
            let text = super::text::read(&data, &limits()).ok();
            let length = text.as_ref().map_or(MOST_BYTES, |text| text.len() as u64);
            take(&left_bytes, BYTE * length);
            let text = text?;
            let fonts = super::fonts::database();
            let drawing = super::tree::read(&text, nothing(), fonts, &limits()).ok()?;
            take(&left_bytes, drawing.bytes);
            return Some(ImageKind::SVG(drawing.tree));
        }
        let rendered = crate::render_all(&data, &[spec], &limits).ok()?;
        let pixels = u64::from(rendered.source.width) * u64::from(rendered.source.height);
        take(&left, pixels);
        let picture = rendered.pictures.into_iter().next()?;
        Some(ImageKind::PNG(Arc::new(picture.bytes)))
    };
    ImageHrefResolver {
        resolve_data: Box::new(read),
        ..nothing()
    }
}

fn take(left: &AtomicU64, taken: u64) {
    let _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        Some(left.saturating_sub(taken))
    });
}

/// Neither from inside the file nor from anywhere else.
fn nothing() -> ImageHrefResolver<'static> {
    ImageHrefResolver {
        resolve_data: Box::new(|_, _, _| None),
        resolve_string: Box::new(|_, _| None),
    }
}
