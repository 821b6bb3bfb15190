//! From the bits to pixels: literal ones, copies of those that came before, and colours of the cache.

use crate::bits::Bits;
use crate::cache::{Cache, MOST_COLOURS};
use crate::group::{Group, LENGTHS, LITERALS, first, second};
use crate::image::Image;
use crate::reach;
use dispatch::Work;

/// Pixels that a window has to have behind the last one that is asked for: as many as a copy may have, and a piece of one.
pub(crate) const SLACK: usize = reach::MOST + PIECE;

/// Pixels that are read between two looks at the clock.
pub(crate) const AT_A_TIME: usize = 1 << 16;

/// Pixels that are copied with one instruction or two.
const PIECE: usize = 8;

/// How far an image has been read.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Cursor {
    /// Where the next pixel goes to in the window.
    pub(crate) at: usize,
    /// Its place in the image.
    pub(crate) x: usize,
    pub(crate) y: usize,
}

/// Reads pixels into `window` at least up to its index `end`, none behind `last`. `false` where the data is over or makes no sense.
pub(crate) fn read(
    bits: &mut Bits<'_>,
    image: &mut Image,
    window: &mut [u32],
    cursor: &mut Cursor,
    end: usize,
    last: usize,
) -> bool {
    dispatch::with_best(Read {
        bits,
        image,
        window,
        cursor,
        end,
        last,
    })
}

struct Read<'a, 'b> {
    bits: &'a mut Bits<'b>,
    image: &'a mut Image,
    window: &'a mut [u32],
    cursor: &'a mut Cursor,
    end: usize,
    last: usize,
}

impl Work for Read<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        // In registers, while they are not in anybody else's hands.
        let (mut bits, mut cursor) = (*self.bits, *self.cursor);
        let mut fine = true;
        while fine && cursor.at < self.end {
            let before = cursor;
            let image = &mut *self.image;
            fine = if image.cache.is_empty() {
                run::<false>(
                    &mut bits,
                    image,
                    self.window,
                    &mut cursor,
                    self.end,
                    self.last,
                )
            } else {
                run::<true>(
                    &mut bits,
                    image,
                    self.window,
                    &mut cursor,
                    self.end,
                    self.last,
                )
            };

            if bits.are_over() {
                // Nobody knows from which pixel on.
                cursor = before;
                fine = false;
            }
        }
        (*self.bits, *self.cursor) = (bits, cursor);
        fine
    }
}

/// Reads what has one group of codes, up to the end of the tile's row.
#[inline(always)]
fn run<const CACHE: bool>(
    bits: &mut Bits<'_>,
    image: &mut Image,
    window: &mut [u32],
    cursor: &mut Cursor,
    end: usize,
    last: usize,
) -> bool {
    let width = image.width;
    let (group, until) = match &image.tiles {
        Some(tiles) => {
            let group =
                tiles.groups[(cursor.y >> tiles.bits) * tiles.across + (cursor.x >> tiles.bits)];
            let until = ((cursor.x >> tiles.bits) + 1) << tiles.bits;
            (usize::from(group), until.min(width))
        }
        // All rows are alike.
        None => (0, width),
    };
    let group = &image.groups[group];
    let tables = &image.tables.entries[..];
    let until = (cursor.at + until - cursor.x).min(end);
    let begun = cursor.at;
    let mut at = begun;
    let mut fine = true;
    while at < until {
        let (count, entry) = usual::<CACHE>(
            bits,
            group,
            tables,
            &mut image.cache,
            &mut window[at..until],
        );
        at += count;
        if at == until {
            break;
        }
        let mut symbol = entry >> 8;
        if entry & 63 == 0 {
            symbol = group.green.take(tables, bits);
        } else {
            bits.consume(entry & 63);
        }
        if !(LITERALS..LITERALS + LENGTHS).contains(&symbol) {
            let pixel = if symbol < LITERALS {
                let red = group.red.take(tables, bits);
                let blue = group.blue.take(tables, bits);
                bits.refill();
                let alpha = group.alpha.take(tables, bits);
                alpha << 24 | red << 16 | symbol << 8 | blue
            } else {
                image.cache.colours[(symbol - LITERALS - LENGTHS) as usize]
            };
            window[at] = pixel;
            if CACHE {
                image.cache.insert(pixel);
            }
            at += 1;
            continue;
        }
        let length = reach::number(symbol - LITERALS, bits);
        bits.refill();
        let distance = group.distance.take(tables, bits);
        let distance = reach::distance(reach::number(distance, bits), width);
        if distance > at || length > last - at {
            fine = false;
            break;
        }
        copy(window, at, distance, length);
        // Of the same pixel again the cache has nothing to learn.
        if CACHE && distance > 1 {
            image.cache.insert_all(&window[at..at + length]);
        }
        at += length;
    }
    cursor.at = at;
    cursor.x += at - begun;
    if cursor.x >= width {
        cursor.y += cursor.x / width;
        cursor.x %= width;
    }
    fine
}

/// Reads pixels as long as they are what most are, literal ones with words that are not long, and colours of the cache. Gives how many, and
/// the entry of the table for the one that is not, of which nothing is passed over: without bits where it is not even that.
#[inline(always)]
fn usual<const CACHE: bool>(
    bits: &mut Bits<'_>,
    group: &Group,
    tables: &[u32],
    cache: &mut Cache,
    pixels: &mut [u32],
) -> (usize, u32) {
    let (firsts, seconds) = (group.first.table(tables), group.second.table(tables));
    match *seconds {
        // Blue and alpha are the same everywhere, as they are of grey pixels and of places in a palette.
        [second] => usual_with::<CACHE>(bits, firsts, |_| second, cache, pixels),
        _ => {
            let second = |behind: u64| seconds[behind as usize & (seconds.len() - 1)];
            usual_with::<CACHE>(bits, firsts, second, cache, pixels)
        }
    }
}

/// The same with the entry of the second table that stands for what comes next.
#[inline(always)]
fn usual_with<const CACHE: bool>(
    bits: &mut Bits<'_>,
    firsts: &[u32],
    second: impl Fn(u64) -> u32,
    cache: &mut Cache,
    pixels: &mut [u32],
) -> (usize, u32) {
    for (nth, pixel) in pixels.iter_mut().enumerate() {
        bits.refill();
        let entry = firsts[bits.peek() as usize & (firsts.len() - 1)];
        if entry & first::OTHER != 0 {
            return (nth, entry);
        }
        let mut other = second(bits.peek() >> (entry & 63));
        let mut colour = entry & first::SAMPLES;
        if CACHE {
            // Whether it is a literal pixel or one of the cache nobody can foresee, so both are looked up and one is masked.
            let cached = ((entry / first::CACHED) & 1).wrapping_neg();
            other &= !cached;
            colour = (colour & !cached)
                | (cache.colours[entry as usize >> 8 & (MOST_COLOURS - 1)] & cached);
        }
        if other & second::LONG != 0 {
            return (nth, 0);
        }
        bits.consume((entry & 63) + (other >> 8 & 63));
        *pixel = colour | (other & second::SAMPLES);
        if CACHE {
            cache.insert(*pixel);
        }
    }
    (pixels.len(), 0)
}

/// Numbers up to the piece's length that start again at 0 before they come to a distance.
const NTH: [[usize; PIECE]; PIECE] = {
    let mut table = [[0; PIECE]; PIECE];
    let mut distance = 1;
    while distance < PIECE {
        let mut nth = 0;
        while nth < PIECE {
            table[distance][nth] = nth % distance;
            nth += 1;
        }
        distance += 1;
    }
    table
};

/// Copies pixels, which may be among those that are copied. What is behind them is overwritten too.
#[inline(always)]
fn copy(window: &mut [u32], at: usize, distance: usize, length: usize) {
    let from = at - distance;
    let window = &mut window[from..at + length + PIECE];
    let piece = |window: &[u32], from: usize| *window[from..].first_chunk::<PIECE>().expect("room");
    if distance >= PIECE {
        for done in (0..length).step_by(PIECE) {
            let pixels = piece(window, done);
            window[distance + done..][..PIECE].copy_from_slice(&pixels);
        }
    } else {
        // The same few pixels over and over.
        let source = piece(window, 0);
        let pixels: [u32; PIECE] = core::array::from_fn(|nth| source[NTH[distance][nth]]);
        for done in (0..length).step_by(PIECE - PIECE % distance) {
            window[distance + done..][..PIECE].copy_from_slice(&pixels);
        }
    }
}
