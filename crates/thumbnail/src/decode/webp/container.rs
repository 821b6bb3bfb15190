//! The chunks of a WebP file: what it shows first, and what it says about it (RFC 9649, 2).

/// What is wanted of a file. Its parts are as long as they are, which may be shorter than they say.
pub(super) struct Container<'a> {
    /// Pixels in a row of the picture and rows, of which the first frame may cover a part.
    pub(super) size: (u32, u32),
    pub(super) frame: Frame<'a>,
    /// How many frames there are, in a file that is animated.
    pub(super) frames: Option<u32>,
    pub(super) profile: Option<&'a [u8]>,
    pub(super) exif: Option<&'a [u8]>,
}

/// The first picture as it is compressed, whose size it says itself.
pub(super) struct Frame<'a> {
    pub(super) size: (u32, u32),
    /// The size that an animation says that it has.
    said_size: Option<(u32, u32)>,
    /// Where its first pixel lies.
    pub(super) at: (u32, u32),
    pub(super) kind: Kind,
    pub(super) data: &'a [u8],
    /// The alpha channel of a lossy picture, where it has one.
    pub(super) alpha: Option<&'a [u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Lossy,
    Lossless,
}

/// Why a file has no first picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("it holds no picture")]
    NoPicture,
    #[error("its parts disagree about its size")]
    Sizes,
}

impl<'a> Container<'a> {
    pub(super) fn read(source: &'a [u8]) -> Result<Self, Fault> {
        let chunks = || Chunks(source.get(12..).unwrap_or_default());
        let first = |name: &[u8; 4]| chunks().find(|chunk| chunk.0 == name).map(|chunk| chunk.1);
        let canvas = first(b"VP8X").and_then(|data| {
            let side = |at| Some(number(data.get(at..)?)? + 1);
            Some((side(4)?, side(7)?))
        });
        let shown = chunks().find(|(name, _)| matches!(*name, b"VP8 " | b"VP8L" | b"ANMF"));
        let (frame, size, frames) = match shown.ok_or(Fault::NoPicture)? {
            (b"ANMF", data) => {
                let frame = Frame::animated(data).ok_or(Fault::NoPicture)?;
                let canvas = canvas.ok_or(Fault::NoPicture)?;
                let frames = chunks().filter(|(name, _)| *name == b"ANMF").count();
                (frame, canvas, Some(frames as u32))
            }
            _ => {
                let frame = Frame::of(chunks(), (0, 0)).ok_or(Fault::NoPicture)?;
                let size = canvas.unwrap_or(frame.size);
                (frame, size, None)
            }
        };
        // What the header doesn't announce is not looked for, by libwebp neither.
        let announces = |flag| {
            first(b"VP8X").is_some_and(|data| data.first().is_some_and(|flags| flags & flag != 0))
        };
        Ok(Self {
            size,
            frame,
            frames,
            profile: first(b"ICCP").filter(|_| announces(0x20)),
            exif: first(b"EXIF").filter(|_| announces(0x08)),
        })
    }

    /// Whether the picture and its first frame say the same about their sizes.
    pub(super) fn check_sizes(&self) -> Result<(), Fault> {
        let Self { size, frame, .. } = self;
        let fits = frame.at.0 + frame.size.0 <= size.0
            && frame.at.1 + frame.size.1 <= size.1
            && frame.said_size.unwrap_or(frame.size) == frame.size
            && (self.frames.is_some() || self.is_covered());
        if fits { Ok(()) } else { Err(Fault::Sizes) }
    }

    /// Whether the first frame leaves nothing of the picture free.
    pub(super) fn is_covered(&self) -> bool {
        self.size == self.frame.size
    }
}

impl<'a> Frame<'a> {
    /// The frame that a chunk `ANMF` holds.
    fn animated(data: &'a [u8]) -> Option<Self> {
        let number = |at| number(data.get(at..)?);
        let at = (2 * number(0)?, 2 * number(3)?);
        let frame = Self::of(Chunks(data.get(16..)?), at)?;
        let said_size = Some((number(6)? + 1, number(9)? + 1));
        Some(Self { said_size, ..frame })
    }

    fn of(chunks: Chunks<'a>, at: (u32, u32)) -> Option<Self> {
        let mut alpha = None;
        for (name, data) in chunks {
            match name {
                b"ALPH" => alpha = Some(data),
                b"VP8 " => {
                    // RFC 6386, 9.1: after six bytes, 14 bits of width and, two bits later, 14 of height.
                    let side = |at: usize| {
                        let bytes = data.get(at..at + 2)?.try_into().ok()?;
                        Some(u32::from(u16::from_le_bytes(bytes) & 0x3FFF))
                    };
                    return Some(Self {
                        size: (side(6)?, side(8)?),
                        said_size: None,
                        at,
                        kind: Kind::Lossy,
                        data,
                        alpha,
                    });
                }
                b"VP8L" => {
                    // RFC 9649, 3.4: after a signature byte, 14 bits of width - 1 and 14 bits of height - 1.
                    let bits = u32::from_le_bytes(data.get(1..5)?.try_into().ok()?);
                    return Some(Self {
                        size: ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1),
                        said_size: None,
                        at,
                        kind: Kind::Lossless,
                        data,
                        alpha: None,
                    });
                }
                _ => {}
            }
        }
        None
    }
}

/// A number of 24 bits.
fn number(bytes: &[u8]) -> Option<u32> {
    let [low, middle, high] = *bytes.first_chunk()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

/// The chunks of a RIFF file: their names and contents, the last one as far as it goes.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.0.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let data = &rest[..length.min(rest.len())];
        // Contents of odd length are followed by a byte of padding.
        self.0 = rest.get(length + length % 2..).unwrap_or(&[]);
        Some((name, data))
    }
}
