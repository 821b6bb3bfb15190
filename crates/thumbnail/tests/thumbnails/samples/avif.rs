//! AVIF files, box by box, around pictures that `avifenc` has coded: there is no encoder for AV1 in Rust that is small.
//!
//! Each coded picture is 64 by 48 pixels of four quarters, made by `avifenc -s 0` with the options that are named, from a
//! PNG of ours, and is what the box `mdat` of the result holds.

/// A coded picture and how it is described.
#[derive(Clone, Copy)]
pub(crate) struct Coded {
    pub(crate) bits: &'static str,
    pub(crate) configuration: [u8; 4],
    /// The code point of ITU-T H.273 for its matrix, and whether its range is full.
    pub(crate) matrix: u8,
    pub(crate) full_range: bool,
}

/// `--min 0 --max 0 -y 420 -d 8`: red, green, blue, white.
pub(crate) const HALVED: Coded = Coded {
    bits: "12000a0918157fbf92021a0d083227440000d59d303b3176c260503072cde019871bf26fec1ef499eac3d4b362aba3b77906387bfd80",
    configuration: [0x81, 0, 0x0C, 0],
    matrix: 6,
    full_range: true,
};

/// `HALVED` with other bits at its end, as a fuzzer would have them: in 32 bits there is no room for one of its coefficients.
pub(crate) const RUNS_OVER: Coded = Coded {
    bits: "12000a0918157fbf92021a0d083227440000d59d303b3176c260503072cde019871bf26fec1ef499eac3d4c362aba3b7790600000000",
    ..HALVED
};

/// `--min 0 --max 0 -y 422 -d 12`: red, green, blue, white.
pub(crate) const TWELVE_BITS: Coded = Coded {
    bits: "12000a0958157fbf9d010d06c43232440000e92786a2d498928f9a79b83bb722b63e58d23bea8259dd53796f0bffcc60913f7522154450d12f0475584417936a40",
    configuration: [0x81, 0x40, 0x68, 0],
    matrix: 6,
    full_range: true,
};

/// `--min 0 --max 0 -y 444 -d 10`: red, green, blue, white.
pub(crate) const TEN_BITS: Coded = Coded {
    bits: "12000a0938157fbf9c04341a40322b440000d59d301bfa039c0e314f8d082bfd060ffbd27d196d18356d4b37592e0fd6942fbb42eeaf1268827c",
    configuration: [0x81, 0x20, 0x40, 0],
    matrix: 6,
    full_range: true,
};

/// `-l --cicp 1/13/0 -y 444 -d 8`: red, green, blue, white, stored as such.
pub(crate) const IDENTITY: Coded = Coded {
    bits: "12000a0938157fbf9404340080322f10000092f1b93102a9e2d8d3f4fceefcb3b88da625fdf74c648713ec399418f74d5a8fdda3ab40da097b2652ea79c8",
    configuration: [0x81, 0x20, 0, 0],
    matrix: 0,
    full_range: true,
};

/// `--min 0 --max 0 -r limited --cicp 1/13/1 -y 444 -d 8`: red, green, blue, white.
pub(crate) const TELEVISION: Coded = Coded {
    bits: "12000a0938157fbf94043404403227440000d59d34a1dc290c7ffec07437ad90df7a4fa32877d082eeeb25c1fb2c6fe685ddd97324f8",
    configuration: [0x81, 0x20, 0, 0],
    matrix: 1,
    full_range: false,
};

/// `--min 0 --max 0 -y 400 -d 8`: black, white, white, black.
pub(crate) const GREY: Coded = Coded {
    bits: "12000a0918157fbf96021a0d4032194400008db66a6c3795123882cca1d278f59a88ec1e9bd1c260",
    configuration: [0x81, 0, 0x1C, 0],
    matrix: 6,
    full_range: true,
};

impl Coded {
    pub(crate) const SIZE: (u32, u32) = (64, 48);

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let digits = self.bits.as_bytes().chunks(2);
        let byte = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).expect("digits");
            u8::from_str_radix(digits, 16).expect("hexadecimal digits")
        };
        digits.map(byte).collect()
    }

    /// The same, whose sequence header says other code points: of primaries, transfer and matrix.
    pub(crate) fn bytes_with_code_points(&self, points: [u8; 3]) -> Vec<u8> {
        const LENGTH: usize = 24;
        let bits =
            |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:08b}")).collect() };
        let mut all = bits(&self.bytes());
        // They are wherever the header's other bits end, and not elsewhere.
        let found: Vec<_> = all.match_indices(&bits(&[1, 13, self.matrix])).collect();
        let [(start, _)] = found[..] else {
            panic!("code points at {found:?}");
        };
        all.replace_range(start..start + LENGTH, &bits(&points));
        let bytes = all.as_bytes().chunks(8);
        let byte = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).expect("digits");
            u8::from_str_radix(digits, 2).expect("binary digits")
        };
        bytes.map(byte).collect()
    }

    /// Its boxes `ispe`, `av1C` and `colr`.
    pub(crate) fn properties(&self) -> Vec<Vec<u8>> {
        let range = if self.full_range { 0x80 } else { 0 };
        vec![
            size(Self::SIZE),
            atom(b"av1C", &self.configuration),
            atom(
                b"colr",
                &[&b"nclx\0\x01\0\x0D\0"[..], &[self.matrix, range]].concat(),
            ),
        ]
    }
}

/// An item to be put into a file.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) kind: [u8; 4],
    pub(crate) data: Vec<u8>,
    /// Boxes, and whether a reader has to understand them.
    pub(crate) properties: Vec<(Vec<u8>, bool)>,
    /// What it says of other items, by their numbers: the first item is 1.
    pub(crate) references: Vec<([u8; 4], Vec<u16>)>,
}

impl Item {
    pub(crate) fn coded(coded: Coded) -> Self {
        let properties = coded.properties();
        Self {
            kind: *b"av01",
            data: coded.bytes(),
            properties: properties.into_iter().map(|one| (one, false)).collect(),
            references: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, property: Vec<u8>) -> Self {
        self.properties.push((property, false));
        self
    }

    pub(crate) fn with_essential(mut self, property: Vec<u8>) -> Self {
        self.properties.push((property, true));
        self
    }

    /// The alpha plane of item 1.
    pub(crate) fn alpha(coded: Coded) -> Self {
        let mut item = Self::coded(coded).with(atom(
            b"auxC",
            b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
        ));
        item.references.push((*b"auxl", vec![1]));
        item
    }

    /// Item 1 of a file whose items 2 and on are its tiles.
    pub(crate) fn grid(rows: u8, columns: u8, whole: (u16, u16)) -> Self {
        let [width, height] = [whole.0, whole.1].map(u16::to_be_bytes);
        let tiles = u16::from(rows) * u16::from(columns);
        Self {
            kind: *b"grid",
            data: [&[0, 0, rows - 1, columns - 1][..], &width, &height].concat(),
            properties: vec![(size((whole.0.into(), whole.1.into())), false)],
            references: vec![(*b"dimg", (2..2 + tiles).collect())],
        }
    }
}

pub(crate) fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(8 + content.len()).expect("a small box");
    [&length.to_be_bytes()[..], kind, content].concat()
}

pub(crate) fn size((width, height): (u32, u32)) -> Vec<u8> {
    atom(
        b"ispe",
        &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat(),
    )
}

/// A file of these items, of which the first is shown. Every item's bytes are in two parts.
pub(crate) fn file(items: &[Item]) -> Vec<u8> {
    // The offsets depend on the size of all before the bytes, which does not depend on them.
    let before = listing(items, 0).len();
    let mut file = listing(items, before);
    file.extend(items.iter().flat_map(|item| &item.data));
    file
}

/// All of a file but the bytes of its items, which start at `data`.
fn listing(items: &[Item], data: usize) -> Vec<u8> {
    let count = u16::try_from(items.len()).expect("few items").to_be_bytes();
    let mut kinds = [&[0; 4][..], &count].concat();
    let mut locations = [&b"\0\0\0\0\x44\0"[..], &count].concat();
    let mut properties = Vec::new();
    let mut associations = [&[0; 6][..], &count].concat();
    let mut references = vec![0; 4];
    let mut offset = u32::try_from(data).expect("a small file");
    let mut index = 0;
    for (id, item) in (1_u16..).zip(items) {
        let id = id.to_be_bytes();
        kinds.extend(atom(
            b"infe",
            &[&[2, 0, 0, 0][..], &id, &[0, 0], &item.kind, &[0]].concat(),
        ));
        locations.extend([&id[..], &[0, 0], &2_u16.to_be_bytes()].concat());
        let length = u32::try_from(item.data.len()).expect("a small item");
        for part in [length / 2, length - length / 2] {
            locations.extend([offset.to_be_bytes(), part.to_be_bytes()].concat());
            offset += part;
        }
        associations.extend(id);
        associations.push(u8::try_from(item.properties.len()).expect("few properties"));
        for (property, essential) in &item.properties {
            properties.extend(property);
            index += 1;
            associations.push(index | if *essential { 0x80 } else { 0 });
        }
        for (kind, to) in &item.references {
            let to_count = u16::try_from(to.len()).expect("few references");
            let to = to.iter().flat_map(|id| id.to_be_bytes());
            let mut content = [id, to_count.to_be_bytes()].concat();
            content.extend(to);
            references.extend(atom(kind, &content));
        }
    }
    let meta = [
        &[0; 4][..],
        &atom(b"pitm", &[0, 0, 0, 0, 0, 1]),
        &atom(b"iinf", &kinds),
        &atom(b"iloc", &locations),
        &atom(
            b"iprp",
            &[atom(b"ipco", &properties), atom(b"ipma", &associations)].concat(),
        ),
        &atom(b"iref", &references),
    ]
    .concat();
    [
        atom(b"ftyp", b"avif\0\0\0\0avifmif1miaf"),
        atom(b"meta", &meta),
    ]
    .concat()
}

/// A file that is a sequence alone: one track, whose first frame is `coded`.
pub(crate) fn sequence(coded: Coded) -> Vec<u8> {
    let start = atom(b"ftyp", b"avis\0\0\0\0avismsf1");
    let frame = atom(b"mdat", &coded.bytes());
    let offset = u32::try_from(start.len() + 8).expect("a small file");
    let length = u32::try_from(coded.bytes().len()).expect("a small frame");
    let [width, height] = [Coded::SIZE.0, Coded::SIZE.1].map(|side| side as u16);
    let mut entry = vec![0; 24];
    entry.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    entry.resize(78, 0);
    entry.extend(coded.properties()[1..].concat());
    let description = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &atom(b"av01", &entry)].concat();
    let sizes = [[0; 4], [0; 4], [0, 0, 0, 1], length.to_be_bytes()].concat();
    let offsets = [[0; 4], [0, 0, 0, 1], offset.to_be_bytes()].concat();
    let table = [
        atom(b"stsd", &description),
        atom(b"stsz", &sizes),
        atom(b"stco", &offsets),
    ];
    let media = [
        atom(b"hdlr", b"\0\0\0\0\0\0\0\0pict"),
        atom(b"minf", &atom(b"stbl", &table.concat())),
    ];
    let track = atom(b"trak", &atom(b"mdia", &media.concat()));
    [start, frame, atom(b"moov", &track)].concat()
}

/// What a file in the minimized form says of its picture.
#[derive(Clone, Copy, Default)]
pub(crate) struct Minimized<'a> {
    pub(crate) alpha: Option<Coded>,
    /// EXIF's numbers, less one.
    pub(crate) turned: u8,
    pub(crate) profile: &'a [u8],
    /// Behind the picture.
    pub(crate) exif: &'a [u8],
    pub(crate) has_long_numbers: bool,
    /// Whether it says no code points: its matrix is that of BT.601 then.
    pub(crate) is_usual: bool,
}

impl Minimized<'_> {
    /// ISO/IEC 23008-12 as amended in 2025: bits up to the coders' settings.
    pub(crate) fn file(&self, coded: Coded) -> Vec<u8> {
        let (data, alpha) = (coded.bytes(), self.alpha.map(|alpha| alpha.bytes()));
        let sampling = match coded.configuration[2] >> 2 & 7 {
            0b111 => 0,
            0b011 => 1,
            0b010 => 2,
            _ => 3,
        };
        let is_deep = coded.configuration[2] >> 6 & 1 == 1;
        let [flag, has_icc, has_exif] = [
            self.alpha.is_some(),
            !self.profile.is_empty(),
            !self.exif.is_empty(),
        ];
        let [side, metadata, settings, item] = if self.has_long_numbers {
            [15, 20, 12, 28]
        } else {
            [7, 10, 3, 15]
        };
        let long = u32::from(self.has_long_numbers);
        let count = |bytes: &[u8]| u32::try_from(bytes.len()).expect("few bytes");
        let mut bits = String::new();
        let mut put = |width: usize, number: u32| bits += &format!("{number:0width$b}");
        // Version, no other coders, whole numbers, range, alpha, code points, no light, profile, EXIF, no XMP.
        put(4, 0);
        put(1, coded.full_range.into());
        put(1, flag.into());
        put(2, if self.is_usual { 0b00 } else { 0b10 });
        put(3, u32::from(has_icc) << 2 | u32::from(has_exif) << 1);
        put(2, sampling);
        put(3, self.turned.into());
        put(1, long);
        put(side, Coded::SIZE.0 - 1);
        put(side, Coded::SIZE.1 - 1);
        match sampling {
            1 => put(2, 0b11),
            2 => put(1, 0),
            _ => {}
        }
        if is_deep {
            put(4, 0b1000 | (10 - 9));
        } else {
            put(1, 0);
        }
        if flag {
            put(1, 0);
        }
        if !self.is_usual {
            put(16, 1 << 8 | 13);
            if sampling > 0 {
                put(8, coded.matrix.into());
            }
        }
        if has_icc || has_exif {
            put(1, long);
        }
        put(2, long << 1 | long);
        if has_icc {
            put(metadata, count(self.profile) - 1);
        }
        put(settings, 4);
        put(item, count(&data) - 1);
        if let Some(alpha) = &alpha {
            put(item, count(alpha));
            put(settings, 4);
        }
        if has_exif {
            put(1, 0);
            put(metadata, count(self.exif) - 1);
        }
        while !bits.len().is_multiple_of(8) {
            bits.push('0');
        }
        let bytes = bits.as_bytes().chunks(8).map(|digits| {
            let digits = std::str::from_utf8(digits).expect("digits");
            u8::from_str_radix(digits, 2).expect("binary digits")
        });
        let mut content: Vec<u8> = bytes.collect();
        content.extend(coded.configuration);
        content.extend(self.alpha.map(|alpha| alpha.configuration).iter().flatten());
        content.extend(self.profile);
        content.extend(alpha.iter().flatten());
        content.extend(&data);
        content.extend(self.exif);
        [atom(b"ftyp", b"mif3avif"), atom(b"mini", &content)].concat()
    }
}
