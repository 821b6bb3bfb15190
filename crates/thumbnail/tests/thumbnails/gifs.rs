//! GIF: its screen, its rows, and what programs write that the specification doesn't know.

use crate::formats::{COLOURS, check, colours};
use crate::samples::{BLACK, BLUE, CLEAR, Drawing, GREEN, RED, WHITE, gif, shown::assert_near};
use crate::thumbnail;
use thumbnail::{Format, Limits, Spec, Warning, render_all};

#[test]
fn whole_and_as_part_of_its_screen() {
    check(&gif::usual(&colours()), COLOURS, Format::Gif);
    let quarters = [RED, CLEAR, BLUE, WHITE];
    check(
        &gif::usual(&Drawing::quarters(64, 64, quarters)),
        quarters,
        Format::Gif,
    );

    // A frame in the right half of the screen: the left half is see-through.
    let half = Drawing::quarters(32, 64, [RED, RED, BLUE, BLUE]);
    let file = gif::on_screen(&[(&half, (32, 0))], (64, 64));
    check(&file, [CLEAR, RED, CLEAR, BLUE], Format::Gif);

    // A screen grows with a frame that hangs over it: to the right, to 128 by 64, and below, to 64 by 128.
    let wide = Drawing::quarters(128, 64, [RED, GREEN, BLUE, WHITE]);
    check(
        &gif::on_screen(&[(&wide, (0, 0))], (64, 64)),
        [RED, GREEN, BLUE, WHITE],
        Format::Gif,
    );
    let low = Drawing::quarters(64, 64, [GREEN, GREEN, BLUE, BLUE]);
    let file = gif::on_screen(&[(&low, (0, 64))], (64, 64));
    check(&file, [CLEAR, CLEAR, GREEN, GREEN], Format::Gif);
}

/// As browsers show it.
#[test]
fn without_a_palette_it_is_black() {
    let mut file = gif::usual(&Drawing::quarters(64, 64, [RED, GREEN, BLUE, WHITE]));
    let flags = gif::frame(&file) + 9;
    let colours = 2 << (file[flags] & 7);
    file[flags] = 0;
    file.drain(flags + 1..=flags + 3 * colours);
    thumbnail(&file).assert_quarters([BLACK; 4], 0);
}

#[test]
fn rows_in_four_passes() {
    // Of few rows the last passes have none.
    for height in [1, 2, 3, 5, 8, 9, 64, 101] {
        let drawing = Drawing::new(64, height, |x, y| {
            let row = (y * f64::from(height)) as u8;
            [row * 2, if x < 0.5 { 0 } else { 255 }, 0, 255]
        });
        let one = thumbnail(&gif::interlaced(&drawing, 4));
        let other = thumbnail(&gif::usual(&drawing));
        assert!(one.pixels == other.pixels, "{height} rows");
    }
}

/// A row that doesn't come is as the one above it in the passes before, as browsers show it.
#[test]
fn rows_of_some_passes() {
    let drawing = Drawing::quarters(160, 160, [RED, GREEN, WHITE, BLUE]);
    for passes in 1..4 {
        let file = gif::interlaced(&drawing, passes);
        thumbnail(&file).assert_quarters([RED, GREEN, WHITE, BLUE], 0);
        let shown = render_all(&file, &[Spec::default()], &Limits::default());
        let warnings = shown.expect("a picture").source.warnings;
        assert!(
            matches!(warnings[..], [Warning::Damaged { .. }]),
            "{warnings:?}"
        );
    }
}

/// As browsers have it.
#[test]
fn a_frame_of_no_size_is_as_large_as_the_screen() {
    let mut file = gif::usual(&colours());
    gif::claim(&mut file, (0, 64));
    check(&file, COLOURS, Format::Gif);
}

#[test]
fn bytes_between_blocks_are_passed_over() {
    let mut file = gif::usual(&colours());
    let frame = gif::frame(&file);
    file.splice(frame..frame, [0, 0, 0x99]);
    check(&file, COLOURS, Format::Gif);
}

/// As ImageMagick and others write them, so that readers start afresh, and with nothing between some of them.
#[test]
fn a_table_may_be_cleared_at_any_time() {
    // In codes of four bits: eight colours, one that clears the table, and one that ends the picture.
    let (clear, end) = (8, 9);
    let codes = [
        clear, clear, 1, clear, clear, clear, 2, 3, clear, 4, clear, end,
    ];
    let packed: Vec<u8> = codes.chunks(2).map(|pair| pair[0] | pair[1] << 4).collect();
    let colours = [
        [0; 3],
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255; 3],
        [0; 3],
        [0; 3],
        [0; 3],
    ];
    for block in [1, 2, 6] {
        let mut file = b"GIF89a\x02\x00\x02\x00\xA2\x00\x00".to_vec();
        file.extend(colours.concat());
        file.extend(b"\x2C\0\0\0\0\x02\0\x02\0\0\x03");
        for codes in packed.chunks(block) {
            file.push(u8::try_from(codes.len()).expect("a short block"));
            file.extend(codes);
        }
        file.extend([0, 0x3B]);
        // Near the corners, where the colours of the four pixels don't mix.
        let shown = thumbnail(&file);
        for ((x, y), colour) in [
            ((0.1, 0.1), RED),
            ((0.9, 0.1), GREEN),
            ((0.1, 0.9), BLUE),
            ((0.9, 0.9), WHITE),
        ] {
            assert_near(shown.part(x, y), colour, 8);
        }
    }
}
