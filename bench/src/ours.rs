//! Our worker: makes thumbnails with the `thumbnail` crate, as the peers in `peers/` do with theirs.
//!
//! It says `ready` and what it is, then answers each line on standard input with `ok` and a result, or `error` and a reason:
//!
//! - `load PATH` reads a picture into memory;
//! - `run N` makes its thumbnail N times and answers with the nanoseconds of CPU time that each took, all threads together;
//! - `save PATH` writes the newest thumbnail;
//! - `stream PATH` makes the thumbnail of a file that is read in chunks and never held;
//! - `arrive RATE` makes the thumbnail of the picture as if it came at so many bytes a second, and answers with the nanoseconds from its
//!   first byte to the thumbnail, and those to its last byte. These two only this worker knows.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, Read as _},
    thread,
    time::{Duration, Instant},
};

use cpu_time::ProcessTime;
use thumbnail::{Limits, OutputFormat, Progress, Spec, Stream};

/// What comes from the network at a time, about.
const CHUNK: usize = 64 << 10;

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}")]
    File(#[from] io::Error),
    #[error("{0}")]
    Picture(#[from] thumbnail::Error),
    #[error("not understood")]
    Command,
}

fn main() -> io::Result<()> {
    println!("ready this project {}", env!("CARGO_PKG_VERSION"));
    let mut worker = Worker::default();
    for line in io::stdin().lock().lines() {
        match worker.obey(&line?) {
            Ok(answer) => println!("ok {answer}"),
            Err(error) => println!("error {error}"),
        }
    }
    Ok(())
}

#[derive(Default)]
struct Worker {
    source: Vec<u8>,
    thumbnail: Vec<u8>,
}

impl Worker {
    fn obey(&mut self, line: &str) -> Result<String, Error> {
        let (command, argument) = line.split_once(' ').ok_or(Error::Command)?;
        match command {
            "load" => self.source = fs::read(argument)?,
            "run" => return self.run(argument.parse().map_err(|_| Error::Command)?),
            "save" => fs::write(argument, &self.thumbnail)?,
            "stream" => self.stream(argument)?,
            "arrive" => return self.arrive(argument.parse().map_err(|_| Error::Command)?),
            _ => return Err(Error::Command),
        }
        Ok(String::new())
    }

    fn run(&mut self, times: usize) -> Result<String, Error> {
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let started = ProcessTime::now();
            let picture = thumbnail::render(&self.source, &spec(), &Limits::default())?;
            took.push(started.elapsed().as_nanos().to_string());
            self.thumbnail = picture.bytes;
        }
        Ok(took.join(" "))
    }

    fn stream(&mut self, path: &str) -> Result<(), Error> {
        let mut file = File::open(path)?;
        let mut stream = Stream::new(vec![spec()], Limits::default());
        stream.expect_bytes(file.metadata()?.len())?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = file.read(&mut chunk)?;
            if stream.push(&chunk[..count])? == Progress::Enough || count == 0 {
                break;
            }
        }
        self.thumbnail = stream.finish()?.pictures.remove(0).bytes;
        Ok(())
    }

    fn arrive(&mut self, rate: u32) -> Result<String, Error> {
        let since_first = |bytes: usize| Duration::from_secs_f64(bytes as f64 / f64::from(rate));
        let started = Instant::now();
        let mut stream = Stream::new(vec![spec()], Limits::default());
        stream.expect_bytes(self.source.len() as u64)?;
        let mut arrived = 0;
        for chunk in self.source.chunks(CHUNK) {
            arrived += chunk.len();
            // What came while we were at work is there already.
            thread::sleep(since_first(arrived).saturating_sub(started.elapsed()));
            if stream.push(chunk)? == Progress::Enough {
                break;
            }
        }
        self.thumbnail = stream.finish()?.pictures.remove(0).bytes;
        let (took, download) = (started.elapsed(), since_first(self.source.len()));
        Ok(format!("{} {}", took.as_nanos(), download.as_nanos()))
    }
}

/// 200x200, cover, quality 80, as by default, but a JPEG of whatever source.
fn spec() -> Spec {
    Spec::default().with_format(OutputFormat::Jpeg)
}
