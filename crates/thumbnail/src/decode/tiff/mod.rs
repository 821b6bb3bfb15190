//! The picture of a TIFF.
//!
//! Written here and not left to a crate: those that there are know a part of what scanners, fax machines, cameras and editors
//! write. What a compression is called and how it is undone stands in [`unpack`], what samples mean in [`samples`] and [`meaning`],
//! and where they go in [`picture`].

mod directory;
mod fault;
mod fax;
mod jpeg;
mod lab;
mod log;
mod meaning;
mod old_jpeg;
mod picture;
mod samples;
mod thunder;
mod unpack;

use crate::Error;
use crate::colour::Colour;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::sink::{Delivery, Sink};
pub(super) use directory::Directory;
use fault::Fault;
use picture::Picture;
pub(super) use picture::range;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    const ORIENTATION: u16 = 274;
    const PROFILE: u16 = 34_675;
    let directory = Directory::of_picture(source).ok_or(Fault::NoDirectory)?;
    let picture = Picture::new(source, &directory)?;
    let size = picture.size;
    sink.limits().check_pixels(size.0, size.1)?;

    let orientation = directory.number(ORIENTATION).unwrap_or(1);
    let profile = directory.bytes(PROFILE);
    let header = Header {
        size,
        layout: picture.layout(),
        orientation: Orientation::from_exif(u16::try_from(orientation).unwrap_or(1)),
        colour: match profile {
            [] if picture.is_light() => Colour::of_light(),
            [] => Colour::default(),
            profile => Colour::from_icc(profile),
        },
        premultiplied: picture.premultiplied,
        notes: Notes::default(),
    };
    sink.start(header, Delivery::Whole, picture.chunk_bytes())?;
    let (limits, damaged) = (*sink.limits(), sink.damaged());
    let mut damage = None;
    sink.rows(size.1, |frame| {
        damage = picture.read(frame, damaged, &limits)?;
        Ok(())
    })?;
    damage.map_or(Ok(()), |fault| sink.tolerate(fault.into()))
}
