//! JPEGs that break the rules and are shown by others all the same.

use crate::samples::{BLUE, Drawing, GREEN, RED, WHITE, jpeg};
use crate::thumbnail;

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];
const SIDE: u16 = 48;

fn usual() -> Vec<u8> {
    jpeg::usual(&Drawing::quarters(SIDE.into(), SIDE.into(), COLOURS))
}

/// Where the contents of the first segment with this marker begin.
fn contents(file: &[u8], marker: u8) -> usize {
    let found = file.windows(2).position(|pair| pair == [0xFF, marker]);
    found.expect("a segment") + 4
}

#[track_caller]
fn assert_shown(file: &[u8]) {
    thumbnail(file).assert_quarters(COLOURS, 5);
}

#[test]
fn a_segment_that_is_shorter_than_its_own_length() {
    for length in [0, 1] {
        for marker in [0xE0, 0xE5, 0xFE] {
            let mut file = usual();
            file.splice(2..2, [0xFF, marker, 0, length]);
            assert_shown(&file);
        }
    }
}

#[test]
fn components_of_one_name() {
    for names in [[1, 1, 1], [1, 1, 2], [2, 1, 1], [9, 3, 9]] {
        let mut file = usual();
        let (frame, scan) = (contents(&file, 0xC0), contents(&file, 0xDA));
        for (nth, name) in names.into_iter().enumerate() {
            file[frame + 6 + 3 * nth] = name;
            file[scan + 1 + 2 * nth] = name;
        }
        assert_shown(&file);
    }
}

#[test]
fn a_height_behind_the_picture() {
    let mut file = usual();
    let frame = contents(&file, 0xC0);
    file[frame + 1..frame + 3].fill(0);
    let end = file.len() - 2;
    let [high, low] = SIDE.to_be_bytes();
    let late = [0xFF, 0xDC, 0, 4, high, low];
    let behind = [&file[..end], &late, &file[end..]].concat();
    assert_shown(&behind);
    // What stands before the picture says nothing, and what says nothing else is refused.
    let before = [&file[..2], &late, &file[2..]].concat();
    let refused = thumbnail::render(
        &before,
        &thumbnail::Spec::default(),
        &thumbnail::Limits::default(),
    );
    assert_eq!(
        refused.expect_err("no height").kind(),
        thumbnail::ErrorKind::UnsupportedFormat
    );
    let needless = [&usual()[..2], &late, &usual()[2..]].concat();
    assert_shown(&needless);
}
