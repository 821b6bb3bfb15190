//! WebP, and the first picture of an animated one: lossless by `vp8l-rows`, lossy that is larger than its thumbnails by `vp8-shrink`, and
//! other lossy by `image-webp`.

mod alpha;
mod container;
mod full;
mod lossless;
mod lossy;
mod translucent;

use crate::colour::Colour;
use crate::header::Header;
use crate::notes::Notes;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::Sink;
use crate::{Error, Format, exif};
use container::{Container, Kind};

pub(super) use full::unpack;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let broken = |fault| Error::corrupt(Format::WebP, fault);
    let container = Container::read(source).map_err(broken)?;
    let size = container.size;
    sink.limits().check_pixels(size.0, size.1)?;
    container.check_sizes().map_err(broken)?;
    let header = Header {
        size,
        // Whoever decodes the pixels knows better.
        layout: Layout::new(Channels::Rgb, Depth::Eight),
        orientation: container.exif.map(exif::orientation).unwrap_or_default(),
        colour: container
            .profile
            .map_or_else(Colour::default, Colour::from_icc),
        premultiplied: false,
        notes: Notes {
            frames: container.frames,
            ..Notes::default()
        },
    };
    let frame = &container.frame;
    if frame.kind == Kind::Lossless {
        return lossless::decode(&container, header, sink);
    }
    if container.is_covered() {
        if let Some(alpha) = frame.alpha {
            if let Some(request) = lossy::request_full(frame.data, &header, sink) {
                return translucent::decode(frame.data, alpha, header, &request, sink);
            }
        } else if let Some(request) = lossy::request(frame.data, &header, sink) {
            return lossy::decode(frame.data, header, &request, sink);
        }
    }
    full::decode(source, &container, header, sink)
}
