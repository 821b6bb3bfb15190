//! The project's own pictures for the comparison, made by code: `bench-pictures DIRECTORY` writes those that are missing.
//!
//! What no encoder in Rust writes as the world does (progressive JPEG with successive approximation, lossy WebP) is left
//! as NAME.ppm; `peers/pixels.py` makes NAME of it.

mod files;
mod noise;
mod scene;

use std::{error::Error, fs, io, path::Path, process::ExitCode};

use files::{Jpeg, Kind};
use jpeg_encoder::SamplingFactor;

/// Raised when a picture changes, so that those made before are made again.
const SET: u32 = 3;

/// Quality and Huffman tables of a camera.
const CAMERA: Jpeg = Jpeg {
    quality: 90,
    sampling: Some(SamplingFactor::F_2_2),
    restart_interval: 0,
    optimised: false,
};

/// What programs write that get a picture ready for the web.
const WEB: Jpeg = Jpeg {
    quality: 85,
    optimised: true,
    ..CAMERA
};

const fn sampled(sampling: SamplingFactor, jpeg: Jpeg) -> Kind {
    Kind::Jpeg(Jpeg {
        sampling: Some(sampling),
        ..jpeg
    })
}

const GREY: Kind = Kind::Jpeg(Jpeg {
    sampling: None,
    ..CAMERA
});

/// One row of sixteen pixels high blocks between two markers, as some cameras do.
const RESTARTS: Kind = Kind::Jpeg(Jpeg {
    restart_interval: 4032 / 16,
    ..CAMERA
});

/// A marker behind every four MCUs, as other cameras and many telephones do.
const MANY_RESTARTS: Jpeg = Jpeg {
    restart_interval: 4,
    ..CAMERA
};

const PICTURES: [(&str, u16, u16, Kind); 22] = [
    ("baseline-420-290x442.jpg", 290, 442, Kind::Jpeg(WEB)),
    ("baseline-420-1mp.jpg", 1280, 853, Kind::Jpeg(WEB)),
    ("baseline-420-2mp.jpg", 1800, 1200, Kind::Jpeg(WEB)),
    ("baseline-420-6mp.jpg", 3000, 2000, Kind::Jpeg(WEB)),
    ("baseline-420-12mp.jpg", 4032, 3024, Kind::Jpeg(CAMERA)),
    ("baseline-420-12mp-restarts.jpg", 4032, 3024, RESTARTS),
    ("baseline-420-24mp.jpg", 6000, 4000, Kind::Jpeg(CAMERA)),
    ("baseline-420-48mp.jpg", 8064, 6048, Kind::Jpeg(CAMERA)),
    (
        "baseline-422-12mp.jpg",
        4032,
        3024,
        sampled(SamplingFactor::F_2_1, CAMERA),
    ),
    (
        "baseline-422-8mp-many-restarts.jpg",
        3264,
        2448,
        sampled(SamplingFactor::F_2_1, MANY_RESTARTS),
    ),
    (
        "baseline-444-12mp.jpg",
        4032,
        3024,
        sampled(SamplingFactor::F_1_1, CAMERA),
    ),
    ("baseline-grey-12mp.jpg", 4032, 3024, GREY),
    ("progressive-420-12mp.jpg", 4032, 3024, Kind::Pixels),
    ("progressive-444-15mp.jpg", 4800, 3200, Kind::Pixels),
    ("lossy-12mp.webp", 4000, 3000, Kind::Pixels),
    ("rgb-8mp.png", 3264, 2448, Kind::PngRgb),
    ("rgba-3mp.png", 2048, 1536, Kind::PngRgba),
    ("palette-0.5mp.png", 900, 600, Kind::PngPalette),
    ("palette-3mp.png", 2000, 1500, Kind::PngPalette),
    ("lossless-2.5mp.webp", 1936, 1296, Kind::WebPLossless),
    ("dithered-800x533.gif", 800, 533, Kind::Gif),
    ("dithered-3mp.gif", 2000, 1500, Kind::Gif),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(directory), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: bench-pictures DIRECTORY");
        return ExitCode::FAILURE;
    };
    match run(Path::new(&directory)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-pictures: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(directory: &Path) -> Result<(), Box<dyn Error>> {
    let stamp = directory.join("set.txt");
    let set = SET.to_string();
    if directory.exists() && fs::read_to_string(&stamp).ok().as_ref() != Some(&set) {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    fs::write(&stamp, set)?;
    for (seed, (name, width, height, kind)) in (1..).zip(PICTURES) {
        let path = directory.join(name);
        if !path.exists() {
            eprintln!("{name}");
            let path = match kind {
                Kind::Pixels => path.with_added_extension("ppm"),
                _ => path,
            };
            write_whole(&path, &files::encode(kind, width, height, seed)?)?;
        }
    }
    Ok(())
}

/// A file that is there is whole.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(part, path)
}
