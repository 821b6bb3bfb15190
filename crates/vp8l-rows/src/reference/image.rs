//! Images as they are coded (RFC 9649, 3.6 and 3.7).

use super::Pixel;
use super::codes::{Bits, Code};
use crate::reach::NEAR;
use alloc::vec;
use alloc::vec::Vec;

/// What is left of the data.
pub(super) struct Stream<'a>(Bits<'a>);

/// Codes for green, red, blue, alpha and distances.
type Group = [Code; 5];

/// Squares with the bits of their sides, how many there are in a row, and the group of each.
type Tiles = (u32, usize, Vec<usize>);

impl<'a> Stream<'a> {
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self(Bits::new(data))
    }

    pub(super) fn bits(&mut self, count: u32) -> Option<u32> {
        self.0.read(count)
    }

    /// An image that describes the picture.
    pub(super) fn inner(&mut self, size: (usize, usize)) -> Option<Vec<Pixel>> {
        let cache = self.cache()?;
        self.pixels(size, cache, None)
    }

    /// The picture itself.
    pub(super) fn outer(&mut self, size: (usize, usize)) -> Option<Vec<Pixel>> {
        let cache = self.cache()?;
        let mut tiles = None;
        if self.bits(1)? == 1 {
            let side = self.bits(3)? + 2;
            let (across, down) = (size.0.div_ceil(1 << side), size.1.div_ceil(1 << side));
            let groups = self.inner((across, down))?;
            let number = |[_, green, red, _]: &Pixel| usize::from(*green) | usize::from(*red) << 8;
            tiles = Some((side, across, groups.iter().map(number).collect()));
        }
        self.pixels(size, cache, tiles)
    }

    /// The bits of a place in the cache of colours, 0 where there is none.
    fn cache(&mut self) -> Option<u32> {
        if self.bits(1)? == 0 {
            return Some(0);
        }
        let bits = self.bits(4)?;
        (1..=11).contains(&bits).then_some(bits)
    }

    fn pixels(
        &mut self,
        (width, height): (usize, usize),
        cache_bits: u32,
        tiles: Option<Tiles>,
    ) -> Option<Vec<Pixel>> {
        let mut cache = vec![[0; 4]; if cache_bits > 0 { 1 << cache_bits } else { 0 }];
        let (side, across, tiles) = tiles.unwrap_or((31, 1, vec![0]));
        let count = tiles.iter().max()? + 1;
        let mut groups: Vec<Group> = Vec::new();
        for _ in 0..count {
            let mut code = |symbols| Code::read(&mut self.0, symbols);
            let green = code(256 + 24 + cache.len())?;
            groups.push([green, code(256)?, code(256)?, code(256)?, code(40)?]);
        }
        let mut pixels: Vec<Pixel> = Vec::new();
        while pixels.len() < width * height {
            let (x, y) = (pixels.len() % width, pixels.len() / width);
            let [green, red, blue, alpha, distance] =
                &groups[tiles[(y >> side) * across + (x >> side)]];
            let before = pixels.len();
            match green.symbol(&mut self.0)? {
                green @ 0..256 => {
                    let red = red.symbol(&mut self.0)?;
                    let blue = blue.symbol(&mut self.0)?;
                    let alpha = alpha.symbol(&mut self.0)?;
                    pixels.push([blue, green, red, alpha].map(|sample| sample as u8));
                }
                length @ 256..280 => {
                    let length = self.number(length - 256)?;
                    let distance = distance.symbol(&mut self.0)?;
                    let distance = self.number(distance)?;
                    let distance = match NEAR.get(distance - 1) {
                        Some(&(left, up)) => {
                            let pixels = isize::from(left) + isize::from(up) * width as isize;
                            pixels.max(1) as usize
                        }
                        None => distance - NEAR.len(),
                    };
                    if length > width * height - before {
                        return None;
                    }
                    for _ in 0..length {
                        pixels.push(pixels[pixels.len().checked_sub(distance)?]);
                    }
                }
                place => pixels.push(cache[place - 280]),
            }
            if cache_bits > 0 {
                for &pixel in &pixels[before..] {
                    let hash = u32::from_le_bytes(pixel).wrapping_mul(0x1E35_A7BD);
                    cache[(hash >> (32 - cache_bits)) as usize] = pixel;
                }
            }
        }
        Some(pixels)
    }

    /// The number that a symbol begins (3.6.2.2).
    fn number(&mut self, symbol: usize) -> Option<usize> {
        if symbol < 4 {
            return Some(symbol + 1);
        }
        let bits = (symbol as u32 - 2) >> 1;
        let base = (2 + (symbol & 1)) << bits;
        Some(base + self.bits(bits)? as usize + 1)
    }
}
