//! Memory that is kept from one picture to the next.

use fast_image_resize::Resizer;
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

/// What the work on a picture needs beside the picture. Fresh large buffers cost a page fault every 4 KiB, up to a sixth
/// of the whole time, so each thread keeps one set.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) resizer: Resizer,
    /// The decoder's output: a whole frame, or some rows of one.
    pub(crate) frame: Buffer,
    /// What stands between the two passes of resampling.
    pub(crate) between: Buffer,
    /// The decoder for JPEG, with what it keeps.
    pub(crate) jpeg: Option<jpeg_shrink::Decoder>,
    /// The decoder for lossy WebP, with what it keeps.
    pub(crate) vp8: vp8_shrink::Decoder,
    /// The decoder for lossless WebP, with what it keeps.
    pub(crate) vp8l: vp8l_rows::Decoder,
}

impl Scratch {
    /// A decoded 12 MP photograph and a bit: what most uploads need. More than that is given back.
    const MOST_KEPT: usize = 48 << 20;

    /// This thread's scratch. Where `work` panics it is lost, and the next picture starts with an empty one.
    pub(crate) fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        let mut scratch = KEPT.take().unwrap_or_default();
        let result = work(&mut scratch);
        if scratch.bytes() <= Self::MOST_KEPT {
            KEPT.set(Some(scratch));
        }
        result
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.frame.capacity()
            + self.between.capacity()
            + self.resizer.size_of_internal_buffers()
            + self.vp8.bytes()
            + self.vp8l.bytes()
    }
}

/// Bytes aligned for samples of any depth.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    words: Vec<u64>,
}

impl Buffer {
    /// The first `len` bytes, every one of them 0: a picture must never show through in the next one.
    pub(crate) fn zeroed(&mut self, len: usize) -> &mut [u8] {
        self.words.clear();
        self.words.resize(len.div_ceil(size_of::<u64>()), 0);
        &mut bytemuck::cast_slice_mut(&mut self.words)[..len]
    }

    /// What [`zeroed`](Self::zeroed) was asked for last, to the next multiple of eight bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.words)
    }

    /// The same, to be written to.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.words)
    }

    fn capacity(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_last_picture_is_left() {
        let mut buffer = Buffer::default();
        buffer.zeroed(100).fill(0xAB);
        assert!(buffer.zeroed(50).iter().all(|&byte| byte == 0));
        assert!(buffer.zeroed(100).iter().all(|&byte| byte == 0));
    }

    #[test]
    fn a_large_frame_is_given_back() {
        let held = |len: usize| {
            Scratch::with(|scratch| {
                scratch.frame.zeroed(len);
            });
            Scratch::with(|scratch| scratch.bytes())
        };
        assert!(held(1000) >= 1000);
        assert_eq!(held(Scratch::MOST_KEPT + 8), 0);
    }
}
