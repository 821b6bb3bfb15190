//! Which way up a picture is stored.

use crate::raster::Raster;

/// The way from the stored picture to the upright one: first the stored picture is mirrored, then its rows
/// become columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orientation {
    /// Left and right of the stored picture change places.
    mirror_x: bool,
    /// Top and bottom of the stored picture change places.
    mirror_y: bool,
    /// Rows and columns change places, after the mirroring.
    transpose: bool,
}

impl Orientation {
    /// The orientation for the value of the EXIF and TIFF tag 274, whose values are named for what the stored picture's
    /// first row and first column are when it is displayed. Anything but 1 to 8 counts as upright.
    pub(crate) const fn from_exif(value: u16) -> Self {
        let (mirror_x, mirror_y, transpose) = match value {
            2 => (true, false, false),
            3 => (true, true, false),
            4 => (false, true, false),
            5 => (false, false, true),
            6 => (false, true, true),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self {
            mirror_x,
            mirror_y,
            transpose,
        }
    }

    /// The value that [`from_exif`](Self::from_exif) makes it from.
    pub(crate) const fn to_exif(self) -> u16 {
        match (self.mirror_x, self.mirror_y, self.transpose) {
            (false, false, false) => 1,
            (true, false, false) => 2,
            (true, true, false) => 3,
            (false, true, false) => 4,
            (false, false, true) => 5,
            (false, true, true) => 6,
            (true, true, true) => 7,
            (true, false, true) => 8,
        }
    }

    /// The same with what is displayed turned to the left by a quarter: its rows become columns, and then its top the bottom.
    pub(crate) const fn then_turned_left(self) -> Self {
        let transpose = !self.transpose;
        Self { transpose, ..self }.then_mirrored(false)
    }

    /// The same with left and right of what is displayed changing places, or top and bottom.
    pub(crate) const fn then_mirrored(self, left_and_right: bool) -> Self {
        if left_and_right == self.transpose {
            Self {
                mirror_y: !self.mirror_y,
                ..self
            }
        } else {
            Self {
                mirror_x: !self.mirror_x,
                ..self
            }
        }
    }

    /// First this one, then the other.
    pub(crate) const fn then(self, other: Self) -> Self {
        let mut both = self;
        if other.mirror_x {
            both = both.then_mirrored(true);
        }
        if other.mirror_y {
            both = both.then_mirrored(false);
        }
        if other.transpose {
            both = both.then_turned_left().then_mirrored(false);
        }
        both
    }

    /// A stored size as it is displayed, or the other way round: that is the same.
    pub(crate) const fn turn<T: Copy>(self, (width, height): (T, T)) -> (T, T) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// The stored picture, upright.
    pub(crate) fn upright(self, stored: Raster) -> Raster {
        if self == Self::default() {
            return stored;
        }
        let (width, height) = self.turn((stored.width, stored.height));
        let count = stored.channels.count();
        let mut samples = Vec::with_capacity(stored.samples.len());
        for y in 0..height {
            for x in 0..width {
                let (mut from_x, mut from_y) = self.turn((x, y));
                if self.mirror_x {
                    from_x = stored.width - 1 - from_x;
                }
                if self.mirror_y {
                    from_y = stored.height - 1 - from_y;
                }
                let at = (from_y as usize * stored.width as usize + from_x as usize) * count;
                samples.extend_from_slice(&stored.samples[at..at + count]);
            }
        }
        Raster {
            width,
            height,
            samples,
            ..stored
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Channels;

    #[test]
    fn every_value_is_told_again() {
        for value in 1..=8 {
            assert_eq!(Orientation::from_exif(value).to_exif(), value);
        }
        assert_eq!(Orientation::from_exif(9).to_exif(), 1);
    }

    /// `ab` over `cd`, as each way shows it.
    #[test]
    fn one_way_after_the_other_is_a_way() {
        let shown = |orientation: Orientation| {
            let raster = Raster {
                channels: Channels::Grey,
                width: 2,
                height: 2,
                samples: b"abcd".to_vec(),
            };
            String::from_utf8(orientation.upright(raster).samples).expect("letters")
        };
        let upright = Orientation::default();
        let left = upright.then_turned_left();
        assert_eq!(shown(left), "bdac");
        assert_eq!(shown(left.then_turned_left()), "dcba");
        assert_eq!(shown(upright.then_mirrored(true)), "badc");
        assert_eq!(shown(upright.then_mirrored(false)), "cdab");
        assert_eq!(shown(left.then_mirrored(true)), "dbca");
        assert_eq!(shown(left.then_mirrored(false)), "acbd");
        let ways = (1..=8).map(Orientation::from_exif);
        for (first, second) in ways
            .clone()
            .flat_map(|first| ways.clone().map(move |second| (first, second)))
        {
            let raster = Raster {
                channels: Channels::Grey,
                width: 2,
                height: 2,
                samples: shown(first).into_bytes(),
            };
            let twice = second.upright(raster).samples;
            assert_eq!(shown(first.then(second)).into_bytes(), twice);
        }
    }

    /// The upright picture is `abc` over `def`. What each value stores is written down from the definition of the tag:
    /// the name of the value says where the stored first row and first column are displayed.
    #[test]
    fn all_eight_come_out_upright() {
        let check = |value: u16, stored: &[&str]| {
            let raster = Raster {
                channels: Channels::Grey,
                width: u32::try_from(stored[0].len()).expect("small"),
                height: u32::try_from(stored.len()).expect("small"),
                samples: stored.concat().into_bytes(),
            };
            let upright = Orientation::from_exif(value).upright(raster);
            assert_eq!((upright.width, upright.height), (3, 2), "value {value}");
            assert_eq!(upright.samples, b"abcdef", "value {value}");
        };
        check(1, &["abc", "def"]); // row 0 is the top, column 0 the left
        check(2, &["cba", "fed"]); // top, right
        check(3, &["fed", "cba"]); // bottom, right
        check(4, &["def", "abc"]); // bottom, left
        check(5, &["ad", "be", "cf"]); // left, top
        check(6, &["cf", "be", "ad"]); // right, top
        check(7, &["fc", "eb", "da"]); // right, bottom
        check(8, &["da", "eb", "fc"]); // left, bottom
        check(0, &["abc", "def"]);
        check(9, &["abc", "def"]);
    }
}
