//! The directories of a TIFF: what its tags say (TIFF 6.0, section 2, and BigTIFF).

use crate::exif::ByteOrder;

/// One directory. Its values are looked up in the file when they are asked for, so that what it claims costs nothing.
pub(in crate::decode) struct Directory<'a> {
    file: &'a [u8],
    pub(super) order: ByteOrder,
    entries: Vec<Entry>,
    next: usize,
}

struct Entry {
    tag: u16,
    /// Bytes of a value, and whether it is a whole number.
    width: usize,
    is_whole: bool,
    count: u64,
    /// Where in the file the first value is.
    at: usize,
}

/// More pages than anyone has, and an end for directories that lead in a circle.
const MOST: usize = 64;

/// More tags than there are.
const MOST_ENTRIES: u64 = 4096;

impl<'a> Directory<'a> {
    /// The directory of the picture to show: the first that does not call itself a smaller copy of another.
    pub(super) fn of_picture(file: &'a [u8]) -> Option<Self> {
        const KIND: u16 = 254;
        const SMALLER_COPY: u64 = 1;
        let is_copy = |directory: &Self| directory.number(KIND).unwrap_or(0) & SMALLER_COPY != 0;
        let first = Self::first(file, ByteOrder::of_any(file)?)?;
        if !is_copy(&first) {
            return Some(first);
        }
        let following = |next: usize| Self::read(file, first.order, first.is_big(), next);
        let mut others = std::iter::successors(following(first.next), |one| following(one.next));
        let picture = others.by_ref().take(MOST).find(|one| !is_copy(one));
        Some(picture.unwrap_or(first))
    }

    /// As many directories as there are, with those that the directories in the chain refer to as further pictures.
    pub(in crate::decode) fn all(file: &'a [u8], order: ByteOrder) -> Vec<Self> {
        const PICTURES: u16 = 330;
        let Some(first) = Self::first(file, order) else {
            return Vec::new();
        };
        let is_big = first.is_big();
        let read = |start| Self::read(file, order, is_big, start);
        let chain: Vec<_> = std::iter::successors(Some(first), |one| read(one.next))
            .take(MOST)
            .collect();
        let pictures = |one: &Self| -> Vec<_> { one.numbers(PICTURES).take(MOST).collect() };
        let starts: Vec<_> = chain.iter().flat_map(pictures).take(MOST).collect();
        let further = starts
            .into_iter()
            .filter_map(|start| read(usize::try_from(start).ok()?));
        chain.into_iter().chain(further).collect()
    }

    fn first(file: &'a [u8], order: ByteOrder) -> Option<Self> {
        let is_big = order.short(file, 2)? == 43;
        let start = if is_big {
            order.quad(file, 8)?
        } else {
            order.long(file, 4)?.into()
        };
        Self::read(file, order, is_big, usize::try_from(start).ok()?)
    }

    fn is_big(&self) -> bool {
        self.order.short(self.file, 2) == Some(43)
    }

    fn read(file: &'a [u8], order: ByteOrder, is_big: bool, start: usize) -> Option<Self> {
        if start == 0 {
            return None;
        }
        let (count, first, length) = if is_big {
            (order.quad(file, start)?, start.checked_add(8)?, 20)
        } else {
            (order.short(file, start)?.into(), start + 2, 12)
        };
        let count = count.min(MOST_ENTRIES) as usize;
        let entry = |index: usize| Entry::read(file, order, is_big, first + index * length);
        let end = first + count * length;
        let next = if is_big {
            order.quad(file, end).unwrap_or(0)
        } else {
            order.long(file, end).unwrap_or(0).into()
        };
        Some(Self {
            file,
            order,
            entries: (0..count).filter_map(entry).collect(),
            next: usize::try_from(next).unwrap_or(0),
        })
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// The first value of a tag that holds whole numbers.
    pub(in crate::decode) fn number(&self, tag: u16) -> Option<u64> {
        self.numbers(tag).next()
    }

    /// The values of a tag that holds whole numbers, none where there is no such tag.
    pub(in crate::decode) fn numbers(&self, tag: u16) -> impl Iterator<Item = u64> + '_ {
        let entry = self.entry(tag).filter(|entry| entry.is_whole);
        entry.into_iter().flat_map(|entry| {
            let values = self.values(entry).chunks_exact(entry.width);
            values.map(|value| self.order.whole(value))
        })
    }

    /// The values of a tag as they stand in the file.
    pub(in crate::decode) fn bytes(&self, tag: u16) -> &'a [u8] {
        self.entry(tag).map_or(&[], |entry| self.values(entry))
    }

    /// As far as the file goes.
    fn values(&self, entry: &Entry) -> &'a [u8] {
        let room = self.file.get(entry.at..).unwrap_or(&[]);
        let length = entry.count.saturating_mul(entry.width as u64);
        &room[..length.min(room.len() as u64) as usize]
    }
}

impl Entry {
    fn read(file: &[u8], order: ByteOrder, is_big: bool, at: usize) -> Option<Self> {
        let (width, is_whole) = match order.short(file, at.checked_add(2)?)? {
            1 | 6 => (1, true),
            2 | 7 => (1, false),
            3 | 8 => (2, true),
            4 | 9 | 13 => (4, true),
            11 => (4, false),
            16..=18 => (8, true),
            5 | 10 | 12 => (8, false),
            _ => return None,
        };
        let (count, value, room) = if is_big {
            (order.quad(file, at + 4)?, at + 12, 8)
        } else {
            (order.long(file, at + 4)?.into(), at + 8, 4)
        };
        // Values that have room in the entry stand there, others where it points.
        let at_value = if count.saturating_mul(width as u64) <= room {
            value
        } else if is_big {
            usize::try_from(order.quad(file, value)?).ok()?
        } else {
            order.long(file, value)? as usize
        };
        Some(Self {
            tag: order.short(file, at)?,
            width,
            is_whole,
            count,
            at: at_value,
        })
    }
}
