//! SVG, plain or compressed by gzip, by `resvg`: drawn at the thumbnail's size, whatever size the drawing says.
//!
//! Nothing outside the file is read: no address, no file, no font of the system; there are no scripts to run. Pictures inside the
//! file are read by the decoders here under the same limits. Text is drawn only where the drawing has it as outlines.

mod cost;
mod expansion;
mod nesting;
mod pictures;
mod text;

use crate::colour::Colour;
use crate::fit::Plan;
use crate::notes::{Notes, Warning};
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format, panic};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{self, Document, ParsingOptions};
use resvg::usvg::{self, Tree};

pub(crate) use text::is_svg;

/// The longest side, and the most pixels, that a drawing is drawn with.
const LONGEST: f64 = 8192.0;
const MOST_PIXELS: f64 = 16_777_216.0;

/// Bytes that an element takes while a drawing is read, and once it is: measured with many small ones.
const ELEMENT: u64 = 2_000;

/// Elements that are read in a second or two.
const MOST_ELEMENTS: u64 = 500_000;

/// The readers go down one call for each level of nesting. The memory is only taken by drawings that need it.
const STACK: usize = 256 << 20;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let limits = *sink.limits();
    let text = text::read(source, &limits)?;
    let elements = text.bytes().filter(|&byte| byte == b'<').count() as u64;
    let needed = 2 * text.len() as u64 + ELEMENT * elements;
    if needed > limits.memory_bytes || nesting::is_too_deep(&text) {
        return Err(Error::TooMuchTime);
    }
    let has_text = text.contains("<text") || text.contains(":text");
    let deep = || draw(&text, has_text, sink);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let work = thread.spawn_scoped(scope, || panic::contain(deep));
        let work = work.map_err(|error| Error::corrupt(Format::Svg, error))?;
        match work.join() {
            Ok(Ok(result)) => result,
            Ok(Err(message)) => Err(Error::Panicked {
                format: Format::Svg,
                message,
            }),
            Err(_) => Err(Error::corrupt(Format::Svg, "its reader was ended")),
        }
    })
}

fn draw(text: &str, has_text: bool, sink: &mut Sink<'_>) -> Result<(), Error> {
    let limits = *sink.limits();
    let options = pictures::options(limits);
    let reading = ParsingOptions {
        allow_dtd: true,
        nodes_limit: u32::try_from(limits.memory_bytes / ELEMENT).unwrap_or(u32::MAX),
    };
    let document = Document::parse_with_options(text, reading).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => Error::TooMuchTime,
        _ => Error::corrupt(Format::Svg, error),
    })?;
    let elements = expansion::count(&document);
    if elements > MOST_ELEMENTS.min(limits.memory_bytes / ELEMENT) {
        return Err(Error::TooMuchTime);
    }
    let tree = Tree::from_xmltree(&document, &options).map_err(error)?;
    limits.check_time()?;
    let drawn = (
        f64::from(tree.size().width()),
        f64::from(tree.size().height()),
    );
    let size = size(drawn, sink);
    cost::check(&tree, size)?;

    let mut notes = Notes::default();
    if has_text {
        notes.warn(Warning::LeftOut { what: "text" });
    }
    let header = Header {
        size,
        layout: Layout::new(Channels::Rgba, Depth::Eight),
        orientation: Orientation::default(),
        colour: Colour::default(),
        premultiplied: true,
        notes,
    };
    // Layers and filters draw on pixels of their own.
    let layer = 4 * u64::from(size.0) * u64::from(size.1);
    sink.start(header, Delivery::Whole, 6 * layer)?;
    let mut pixels = Pixmap::new(size.0, size.1).ok_or_else(|| broken("it has no size"))?;
    let scale = Transform::from_scale(
        (f64::from(size.0) / drawn.0) as f32,
        (f64::from(size.1) / drawn.1) as f32,
    );
    resvg::render(&tree, scale, &mut pixels.as_mut());
    sink.rows(size.1, |frame| {
        frame.copy_from_slice(pixels.data());
        Ok(())
    })
}

/// The size to draw at: what the largest of the thumbnails needs.
fn size(drawn: (f64, f64), sink: &Sink<'_>) -> (u32, u32) {
    // A thumbnail's plan is made for whole pixels: a drawing of 1.5 by 1 has the shape of one of 1500 by 1000.
    let fine = (1000.0 / drawn.0.min(drawn.1)).max(1.0);
    let side = |length: f64, scale: f64| (length * scale).round().clamp(1.0, 1e9) as u32;
    let shape = (side(drawn.0, fine), side(drawn.1, fine));
    let needed = sink.specs().iter().map(|spec| {
        let plan = Plan::new(shape, Orientation::default(), spec);
        let across = f64::from(plan.scaled.0) / plan.crop.width;
        let down = f64::from(plan.scaled.1) / plan.crop.height;
        across.max(down) * fine
    });
    let needed = needed.fold(0.0, f64::max);
    let longest = LONGEST / drawn.0.max(drawn.1);
    let most = (MOST_PIXELS / (drawn.0 * drawn.1)).sqrt();
    let scale = needed.min(longest).min(most);
    (side(drawn.0, scale), side(drawn.1, scale))
}

fn error(error: usvg::Error) -> Error {
    match error {
        usvg::Error::ElementsLimitReached => Error::TooMuchTime,
        _ => Error::corrupt(Format::Svg, error),
    }
}

fn broken(what: &'static str) -> Error {
    Error::corrupt(Format::Svg, what)
}
