//! Pictures drawn by code, files of them in every format, and a look at what a thumbnail shows.

#[cfg(feature = "avif")]
pub(crate) mod avif;
pub(crate) mod bmp;
pub(crate) mod gif;
pub(crate) mod ico;
pub(crate) mod jpeg;
pub(crate) mod jxl;
pub(crate) mod lossless;
pub(crate) mod png;
pub(crate) mod raw;
pub(crate) mod shown;
pub(crate) mod tiff;
pub(crate) mod vp8;
pub(crate) mod webp;

pub(crate) use shown::Shown;

pub(crate) const RED: [u8; 4] = [255, 0, 0, 255];
pub(crate) const GREEN: [u8; 4] = [0, 255, 0, 255];
pub(crate) const BLUE: [u8; 4] = [0, 0, 255, 255];
pub(crate) const WHITE: [u8; 4] = [255, 255, 255, 255];
pub(crate) const BLACK: [u8; 4] = [0, 0, 0, 255];
pub(crate) const CLEAR: [u8; 4] = [0, 0, 0, 0];

/// A drawn picture: red, green, blue and alpha of each pixel, rows from the top.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<[u8; 4]>,
}

impl Drawing {
    /// Of a colour for each place, which is given as the middle of a pixel in parts of the width and the height.
    pub(crate) fn new(width: u32, height: u32, colour: impl Fn(f64, f64) -> [u8; 4]) -> Self {
        let part = |at: u32, length: u32| (f64::from(at) + 0.5) / f64::from(length);
        let pixels = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| colour(part(x, width), part(y, height)))
            .collect();
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Four quarters: top left, top right, bottom left, bottom right.
    pub(crate) fn quarters(width: u32, height: u32, colours: [[u8; 4]; 4]) -> Self {
        Self::new(width, height, |x, y| {
            colours[usize::from(x >= 0.5) + 2 * usize::from(y >= 0.5)]
        })
    }

    /// Red grows to the right and green to the bottom, so that a pixel's colour tells where it is from.
    pub(crate) fn gradient(width: u32, height: u32) -> Self {
        Self::new(width, height, |x, y| [level(x), level(y), 128, 255])
    }

    pub(crate) fn rgb(&self) -> Vec<u8> {
        self.pixels
            .iter()
            .flat_map(|pixel| &pixel[..3])
            .copied()
            .collect()
    }

    pub(crate) fn rgba(&self) -> Vec<u8> {
        self.pixels.concat()
    }

    /// The red channel, for drawings in grey.
    pub(crate) fn grey(&self) -> Vec<u8> {
        self.pixels.iter().map(|pixel| pixel[0]).collect()
    }

    /// The drawing's colours in the order of their first appearance, and each pixel's index in them.
    pub(crate) fn indexed(&self) -> (Vec<[u8; 4]>, Vec<u8>) {
        let mut colours: Vec<[u8; 4]> = Vec::new();
        let indices = self.pixels.iter().map(|pixel| {
            let found = colours.iter().position(|colour| colour == pixel);
            let index = found.unwrap_or_else(|| {
                colours.push(*pixel);
                colours.len() - 1
            });
            u8::try_from(index).expect("a drawing of few colours")
        });
        let indices = indices.collect();
        (colours, indices)
    }

    /// The drawing as it is stored for an orientation of EXIF: from where the stored first row and column are displayed, as
    /// the values are defined.
    pub(crate) fn stored(&self, orientation: u16) -> Self {
        let (right, bottom) = (self.width - 1, self.height - 1);
        let (width, height) = if orientation >= 5 {
            (self.height, self.width)
        } else {
            (self.width, self.height)
        };
        let displayed = |row: u32, column: u32| match orientation {
            1 => (column, row),                  // row 0 at the top, column 0 at the left
            2 => (right - column, row),          // top, right
            3 => (right - column, bottom - row), // bottom, right
            4 => (column, bottom - row),         // bottom, left
            5 => (row, column),                  // left, top
            6 => (right - row, column),          // right, top
            7 => (right - row, bottom - column), // right, bottom
            _ => (row, bottom - column),         // left, bottom
        };
        let pixels = (0..height)
            .flat_map(|row| (0..width).map(move |column| displayed(row, column)))
            .map(|(x, y)| self.pixels[(y * self.width + x) as usize])
            .collect();
        Self {
            width,
            height,
            pixels,
        }
    }
}

/// A part as a sample of eight bits.
pub(crate) fn level(part: f64) -> u8 {
    (part * 255.0).round() as u8
}

/// Samples of up to eight bits put together into bytes, the first highest, each row beginning in a fresh byte.
pub(crate) fn packed(samples: &[u8], width: u32, bits: u8) -> Vec<u8> {
    let pack = |samples: &[u8]| {
        let places = (0..8 / bits).rev();
        let shifted = samples
            .iter()
            .zip(places)
            .map(|(sample, place)| sample << (place * bits));
        shifted.fold(0, |byte, part| byte | part)
    };
    samples
        .chunks(width as usize)
        .flat_map(|row| row.chunks(usize::from(8 / bits)).map(pack))
        .collect()
}

/// An EXIF block that says nothing but the orientation, as a camera with Motorola's byte order writes it.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    block.extend(orientation.to_be_bytes());
    block.extend([0; 6]);
    block
}
