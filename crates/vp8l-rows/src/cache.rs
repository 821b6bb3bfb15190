//! The colours that came last, each in the place that its hash gives (RFC 9649, 3.6.2.3).

/// The most bits of a place.
const MOST_BITS: u32 = 11;

/// As many colours as there can be.
pub(crate) const MOST_COLOURS: usize = 1 << MOST_BITS;

/// A cache of colours, or none.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    /// Of all sizes alike, so that no index has to be looked at.
    pub(crate) colours: [u32; MOST_COLOURS],
    /// Bits of a place, 0 where there is no cache.
    bits: u32,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            colours: [0; MOST_COLOURS],
            bits: 0,
        }
    }
}

impl Cache {
    /// Begins anew with `1 << bits` colours, or with none. `None` where there can't be so many.
    pub(crate) fn begin(&mut self, bits: Option<u32>) -> Option<()> {
        self.bits = match bits {
            Some(bits) => (1..=MOST_BITS).contains(&bits).then_some(bits)?,
            None => 0,
        };
        let count = self.len();
        self.colours[..count].fill(0);
        Some(())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bits == 0
    }

    /// How many colours it has.
    pub(crate) const fn len(&self) -> usize {
        if self.is_empty() { 0 } else { 1 << self.bits }
    }

    /// Puts a colour into a cache that is not empty.
    #[inline(always)]
    pub(crate) const fn insert(&mut self, pixel: u32) {
        let hash = pixel.wrapping_mul(0x1E35_A7BD);
        let place = hash >> (32 - self.bits);
        self.colours[place as usize & (MOST_COLOURS - 1)] = pixel;
    }

    /// The same with one after the other.
    #[inline(always)]
    pub(crate) fn insert_all(&mut self, pixels: &[u32]) {
        for &pixel in pixels {
            self.insert(pixel);
        }
    }
}
