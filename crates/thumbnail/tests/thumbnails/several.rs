//! Several thumbnails from one decode.

use crate::samples::{Drawing, Shown, exif, gif, jpeg, png, tiff, webp};
use thumbnail::{Fit, Limits, OutputFormat, Quality, Size, Spec, render, render_all};

fn specs() -> Vec<Spec> {
    let size = |width, height| Size::new(width, height).expect("a size");
    vec![
        Spec::default(),
        Spec::new(size(40, 300)).with_format(OutputFormat::Jpeg),
        Spec::new(size(90, 30))
            .with_fit(Fit::Inside)
            .with_format(OutputFormat::WebP),
        Spec::new(size(50, 70))
            .with_fit(Fit::Contain)
            .with_format(OutputFormat::Png),
        Spec::default()
            .with_fit(Fit::Fill)
            .with_format(OutputFormat::Gif),
        Spec::default().with_quality(Quality::new(95).expect("a quality")),
    ]
}

/// Also when the rows come in bands, of which a picture of this size has several, and each spec needs others of them.
#[test]
fn each_is_the_one_that_would_be_made_alone() {
    let drawing = Drawing::gradient(900, 1300);
    let few = Drawing::quarters(
        90,
        130,
        [[9, 9, 9, 255], [0; 4], [255; 4], [200, 0, 0, 255]],
    );
    let files = [
        png::usual(&drawing),
        webp::usual(&drawing),
        tiff::usual(&drawing),
        gif::usual(&few),
        png::usual(&few),
    ];
    let limits = Limits::default();
    for file in files {
        let together = render_all(&file, &specs(), &limits)
            .expect("a picture")
            .pictures;
        assert_eq!(together.len(), specs().len());
        for (picture, spec) in together.iter().zip(specs()) {
            let alone = render(&file, &spec, &limits).expect("a picture");
            assert_eq!(*picture, alone, "{spec}");
        }
    }
}

/// A JPEG is decoded once, as large as the largest thumbnail needs, which shows a little in the others.
#[test]
fn thumbnails_of_a_jpeg_are_alike_whether_made_alone_or_with_larger_ones() {
    let drawing = Drawing::gradient(900, 1300);
    let file = jpeg::with_exif(&jpeg::usual(&drawing), &exif(6));
    let limits = Limits::default();
    let lossless = specs()
        .into_iter()
        .map(|spec| spec.with_format(OutputFormat::Png));
    let specs: Vec<_> = lossless.collect();
    let together = render_all(&file, &specs, &limits).expect("a picture");
    let again = render_all(&file, &specs, &limits).expect("a picture");
    assert_eq!(together, again);
    for (picture, spec) in together.pictures.iter().zip(specs) {
        let alone = render(&file, &spec, &limits).expect("a picture");
        let (picture, alone) = (Shown::decode(picture), Shown::decode(&alone));
        assert_eq!((picture.width, picture.height), (alone.width, alone.height));
        let samples = picture
            .pixels
            .iter()
            .flatten()
            .zip(alone.pixels.iter().flatten());
        let most = samples.map(|(one, other)| one.abs_diff(*other)).max();
        assert!(most <= Some(12), "{spec}: {most:?}");
    }
}

#[test]
fn a_better_quality_takes_more_bytes() {
    let file = jpeg::usual(&Drawing::new(200, 200, |x, y| {
        let noise = (x * 7919.0 + y * 104_729.0).sin() * 43_758.0;
        let grey = (255.0 * noise.rem_euclid(1.0)) as u8;
        [grey, grey, 255 - grey, 255]
    }));
    let quality = |value| Spec::default().with_quality(Quality::new(value).expect("a quality"));
    let specs: Vec<_> = [1, 20, 50, 80, 90, 100].map(quality).to_vec();
    let pictures = render_all(&file, &specs, &Limits::default())
        .expect("a picture")
        .pictures;
    let lengths: Vec<_> = pictures.iter().map(|picture| picture.bytes.len()).collect();
    assert!(
        lengths.is_sorted_by(|less, more| less < more),
        "{lengths:?}"
    );
}
