//! What a GIF says of its first picture (GIF89a specification, 17 to 23).

/// Bytes of the file's name for itself.
const SIGNATURE: usize = 6;

/// What a block begins with.
const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

/// The extension that says which place of the palette is transparent.
const CONTROL: u8 = 0xF9;

/// The first picture, and where it is shown.
#[derive(Debug)]
pub(super) struct Container<'a> {
    /// Columns and rows of the screen, and of the picture on it.
    pub(super) screen: (u32, u32),
    pub(super) size: (u32, u32),
    /// The column and row of the screen where the picture begins.
    pub(super) at: (u32, u32),
    /// Red, green and blue of each place of the palette.
    pub(super) palette: &'a [[u8; 3]],
    pub(super) transparent: Option<u8>,
    pub(super) interlaced: bool,
    /// Bits of a place, from which the codes' follow.
    pub(super) bits: u8,
    /// What the places are packed into.
    pub(super) blocks: Blocks<'a>,
}

/// Why there is no first picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("it ends before its picture begins")]
    Cut,
    #[error("it holds no picture")]
    NoPicture,
    #[error("its pixels are packed in codes of {0} bits")]
    Bits(u8),
}

impl<'a> Container<'a> {
    pub(super) fn read(source: &'a [u8]) -> Result<Self, Fault> {
        let mut reader = Reader(source.get(SIGNATURE..).ok_or(Fault::Cut)?);
        let screen = reader.pair()?;
        let [flags, _background, _aspect] = reader.array()?;
        let palette_of_all = reader.palette(flags)?;
        let mut transparent = None;
        loop {
            match reader.byte()? {
                EXTENSION => {
                    let kind = reader.byte()?;
                    let mut blocks = Blocks(reader.0);
                    let first = blocks.next();
                    if let (CONTROL, Some([flags, _, _, place, ..])) = (kind, first) {
                        transparent = (flags & 1 == 1).then_some(*place);
                    }
                    if first.is_some() {
                        blocks.by_ref().for_each(drop);
                    }
                    reader = Reader(blocks.0);
                }
                IMAGE => {
                    let at = reader.pair()?;
                    let size = match reader.pair()? {
                        // As browsers have it.
                        (0, _) | (_, 0) => screen,
                        size => size,
                    };
                    let [flags] = reader.array()?;
                    let palette = reader.palette(flags)?;
                    let bits = reader.byte()?;
                    if !(1..=11).contains(&bits) {
                        return Err(Fault::Bits(bits));
                    }
                    return Ok(Self {
                        screen,
                        size,
                        at,
                        palette: if palette.is_empty() {
                            palette_of_all
                        } else {
                            palette
                        },
                        transparent,
                        interlaced: flags & 0x40 != 0,
                        bits,
                        blocks: Blocks(reader.0),
                    });
                }
                TRAILER => return Err(Fault::NoPicture),
                // Programs leave a byte too many between blocks, and readers pass over it.
                _ => {}
            }
        }
    }
}

/// The blocks of up to 255 bytes that data comes in. An empty one ends it, and so does the file.
#[derive(Clone, Debug)]
pub(super) struct Blocks<'a>(&'a [u8]);

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (&length, rest) = self.0.split_first()?;
        let (block, rest) = rest.split_at(usize::from(length).min(rest.len()));
        self.0 = rest;
        (!block.is_empty()).then_some(block)
    }
}

/// Reads from the start of some bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], Fault> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Fault::Cut)?;
        self.0 = rest;
        Ok(*array)
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        self.array().map(|[byte]| byte)
    }

    /// Two numbers.
    fn pair(&mut self) -> Result<(u32, u32), Fault> {
        let mut number = || self.array().map(u16::from_le_bytes).map(u32::from);
        Ok((number()?, number()?))
    }

    /// The palette that flags tell of, which is empty where they tell of none.
    fn palette(&mut self, flags: u8) -> Result<&'a [[u8; 3]], Fault> {
        let count = if flags & 0x80 == 0 {
            0
        } else {
            2 << (flags & 7)
        };
        let (palette, rest) = self.0.split_at_checked(3 * count).ok_or(Fault::Cut)?;
        self.0 = rest;
        Ok(palette.as_chunks().0)
    }
}
