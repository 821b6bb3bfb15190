//! `thumbnail IN OUT`: does to a file what the service does to an object.
//!
//! Exit 0: written. Exit 2: refused, nothing is written, and standard error says why.

use clap::Parser;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use thumbnail::{
    Damaged, Error, Fit, Format, Limits, Margin, OutputFormat, Picture, Progress, Quality,
    Rendered, Size, SourceInfo, Spec, Stream,
};

/// Makes a thumbnail of a picture file, told by its content: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG XL, SVG, an icon or a raw photograph.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The picture
    #[arg(value_name = "IN")]
    source: PathBuf,

    /// Where to write the thumbnail; a file that is there is replaced
    #[arg(value_name = "OUT")]
    target: PathBuf,

    /// Width and height in pixels
    #[arg(long, default_value_t)]
    size: Size,

    /// How the picture comes to that size: cover (fills it, cut evenly), contain (whole, padded), inside (whole,
    /// never enlarged) or fill (stretched)
    #[arg(long, default_value_t)]
    fit: Fit,

    /// What to write: auto (the picture's own format where browsers show it, else JPEG or PNG), jpeg, png, webp or
    /// gif. The ending of OUT does not choose it
    #[arg(long, default_value_t)]
    format: OutputFormat,

    /// JPEG quality, 1 to 100
    #[arg(long, default_value_t)]
    quality: Quality,

    /// How much larger than the thumbnail a JPEG is decoded at least, in percent, 100 to 800
    #[arg(long, value_name = "PERCENT", default_value_t)]
    margin: Margin,

    /// What becomes of a picture that is damaged: show (as far as it goes), refuse, or how much has to be there to be shown, as 50%
    #[arg(long, default_value_t)]
    damaged: Damaged,

    /// Average light instead of sRGB's numbers: fine bright detail on dark keeps its brightness, and it takes longer
    #[arg(long)]
    linear_light: bool,

    /// Refuse a picture that takes longer
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    time_limit: u32,

    /// Refuse a picture for which a function with so many MiB of memory would be too small
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    memory: u64,

    /// Say on standard output what the picture was found to be, as JSON
    #[arg(long)]
    report: bool,
}

/// Why nothing was written.
enum Refusal {
    /// By the picture.
    Picture(Error),
    /// A file could not be read or written: what was tried, on which file.
    File(&'static str, PathBuf, io::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok((source, picture)) => {
            note_untruthful_name(&arguments.target, picture.format);
            if arguments.report {
                let report = serde_json::to_string_pretty(&source);
                println!("{}", report.expect("every field has a form in JSON"));
            }
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            match refusal {
                Refusal::Picture(error) => eprintln!("thumbnail: {}: {error}", error.kind()),
                Refusal::File(tried, path, error) => {
                    eprintln!("thumbnail: cannot {tried} {}: {error}", path.display());
                }
            }
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(SourceInfo, Picture), Refusal> {
    let spec = Spec {
        size: arguments.size,
        fit: arguments.fit,
        format: arguments.format,
        quality: arguments.quality,
        margin: arguments.margin,
        damaged: arguments.damaged,
        linear_light: arguments.linear_light,
    };
    let time = Duration::from_secs(arguments.time_limit.into());
    let limits = Limits::for_memory(arguments.memory).with_deadline(Instant::now() + time);
    let Rendered {
        source,
        mut pictures,
    } = read(&arguments.source, spec, limits)?;
    let picture = pictures.remove(0);
    let written = write_whole(&arguments.target, &picture.bytes);
    written.map_err(|error| Refusal::File("write", arguments.target.clone(), error))?;
    Ok((source, picture))
}

/// Renders the file at `path`, reading no more of it than is needed.
fn read(path: &Path, spec: Spec, limits: Limits) -> Result<Rendered, Refusal> {
    let failed = |error| Refusal::File("read", path.to_owned(), error);
    let mut file = File::open(path).map_err(failed)?;
    let mut stream = Stream::new(vec![spec], limits);
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_file() {
        stream
            .expect_bytes(metadata.len())
            .map_err(Refusal::Picture)?;
    }
    let mut chunk = vec![0; 64 << 10];
    loop {
        let count = match file.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        let progress = stream.push(&chunk[..count]).map_err(Refusal::Picture)?;
        if count == 0 || progress == Progress::Enough {
            break;
        }
    }
    stream.finish().map_err(Refusal::Picture)
}

/// Writes the whole file or none of it: to a file beside it first, which then takes its name.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A device or a pipe keeps its name.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(name);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first failure is the one to tell of.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The file's ending does not choose the format, so it may not tell it either. One that claims nothing is no lie.
fn note_untruthful_name(path: &Path, format: Format) {
    let claimed = path
        .extension()
        .and_then(|extension| Format::from_extension(extension.to_str()?));
    if claimed.is_some_and(|claimed| claimed != format) {
        eprintln!(
            "thumbnail: note: {} holds {format}; give --format to choose another",
            path.display()
        );
    }
}
