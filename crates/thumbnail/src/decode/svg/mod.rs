//! SVG, plain or compressed by gzip, by `resvg`: drawn at the thumbnail's size, whatever size the drawing says.
//!
//! Nothing outside the file is read: no address, no file, no font of the system; there are no scripts to run. Pictures inside the
//! file are read by the decoders here under the same limits. Text is drawn by fonts that are part of the program.

mod arcs;
mod cost;
mod expansion;
mod fonts;
mod functions;
mod nesting;
mod pictures;
mod shape;
mod sheets;
mod text;
mod tree;

use crate::colour::Colour;
use crate::fit::Plan;
use crate::header::Header;
use crate::notes::{Notes, Warning};
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format, Limits, Spec, apart};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;
use resvg::usvg::fontdb::Database;
use std::sync::Arc;

pub(crate) use text::is_svg;

/// The longest side, and the most pixels, that a drawing is drawn with.
const LONGEST: f64 = 8192.0;
const MOST_PIXELS: f64 = 16_777_216.0;

/// By how much wider and higher the canvas gets each time that drawing fails on it: resvg 0.45.1 panics over a filter whose region
/// is more than twice as large to each side as the canvas, and so may be that of a drawing of which little is shown.
const WIDER: u32 = 4;

/// The readers go down one call for each level of nesting. The memory is only taken by drawings that need it.
const STACK: usize = 256 << 20;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let limits = *sink.limits();
    let text = text::read(source, &limits)?.into_owned();
    let text = Arc::new(functions::resolved(text));
    let specs = Arc::new(sink.specs().to_vec());
    let read = |fonts: Arc<Database>| {
        let (text, specs) = (Arc::clone(&text), Arc::clone(&specs));
        apart::run_on_stack(&limits, Format::Svg, STACK, move || {
            let drawing = tree::read(&text, pictures::inside(limits), fonts, &limits)?;
            let size = size(&drawing.tree, &specs);
            let held = cost::check(&drawing.tree, size, 1, drawing.bytes, &limits)?;
            Ok((drawing, size, held))
        })
    };
    let (drawing, size, held) = match read(fonts::database()) {
        // usvg 0.45 can fail over text whose letters are in several fonts. Without fonts there is no text, and all else is there.
        Err(Error::Panicked { .. }) => {
            let (mut drawing, size, held) = read(Arc::default())?;
            drawing.lacks_letters = true;
            (drawing, size, held)
        }
        read => read?,
    };
    let mut notes = Notes::default();
    if drawing.lacks_letters {
        notes.warn(Warning::LeftOut {
            what: "text in letters that there is no font for here",
        });
    }
    let header = Header {
        size,
        layout: Layout::new(Channels::Rgba, Depth::Eight),
        orientation: Orientation::default(),
        colour: Colour::default(),
        premultiplied: true,
        notes,
    };
    sink.start(header, Delivery::Whole, held)?;
    let tree = Arc::new(drawing.tree);
    let mut wider = 1;
    let pixels = loop {
        match draw(&tree, size, wider, &limits) {
            Err(Error::Panicked { .. })
                if cost::check(&tree, size, wider * WIDER, drawing.bytes, &limits).is_ok() =>
            {
                wider *= WIDER;
            }
            drawn => break drawn?,
        }
    };
    let stride = 4 * pixels.width() as usize;
    sink.rows(size.1, |frame| {
        let rows = frame.chunks_exact_mut(4 * size.0 as usize);
        for (row, drawn) in rows.zip(pixels.data().chunks_exact(stride)) {
            row.copy_from_slice(&drawn[..row.len()]);
        }
        Ok(())
    })
}

/// Draws in this size, at the upper left of a canvas that is so many times as wide and high.
fn draw(tree: &Arc<Tree>, size: (u32, u32), wider: u32, limits: &Limits) -> Result<Pixmap, Error> {
    let tree = Arc::clone(tree);
    apart::run_on_stack(limits, Format::Svg, STACK, move || {
        let mut pixels =
            Pixmap::new(size.0 * wider, size.1 * wider).ok_or_else(|| broken("it has no size"))?;
        let scale = Transform::from_scale(
            size.0 as f32 / tree.size().width(),
            size.1 as f32 / tree.size().height(),
        );
        resvg::render(&tree, scale, &mut pixels.as_mut());
        Ok(pixels)
    })
}

/// The size to draw at: what the largest of the thumbnails needs.
fn size(tree: &Tree, specs: &[Spec]) -> (u32, u32) {
    let size = tree.size();
    let drawn = (f64::from(size.width()), f64::from(size.height()));
    // A thumbnail's plan is made for whole pixels: a drawing of 1.5 by 1 has the shape of one of 1500 by 1000.
    let fine = (1000.0 / drawn.0.min(drawn.1)).max(1.0);
    let side = |length: f64, scale: f64| (length * scale).round().clamp(1.0, 1e9) as u32;
    let shape = (side(drawn.0, fine), side(drawn.1, fine));
    let needed = specs.iter().map(|spec| {
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

fn broken(what: &'static str) -> Error {
    Error::corrupt(Format::Svg, what)
}
