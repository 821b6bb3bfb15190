//! What holds for any file at all.

use crate::samples::{Drawing, bmp, exif, gif, jpeg, png, tiff, webp};
use ::png::{BitDepth, ColorType};
use proptest::prelude::*;
use proptest::sample::Index;
use thumbnail::{Fit, Limits, OutputFormat, Size, Spec, render, render_all};

/// A valid file of each kind, small enough to be tried often.
fn files() -> Vec<Vec<u8>> {
    let gradient = Drawing::gradient(37, 23);
    let few = Drawing::quarters(37, 23, [[9, 9, 9, 255], [0; 4], [255; 4], [200, 0, 0, 255]]);
    let progressive = jpeg::written(&gradient, jpeg_encoder::ColorType::Rgb, |encoder| {
        encoder.set_progressive(true);
    });
    let ink = jpeg::written(&gradient, jpeg_encoder::ColorType::CmykAsYcck, |_| {});
    vec![
        jpeg::with_exif(&jpeg::usual(&gradient), &exif(6)),
        progressive,
        ink,
        png::usual(&gradient),
        png::png(&few, ColorType::Indexed, BitDepth::Two),
        png::png(&gradient, ColorType::Rgba, BitDepth::Sixteen),
        webp::usual(&gradient),
        webp::usual(&few),
        webp::container(&[
            webp::extended(0, 16, 16),
            webp::lossy((16, 16))[12..].to_vec(),
        ]),
        gif::usual(&few),
        bmp::usual(&gradient),
        bmp::usual(&few),
        tiff::usual(&gradient),
        tiff::Tiff::new(&few, 3, 2, 1)
            .tag(tiff::COLOURS, &[0; 12])
            .chunk(vec![0x1B; 230])
            .bytes(),
    ]
}

/// Small, so that a damaged header cannot make the test slow.
const LIMITS: Limits = Limits {
    source_bytes: 1 << 20,
    pixels: 1 << 20,
    memory_bytes: 64 << 20,
    deadline: None,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// There is an answer for any file, and a picture among the answers is as large as was asked for.
    #[test]
    fn a_damaged_file_has_an_answer(
        which: Index,
        damage in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..12),
        end: Option<Index>,
    ) {
        let files = files();
        let mut file = files[which.index(files.len())].clone();
        for (place, byte) in damage {
            let place = place.index(file.len());
            file[place] = byte;
        }
        if let Some(end) = end {
            file.truncate(end.index(file.len()));
        }
        if let Ok(picture) = render(&file, &Spec::default(), &LIMITS) {
            prop_assert_eq!((picture.width, picture.height), (200, 200));
        }
    }

    #[test]
    fn any_bytes_behind_a_known_start_have_an_answer(
        which: Index,
        start in 0..64_usize,
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let files = files();
        let file = &files[which.index(files.len())];
        let mut file = file[..start.min(file.len())].to_vec();
        file.extend(bytes);
        let _ = render(&file, &Spec::default(), &LIMITS);
    }

    #[test]
    fn a_cover_is_exactly_as_large_as_was_asked_for(
        source in (1..120_u32, 1..120_u32),
        size in (1..150_u32, 1..150_u32),
        orientation in 1..=8_u16,
    ) {
        let drawing = Drawing::gradient(source.0, source.1);
        let file = png::with_chunk(&png::usual(&drawing), *b"eXIf", &exif(orientation));
        let size = Size::new(size.0, size.1).expect("a size");
        for fit in [Fit::Cover, Fit::Contain, Fit::Fill] {
            let picture = render(&file, &Spec::new(size).with_fit(fit), &LIMITS).expect("a picture");
            prop_assert_eq!((picture.width, picture.height), (size.width(), size.height()));
        }
    }
}

#[test]
fn the_same_file_gives_the_same_bytes_again() {
    let specs = OutputFormat::ALL.map(|format| Spec::default().with_format(format));
    for file in files() {
        let first = render_all(&file, &specs, &Limits::default()).expect("a picture");
        // Something else in between, and on another thread, so that nothing kept from before can be why.
        let _ = render(
            &jpeg::usual(&Drawing::gradient(300, 200)),
            &specs[0],
            &Limits::default(),
        );
        assert_eq!(
            render_all(&file, &specs, &Limits::default()).expect("a picture"),
            first
        );
        let elsewhere = std::thread::spawn(move || {
            render_all(&file, &specs, &Limits::default()).expect("a picture")
        });
        assert_eq!(elsewhere.join().expect("no panic"), first);
    }
}
