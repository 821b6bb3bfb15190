//! The decoders. Nothing outside this folder knows one by name.
//!
//! Each takes a whole file and hands its picture to a [`Sink`]: first the header, on which all limits are checked, then
//! the rows. A further format is one more file here, one more [`Format`], and a line in `sniff`.

mod jpeg;

use crate::sink::Sink;
use crate::{Error, Format};

/// Decodes `source`, which is of `format`, into `sink`.
pub(crate) fn decode(source: &[u8], format: Format, sink: &mut Sink<'_>) -> Result<(), Error> {
    match format {
        Format::Jpeg => jpeg::decode(source, sink),
        other => Err(Error::UnreadFormat { name: other.name() }),
    }
}
