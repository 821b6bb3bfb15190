//! JPEG, by two decoders.
//!
//! [`reduced`] reads only what the thumbnails need, which [`choice`] decides, as the file arrives, and makes a picture of that size.
//! What it declines goes to [`full`], which wants the whole file and decodes the whole picture.

mod arithmetic;
mod choice;
mod full;
mod lossless;
mod markers;
mod mend;
mod reduced;

pub(crate) use full::decode;
pub(super) use full::unpack;
pub(super) use markers::read;
pub(crate) use reduced::{Outcome, Session};
