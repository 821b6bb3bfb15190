//! Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2): a length, a name, and contents.

/// One box.
#[derive(Clone, Copy)]
pub(in crate::decode) struct Box<'a> {
    pub(in crate::decode) name: [u8; 4],
    pub(in crate::decode) data: &'a [u8],
}

/// The boxes that follow each other in `data`; the last one as far as it goes.
pub(in crate::decode) fn boxes(data: &[u8]) -> impl Iterator<Item = Box<'_>> {
    let mut reader = Reader(data);
    std::iter::from_fn(move || {
        let start = reader;
        let short = reader.number(4)?;
        let name = reader.bytes(4)?.try_into().ok()?;
        let length = match short {
            // To the end.
            0 => start.0.len() as u64,
            1 => reader.number(8)?,
            short => short,
        };
        let header = start.0.len() - reader.0.len();
        let contents = usize::try_from(length).ok()?.checked_sub(header)?;
        let data = reader.bytes(contents.min(reader.0.len()))?;
        Some(Box { name, data })
    })
}

/// The contents of the first box of a name.
pub(in crate::decode) fn find<'a>(data: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(data)
        .find(|each| &each.name == name)
        .map(|each| each.data)
}

/// Numbers from the start of some bytes, the high byte first.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// A number of so many bytes, at most eight.
    pub(super) fn number(&mut self, bytes: usize) -> Option<u64> {
        let number = self.bytes(bytes)?.iter();
        Some(number.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// The same where it is known to fit.
    pub(super) fn small(&mut self, bytes: usize) -> Option<u32> {
        u32::try_from(self.number(bytes)?).ok()
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// The version and the flags that a full box begins with.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let number = self.small(4)?;
        Some(((number >> 24) as u8, number & 0x00FF_FFFF))
    }
}

/// The brands of the file type box that a file begins with: what it is, first, and what it is compatible with.
pub(crate) fn brands(start: &[u8]) -> impl Iterator<Item = &[u8; 4]> {
    let data = boxes(start).next().filter(|first| &first.name == b"ftyp");
    let data = data.map_or(&[][..], |first| first.data);
    // Between them stands a version.
    let brands = data.as_chunks::<4>().0.iter().enumerate();
    brands
        .filter(|(index, _)| *index != 1)
        .map(|(_, brand)| brand)
}
