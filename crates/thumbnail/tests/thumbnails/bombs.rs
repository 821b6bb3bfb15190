//! Small files that stand for a lot, and large ones with little to show: through the command, in a process that may not hold more.

use crate::limits::swelling;
use crate::samples::jxl::{Kind, Over};
use crate::samples::shown::Shown;
use crate::samples::{Drawing, jpeg, jxl, png, tiff, webp};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use thumbnail::{ErrorKind, Format, Limits, Picture, Spec, render};

/// KiB of address space: what a function of 512 MiB could have.
const MEMORY: u32 = 512 << 10;

const LENGTH: usize = 300 << 20;

/// What `Drawing::gradient` shows.
const QUARTERS: [[u8; 4]; 4] = [
    [64, 64, 128, 255],
    [191, 64, 128, 255],
    [64, 191, 128, 255],
    [191, 191, 128, 255],
];

/// The thumbnail of a file by a process of its own with little memory.
#[track_caller]
fn confined(name: &str, file: &[u8], format: Format) -> Shown {
    let bytes = in_process(name, file, 20).unwrap_or_else(|said| panic!("{name}: {said}"));
    let (width, height) = (200, 200);
    Shown::decode(&Picture {
        bytes,
        format,
        width,
        height,
    })
}

/// The same within so many seconds, or what is said where there is none.
fn in_process(name: &str, file: &[u8], seconds: u32) -> Result<Vec<u8>, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bombs");
    fs::create_dir_all(&folder).expect("a folder");
    let [source, target] = ["in", "out"].map(|side| folder.join(format!("{name}.{side}")));
    fs::write(&source, file).expect("a file");
    let begin = Instant::now();
    let output = Command::new("sh")
        .args(["-c", "ulimit -v \"$0\" && exec \"$@\""])
        .arg(MEMORY.to_string())
        .arg(env!("CARGO_BIN_EXE_thumbnail"))
        .args([&source, &target])
        .arg(format!("--time-limit={seconds}"))
        .output()
        .expect("a shell");
    let _ = fs::remove_file(&source);
    // Far more than it takes on a busy machine, and far less than what inflating all of it would.
    assert!(begin.elapsed() < Duration::from_secs(15), "{name}");
    match output.status.code() {
        Some(0) => Ok(fs::read(&target).expect("a thumbnail")),
        Some(2) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        status => panic!("{name}: {status:?}"),
    }
}

#[test]
fn metadata_of_hundreds_of_mebibytes_in_a_small_png() {
    let file = png::usual(&Drawing::gradient(64, 64));
    let zeros = swelling(LENGTH);
    for (chunk, before) in [
        (*b"iCCP", &b"name\0\0"[..]),
        (*b"zTXt", b"Comment\0\0"),
        (*b"iTXt", b"Comment\0\x01\0\0\0"),
    ] {
        let swollen = png::with_chunk(&file, chunk, &[before, &zeros].concat());
        assert!(swollen.len() < 1 << 20);
        let name = String::from_utf8_lossy(&chunk);
        confined(&name, &swollen, Format::Png).assert_quarters(QUARTERS, 4);
    }
}

/// As much of a profile as each format can hold, or as fits into the largest file that is read.
#[test]
fn profiles_of_many_mebibytes() {
    let drawing = Drawing::gradient(64, 64);
    let nonsense = vec![0x5A; 100 << 20];
    let mut in_jpeg = jpeg::usual(&drawing);
    for number in (1..=255).rev() {
        let segment = [b"ICC_PROFILE\0", &[number, 255][..], &nonsense[..65_000]].concat();
        in_jpeg = jpeg::with_segment(&in_jpeg, 0xE2, &segment);
    }
    let mut in_tiff = tiff::described(&drawing);
    in_tiff.profile = Some(nonsense.clone());
    let in_webp = webp::written(&drawing, |encoder| {
        encoder.set_icc_profile(nonsense.clone());
    });
    for (name, file, format) in [
        ("jpeg", in_jpeg, Format::Jpeg),
        ("tiff", in_tiff.bytes(), Format::Jpeg),
        ("webp", in_webp, Format::WebP),
    ] {
        confined(name, &file, format).assert_quarters(QUARTERS, 5);
    }
}

/// As much EXIF as WebP can hold within the largest file that is read, and as many blocks as a JPEG of that size has room for.
#[test]
fn exif_of_many_mebibytes() {
    let drawing = Drawing::gradient(64, 64);
    let in_webp = webp::written(&drawing, |encoder| {
        encoder.set_exif_metadata(vec![0x49; 100 << 20]);
    });
    confined("exif-webp", &in_webp, Format::WebP).assert_quarters(QUARTERS, 5);
    let block = [&b"\xFF\xE1\xFF\xFAExif\0\0"[..], &[0x49; 0xFFF2]].concat();
    let usual = jpeg::usual(&drawing);
    let in_jpeg = [&usual[..2], &block.repeat(1600), &usual[2..]].concat();
    confined("exif-jpeg", &in_jpeg, Format::Jpeg).assert_quarters(QUARTERS, 5);
}

#[test]
fn a_jpeg_xl_that_claims_billions_of_pixels_is_refused() {
    for (width, height) in [
        (60_000, 60_000),
        (1 << 18, 1 << 18),
        (1 << 30, 1),
        (1 << 14, 1 << 14),
    ] {
        let begin = Instant::now();
        let file = [jxl::header(width, height), vec![0; 64]].concat();
        let error = render(&file, &Spec::default(), &Limits::default()).expect_err("too large");
        assert_eq!(
            error.kind(),
            ErrorKind::ImageTooLarge,
            "{width}x{height}: {error}"
        );
        assert!(begin.elapsed() < Duration::from_secs(1));
    }
}

/// A picture of so many pixels a side, of the last of some frames.
fn jxl_frames(side: u32, before: &[(Kind, Over)], last: Over) -> Vec<u8> {
    let frames = before.iter().copied().chain([(Kind::Last, last)]);
    let frames = frames.map(|(kind, over)| jxl::frame((side, side), kind, over));
    let frames: Vec<u8> = frames.flatten().collect();
    [jxl::header(side, side), frames].concat()
}

/// So that what is refused below is refused for its size.
#[test]
fn frames_patches_and_splines_of_a_small_jpeg_xl_are_shown() {
    let reference = [(Kind::Reference, Over::Nothing)];
    let layers = [(Kind::Layer, Over::Nothing); 3];
    // Of one group, and of several.
    for file in [
        jxl_frames(4, &[], Over::Nothing),
        jxl_frames(1030, &layers, Over::Nothing),
        jxl_frames(4, &reference, Over::Patches(3)),
        jxl_frames(2049, &reference, Over::Patches(1)),
        jxl_frames(4, &[], Over::Spline(4)),
    ] {
        crate::thumbnail(&file).assert_quarters([[0, 0, 0, 255]; 4], 0);
    }
}

#[test]
fn a_jpeg_xl_of_much_work_is_refused_in_time() {
    let layers = vec![(Kind::Layer, Over::Nothing); 300];
    let reference = [(Kind::Reference, Over::Nothing)];
    for (name, file) in [
        ("frames", jxl_frames(2049, &layers, Over::Nothing)),
        ("patches", jxl_frames(2049, &reference, Over::Patches(4096))),
        ("spline", jxl_frames(2049, &[], Over::Spline(2049))),
    ] {
        assert!(file.len() < 20_000, "{name}");
        let said = in_process(&format!("jxl-{name}"), &file, 4).expect_err("too much");
        assert!(said.contains("ImageTooLarge"), "{name}: {said}");
    }
}

/// What a frame takes is known from its size, and what further ones take only while they come.
#[test]
fn a_jpeg_xl_that_runs_out_of_memory_is_too_large_and_not_broken() {
    let reference = [(Kind::Reference, Over::Nothing)];
    let limits = Limits {
        memory_bytes: 150 << 20,
        ..Limits::default()
    };
    let alone = jxl_frames(2049, &[], Over::Nothing);
    assert!(render(&alone, &Spec::default(), &limits).is_ok());
    let file = jxl_frames(2049, &reference, Over::Patches(1));
    let error = render(&file, &Spec::default(), &limits).expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::ImageTooLarge, "{error}");
}
