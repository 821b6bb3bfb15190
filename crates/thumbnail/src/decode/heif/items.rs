//! The pictures of a HEIF file (ISO/IEC 23008-12): items, where they are, what they are made of and what is said of them.

use super::boxes::{Reader, boxes, find};
use std::borrow::Cow;
use std::collections::HashMap;

/// What a file's `meta` box says.
pub(super) struct Items<'a> {
    file: &'a [u8],
    /// The data that is kept in the box itself.
    inside: &'a [u8],
    pub(super) primary: u32,
    kinds: HashMap<u32, [u8; 4]>,
    places: HashMap<u32, Place>,
    properties: Vec<Property<'a>>,
    associations: HashMap<u32, Vec<usize>>,
    references: Vec<Reference>,
}

/// A property: its name and contents.
pub(super) struct Property<'a> {
    pub(super) name: [u8; 4],
    pub(super) data: Cow<'a, [u8]>,
}

impl<'a> Property<'a> {
    pub(super) fn new(name: &[u8; 4], data: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            name: *name,
            data: data.into(),
        }
    }

    /// How large a picture is said to be.
    pub(super) fn size(width: u32, height: u32) -> Self {
        let size = [0, width, height].map(u32::to_be_bytes).concat();
        Self::new(b"ispe", size)
    }
}

/// An item that is not said by a `meta` box.
pub(super) struct Part<'a> {
    pub(super) kind: [u8; 4],
    pub(super) properties: Vec<Property<'a>>,
    /// Offset and length of its data.
    pub(super) extent: (u64, u64),
}

/// From one item to others.
struct Reference {
    kind: [u8; 4],
    from: u32,
    to: Vec<u32>,
}

/// Where an item's data is: ranges of the file or of the `meta` box, one after the other.
struct Place {
    is_inside: bool,
    extents: Vec<(u64, u64)>,
}

impl<'a> Items<'a> {
    /// `None` where there is no `meta` box with a primary item.
    pub(super) fn read(file: &'a [u8]) -> Option<Self> {
        // A version and flags come before its boxes.
        let meta = find(file, b"meta")?.get(4..)?;
        let mut items = Self {
            file,
            inside: find(meta, b"idat").unwrap_or(&[]),
            primary: 0,
            kinds: HashMap::new(),
            places: HashMap::new(),
            properties: Vec::new(),
            associations: HashMap::new(),
            references: Vec::new(),
        };
        items.primary = primary(find(meta, b"pitm")?)?;
        items.kinds = kinds(find(meta, b"iinf")?)?;
        items.places = places(find(meta, b"iloc")?);
        if let Some(properties) = find(meta, b"iprp") {
            let all = boxes(find(properties, b"ipco").unwrap_or(&[]));
            items.properties = all
                .map(|each| Property::new(&each.name, each.data))
                .collect();
            for each in boxes(properties).filter(|each| &each.name == b"ipma") {
                associate(each.data, &mut items.associations);
            }
        }
        if let Some(data) = find(meta, b"iref") {
            items.references = references(data).unwrap_or_default();
        }
        Some(items)
    }

    /// As a file would say it that has these, numbered from 1 on: the first is the picture, and all are ranges of `whole`.
    pub(super) fn of_parts(whole: &'a [u8], parts: impl IntoIterator<Item = Part<'a>>) -> Self {
        let mut items = Self {
            file: whole,
            inside: &[],
            primary: 1,
            kinds: HashMap::new(),
            places: HashMap::new(),
            associations: HashMap::new(),
            properties: Vec::new(),
            references: Vec::new(),
        };
        for (item, part) in (1..).zip(parts) {
            let place = Place {
                is_inside: false,
                extents: vec![part.extent],
            };
            items.kinds.insert(item, part.kind);
            items.places.insert(item, place);
            let start = items.properties.len() + 1;
            items.properties.extend(part.properties);
            let associated = (start..=items.properties.len()).collect();
            items.associations.insert(item, associated);
        }
        items
    }

    /// Lets one item refer to another.
    pub(super) fn refer(&mut self, from: u32, kind: [u8; 4], to: u32) {
        let to = vec![to];
        self.references.push(Reference { kind, from, to });
    }

    /// What an item is: `hvc1`, `av01`, `grid`.
    pub(super) fn kind(&self, item: u32) -> Option<&[u8; 4]> {
        self.kinds.get(&item)
    }

    /// What is said of an item, in the order in which it is said.
    pub(super) fn properties(&self, item: u32) -> impl Iterator<Item = &Property<'a>> {
        let indices = self.associations.get(&item).map_or(&[][..], Vec::as_slice);
        indices
            .iter()
            .filter_map(|&index| self.properties.get(index.checked_sub(1)?))
    }

    /// The contents of an item's first property of a name.
    pub(super) fn property(&self, item: u32, name: &[u8; 4]) -> Option<&[u8]> {
        let mut properties = self.properties(item);
        properties
            .find(|property| &property.name == name)
            .map(|property| &*property.data)
    }

    /// The items that an item refers to in one way.
    pub(super) fn referred(&self, from: u32, kind: &[u8; 4]) -> &[u32] {
        let mut found = self.references.iter();
        found
            .find(|reference| reference.from == from && &reference.kind == kind)
            .map_or(&[], |reference| &reference.to)
    }

    /// The items that refer to an item in one way.
    pub(super) fn referring(&self, to: u32, kind: &[u8; 4]) -> impl Iterator<Item = u32> {
        let found = self.references.iter();
        found
            .filter(move |reference| reference.to.contains(&to) && &reference.kind == kind)
            .map(|reference| reference.from)
    }

    /// How many pictures there are that are not parts of others or say something about them.
    pub(super) fn count(&self) -> u32 {
        let is_part = |item: u32| {
            self.referring(item, b"dimg").next().is_some()
                || !self.referred(item, b"thmb").is_empty()
                || !self.referred(item, b"auxl").is_empty()
        };
        let pictures = self.kinds.iter().filter(|(item, kind)| {
            matches!(
                *kind,
                b"hvc1" | b"av01" | b"jpeg" | b"grid" | b"iden" | b"iovl"
            ) && !is_part(**item)
        });
        u32::try_from(pictures.count()).unwrap_or(u32::MAX)
    }

    /// An item's data. `None` where it lies outside the file, or is longer than the file by lying in one place several times.
    pub(super) fn data(&self, item: u32) -> Option<Cow<'a, [u8]>> {
        let place = self.places.get(&item)?;
        let whole = if place.is_inside {
            self.inside
        } else {
            self.file
        };
        let part = |&(offset, length): &(u64, u64)| {
            let rest = whole.get(usize::try_from(offset).ok()?..)?;
            // A length of 0 is everything, and one that is too long is what a file has that was cut off.
            let length = usize::try_from(length).ok().filter(|&length| length > 0);
            Some(&rest[..length.unwrap_or(rest.len()).min(rest.len())])
        };
        if let [extent] = &place.extents[..] {
            return part(extent).map(Cow::Borrowed);
        }
        let parts: Vec<_> = place.extents.iter().map(part).collect::<Option<_>>()?;
        let length: usize = parts.iter().map(|part| part.len()).sum();
        (length <= whole.len()).then(|| parts.concat().into())
    }
}

fn primary(data: &[u8]) -> Option<u32> {
    let mut reader = Reader(data);
    let (version, _) = reader.version()?;
    reader.small(if version == 0 { 2 } else { 4 })
}

fn kinds(data: &[u8]) -> Option<HashMap<u32, [u8; 4]>> {
    let mut reader = Reader(data);
    let (version, _) = reader.version()?;
    reader.number(if version == 0 { 2 } else { 4 })?;
    let entry = |data| {
        let mut reader = Reader(data);
        let (version, _) = reader.version()?;
        let item = reader.small(if version < 3 { 2 } else { 4 })?;
        reader.number(2)?;
        let kind = if version < 2 {
            *b"none"
        } else {
            reader.bytes(4)?.try_into().ok()?
        };
        Some((item, kind))
    };
    let entries = boxes(reader.0).filter(|each| &each.name == b"infe");
    Some(entries.filter_map(|each| entry(each.data)).collect())
}

fn places(data: &[u8]) -> HashMap<u32, Place> {
    let mut found = HashMap::new();
    let mut reader = Reader(data);
    let mut read = || {
        let (version, _) = reader.version()?;
        let sizes = reader.small(2)? as usize;
        let (offset, length) = (sizes >> 12, sizes >> 8 & 15);
        let (base, index) = (sizes >> 4 & 15, sizes & 15);
        if [offset, length, base, index].iter().any(|&size| size > 8) {
            return None;
        }
        let count = reader.number(if version < 2 { 2 } else { 4 })?;
        for _ in 0..count {
            let item = reader.small(if version < 2 { 2 } else { 4 })?;
            let method = if version > 0 {
                reader.number(2)? & 15
            } else {
                0
            };
            // In which file: none but this one is read.
            let is_elsewhere = reader.number(2)? != 0;
            let base = reader.number(base)?;
            let mut extents = Vec::new();
            for _ in 0..reader.number(2)? {
                if version > 0 {
                    reader.number(index)?;
                }
                extents.push((
                    base.checked_add(reader.number(offset)?)?,
                    reader.number(length)?,
                ));
            }
            if method < 2 && !is_elsewhere {
                let is_inside = method == 1;
                found.insert(item, Place { is_inside, extents });
            }
        }
        Some(())
    };
    // What comes before a fault counts.
    let _ = read();
    found
}

fn associate(data: &[u8], associations: &mut HashMap<u32, Vec<usize>>) {
    let mut reader = Reader(data);
    let mut read = || {
        let (version, flags) = reader.version()?;
        for _ in 0..reader.number(4)? {
            let item = reader.small(if version == 0 { 2 } else { 4 })?;
            for _ in 0..reader.number(1)? {
                // The highest bit says whether the property has to be understood.
                let index = if flags & 1 == 1 {
                    reader.small(2)? & 0x7FFF
                } else {
                    reader.small(1)? & 0x7F
                };
                associations.entry(item).or_default().push(index as usize);
            }
        }
        Some(())
    };
    let _ = read();
}

fn references(data: &[u8]) -> Option<Vec<Reference>> {
    let mut reader = Reader(data);
    let (version, _) = reader.version()?;
    let size = if version == 0 { 2 } else { 4 };
    let reference = |data, kind| {
        let mut reader = Reader(data);
        let from = reader.small(size)?;
        let count = reader.number(2)?;
        let to = (0..count)
            .map(|_| reader.small(size))
            .collect::<Option<_>>()?;
        Some(Reference { kind, from, to })
    };
    Some(
        boxes(reader.0)
            .filter_map(|each| reference(each.data, each.name))
            .collect(),
    )
}
