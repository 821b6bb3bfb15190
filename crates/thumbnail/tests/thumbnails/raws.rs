//! Raw photographs, of which the preview is shown.

use crate::samples::raw::{self, Directories, PANASONIC, TIFF};
use crate::samples::{BLACK, BLUE, Drawing, GREEN, RED, WHITE, exif, jpeg, tiff};
use crate::thumbnail;
use thumbnail::{ErrorKind, Format, Limits, Spec, render, render_all};

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];

const COMPRESSION: u16 = 259;
const MEANING: u16 = 262;
const STRIP: [u16; 2] = [273, 279];
const ORIENTATION: u16 = 274;
const PICTURES: u16 = 330;
const JPEG: [u16; 2] = [513, 514];
const DNG_VERSION: u16 = 50_706;
const COLOUR_FILTER: u32 = 32_803;

/// A preview as cameras store it that were held on their side, which says nothing of it.
fn turned() -> Vec<u8> {
    jpeg::usual(&Drawing::quarters(96, 160, COLOURS).stored(6))
}

#[track_caller]
fn check(file: &[u8]) {
    thumbnail(file).assert_quarters(COLOURS, 6);
    let rendered = render_all(file, &[Spec::default()], &Limits::default()).expect("a preview");
    assert_eq!(rendered.source.format, Format::Raw);
    assert_eq!(rendered.pictures[0].format, Format::Jpeg);
}

/// Tags of a place.
fn at(tags: [u16; 2], place: [u32; 2]) -> [(u16, u32); 2] {
    [(tags[0], place[0]), (tags[1], place[1])]
}

#[test]
fn the_preview_of_every_maker_is_shown_upright() {
    // Nikon, Sony, Samsung: in a directory of its own, beside that of the data.
    let mut file = Directories::new(TIFF);
    let data = file.directory(&[(MEANING, COLOUR_FILTER)], 0);
    let place = file.part(&turned());
    let preview = file.directory(&at(JPEG, place), data);
    let first = file.directory(&[(ORIENTATION, 6), (PICTURES, preview)], data);
    check(&file.bytes(first));

    // Canon until 2018: the only strip of the first directory.
    let mut file = Directories::of_canon();
    let [offset, length] = at(STRIP, file.part(&turned()));
    let first = file.directory(&[(COMPRESSION, 6), offset, (ORIENTATION, 6), length], 0);
    check(&file.bytes(first));

    // Adobe.
    let mut file = Directories::new(TIFF);
    let [offset, length] = at(STRIP, file.part(&turned()));
    let preview = file.directory(&[(COMPRESSION, 7), (MEANING, 6), offset, length], 0);
    let tags = [(ORIENTATION, 6), (PICTURES, preview), (DNG_VERSION, 0x0401)];
    let first = file.directory(&tags, 0);
    check(&file.bytes(first));

    let mut file = Directories::new(PANASONIC);
    let [offset, length] = file.part(&turned());
    let first = file.typed(&[(46, 7, length, offset), (ORIENTATION, 3, 1, 6)], 0);
    check(&file.bytes(first));

    check(&raw::canon(&turned(), 6));
    check(&raw::fujifilm(&jpeg::with_exif(&turned(), &exif(6))));
}

/// Sony's first directory has a small one, and the data is a JPEG without loss.
#[test]
fn the_largest_preview_is_shown() {
    let small = jpeg::usual(&Drawing::quarters(80, 48, [BLACK; 4]));
    let mut without_loss = jpeg::usual(&Drawing::quarters(800, 480, [BLACK; 4]));
    let frame = without_loss
        .windows(2)
        .position(|two| two == [0xFF, 0xC0])
        .expect("a frame");
    without_loss[frame + 1] = 0xC3;
    let mut file = Directories::new(TIFF);
    let [offset, length] = at(STRIP, file.part(&without_loss));
    let data = file.directory(
        &[(COMPRESSION, 7), (MEANING, COLOUR_FILTER), offset, length],
        0,
    );
    let [offset, length] = at(JPEG, file.part(&turned()));
    let large = file.directory(&[offset, length], data);
    let [offset, length] = at(JPEG, file.part(&small));
    let first = file.directory(&[(ORIENTATION, 6), (PICTURES, data), offset, length], large);
    check(&file.bytes(first));
}

/// A preview that has EXIF of its own says which way up it is, whatever the photograph is.
#[test]
fn what_a_preview_says_of_itself_comes_first() {
    check(&raw::canon(&jpeg::with_exif(&turned(), &exif(6)), 8));
}

#[test]
fn an_ordinary_tiff_is_shown_itself() {
    let hidden = jpeg::usual(&Drawing::quarters(640, 480, [BLACK; 4]));
    let mut file = tiff::usual(&Drawing::quarters(32, 32, COLOURS));
    let place = [file.len() as u32, hidden.len() as u32];
    file.extend(hidden);
    // The directory is at the end of what was written; another after it has the JPEG.
    let first = u32::from_le_bytes(file[4..8].try_into().expect("a number")) as usize;
    let count = usize::from(u16::from_le_bytes([file[first], file[first + 1]]));
    let next = first + 2 + 12 * count;
    let second = (file.len() as u32).to_le_bytes();
    file[next..next + 4].copy_from_slice(&second);
    file.extend(2_u16.to_le_bytes());
    for (tag, value) in at(JPEG, place) {
        file.extend(tag.to_le_bytes());
        file.extend(4_u16.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    thumbnail(&file).assert_quarters(COLOURS, 2);
}

#[test]
fn a_photograph_without_a_preview_is_refused_by_name() {
    let refused = |file: &[u8]| {
        let error = render(file, &Spec::default(), &Limits::default()).expect_err("no preview");
        assert_eq!(error.kind(), ErrorKind::UnsupportedFormat);
        error.to_string()
    };
    let without = [raw::canon(b"nothing", 1), raw::fujifilm(b"nothing")];
    for file in without {
        assert!(
            refused(&file).contains("without a preview"),
            "{}",
            refused(&file)
        );
    }
    let mut file = Directories::new(TIFF);
    let tags = [
        (256, 64),
        (257, 64),
        (COMPRESSION, 34_713),
        (MEANING, COLOUR_FILTER),
    ];
    let first = file.directory(&tags, 0);
    refused(&file.bytes(first));
}
