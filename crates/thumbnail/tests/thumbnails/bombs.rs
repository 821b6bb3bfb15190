//! Small files that stand for a lot, and large ones with little to show: through the command, in a process that may not hold more.

use crate::limits::swelling;
use crate::samples::shown::Shown;
use crate::samples::{Drawing, jpeg, png, tiff, webp};
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
        .output()
        .expect("a shell");
    let _ = fs::remove_file(&source);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    // Far more than it takes on a busy machine, and far less than what inflating all of it would.
    assert!(begin.elapsed() < Duration::from_secs(15), "{name}");
    let bytes = fs::read(&target).expect("a thumbnail");
    let (width, height) = (200, 200);
    Shown::decode(&Picture {
        bytes,
        format,
        width,
        height,
    })
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

/// The header of JPEG XL (ISO/IEC 18181-1, annexes B and D): numbers of so many bits, each from its lowest on.
fn jxl_header(width: u32, height: u32) -> Vec<u8> {
    let mut bits = Vec::new();
    let mut put = |value: u32, count: u32| bits.extend((0..count).map(|bit| value >> bit & 1));
    // Not in eights; of 30 bits, less one; of no usual shape; and nothing special.
    put(0, 1);
    put(3, 2);
    put(height - 1, 30);
    put(0, 3);
    put(3, 2);
    put(width - 1, 30);
    put(1, 1);
    let bytes = bits.chunks(8).map(|bits| {
        let places = bits.iter().enumerate();
        places.fold(0, |byte, (place, &bit)| byte | (bit as u8) << place)
    });
    [0xFF, 0x0A]
        .into_iter()
        .chain(bytes)
        .chain([0; 64])
        .collect()
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
        let file = jxl_header(width, height);
        let error = render(&file, &Spec::default(), &Limits::default()).expect_err("too large");
        assert_eq!(
            error.kind(),
            ErrorKind::ImageTooLarge,
            "{width}x{height}: {error}"
        );
        assert!(begin.elapsed() < Duration::from_secs(1));
    }
}
