//! The picture core from the outside: files made by code go in, and what the thumbnails show is computed, not copied.

mod alpha;
#[cfg(feature = "avif")]
mod avif;
mod bitmaps;
#[cfg(target_os = "linux")]
mod bombs;
mod colours;
mod command;
mod conformance;
mod damage;
mod deadline;
mod drawings;
mod fits;
mod formats;
mod gifs;
mod light;
mod limits;
mod lossless;
mod mended;
mod metadata;
mod newer;
mod orientation;
mod properties;
mod raws;
mod samples;
mod several;
mod stream;
mod tiffs;
mod traps;
mod webps;

use samples::Shown;
use thumbnail::{Limits, Spec};

/// The default thumbnail of a file that has to be fine.
fn thumbnail(source: &[u8]) -> Shown {
    rendered(source, &Spec::default())
}

/// What a file that has to be fine shows as a thumbnail.
fn rendered(source: &[u8], spec: &Spec) -> Shown {
    let picture = thumbnail::render(source, spec, &Limits::default());
    Shown::decode(&picture.expect("a thumbnail"))
}
