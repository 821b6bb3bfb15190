//! Files that come in chunks.

use crate::samples::{Drawing, jpeg, png};
use proptest::prelude::*;
use thumbnail::{Error, ErrorKind, Limits, Progress, Spec, Stream, render_all};

/// Feeds the chunks as a caller would: no further than the stream wants.
fn streamed<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    limits: Limits,
) -> Result<thumbnail::Rendered, Error> {
    let mut stream = Stream::new(vec![Spec::default()], limits);
    for chunk in chunks {
        if stream.push(chunk)? == Progress::Enough {
            break;
        }
    }
    stream.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn the_chunks_make_no_difference(cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        for file in [jpeg::usual(&Drawing::gradient(90, 70)), png::usual(&Drawing::gradient(90, 70))] {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(file.len())).collect();
            cuts.extend([0, file.len()]);
            cuts.sort_unstable();
            let chunks = cuts.windows(2).map(|pair| &file[pair[0]..pair[1]]);
            let whole = render_all(&file, &[Spec::default()], &Limits::default()).expect("a picture");
            prop_assert_eq!(streamed(chunks, Limits::default()).expect("a picture"), whole);
        }
    }
}

#[test]
fn byte_by_byte_is_no_different() {
    let file = png::usual(&Drawing::gradient(20, 20));
    let whole = render_all(&file, &[Spec::default()], &Limits::default()).expect("a picture");
    assert_eq!(
        streamed(file.chunks(1), Limits::default()).expect("a picture"),
        whole
    );
}

#[test]
fn too_many_bytes_are_refused_before_they_are_held() {
    let limits = Limits {
        source_bytes: 1000,
        ..Limits::default()
    };
    let mut stream = Stream::new(vec![Spec::default()], limits);
    let announced = stream.expect_bytes(1001).expect_err("too many");
    assert!(matches!(
        announced,
        Error::TooManyBytes {
            bytes: 1001,
            limit: 1000
        }
    ));

    let mut stream = Stream::new(vec![Spec::default()], limits);
    let start = &png::usual(&Drawing::gradient(20, 20))[..64];
    assert_eq!(stream.push(start).expect("not yet"), Progress::More);
    assert_eq!(
        stream.push(&[0; 936]).expect("just so many"),
        Progress::More
    );
    let error = stream.push(&[0]).expect_err("one too many");
    assert_eq!(error.kind(), ErrorKind::ImageTooLarge);
}

#[test]
fn an_announced_size_may_be_wrong() {
    let file = png::usual(&Drawing::gradient(20, 20));
    for announced in [0, 1, file.len() as u64, 100_000] {
        let mut stream = Stream::new(vec![Spec::default()], Limits::default());
        stream.expect_bytes(announced).expect("not too many");
        let _ = stream.push(&file).expect("a picture");
        assert_eq!(stream.finish().expect("a picture").pictures.len(), 1);
    }
}

#[test]
fn what_is_no_picture_is_refused_by_its_first_bytes() {
    let mut stream = Stream::new(vec![Spec::default()], Limits::default());
    let text = "Dear Sir or Madam, please find attached what is no picture";
    assert_eq!(
        stream.push(&text.as_bytes()[..16]).expect("not known yet"),
        Progress::More
    );
    let error = stream.push(&text.as_bytes()[16..]).expect_err("no picture");
    assert!(matches!(error, Error::NotAPicture { .. }), "{error}");

    let short = streamed([&b"GIF"[..]], Limits::default()).expect_err("no picture");
    assert!(matches!(short, Error::NotAPicture { .. }), "{short}");
    let empty = streamed([], Limits::default()).expect_err("no picture");
    assert!(matches!(empty, Error::Empty), "{empty}");
}
