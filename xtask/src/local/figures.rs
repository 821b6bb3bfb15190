//! `cargo xtask figures`: how fast and how small the pipeline is on this machine.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{Cloud, Settings, drop::Target, sample};
use crate::{
    error::Error,
    functions,
    process::{self, Group},
    workspace,
};

/// How often each thing is measured. Odd, so that one of them is the median.
const TIMES: usize = 21;
/// More than a function that starts at all takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a function asks for first once it is ready, by the Lambda Runtime API.
const FIRST_POLL: &str = "GET /2018-06-01/runtime/invocation/next";

/// Print how long an upload takes to become a thumbnail, how fast the functions start, and what resize needs
///
/// Starts the local cloud, measures, and stops it again. Figures are printed, never judged: they depend on the machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The picture to measure with [default: one of 12 megapixels that the tool makes]
    picture: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let bytes = match &arguments.picture {
        Some(path) => fs::read(path).map_err(Error::file("read", path))?,
        None => sample::jpeg(4000, 3000)?,
    };
    let started = Instant::now();
    let mut cloud = Cloud::start(&arguments.settings)?;
    println!(
        "local cloud: up in {:.1} s",
        started.elapsed().as_secs_f64()
    );

    let mut target = cloud.target();
    let cold = target.time("figures/cold.jpg", &bytes)?;
    let warm = measured(|index| target.time(&format!("figures/{index}.jpg"), &bytes))?;
    let size = bytes.len() as f64 / 1e6;
    println!(
        "upload to thumbnail ({size:.1} MB): cold {:.2} s, warm {warm}",
        cold.as_secs_f64()
    );
    match peak_memory(&cloud) {
        Some(kib) => println!("resize: peak memory {:.1} MiB", kib as f64 / 1024.0),
        None => println!("resize: peak memory is known on Linux only"),
    }
    for role in functions::NAMES {
        let starts = measured(|_| start_of(role, &cloud))?;
        println!("{role}: exec to first poll {starts}");
    }
    Ok(())
}

impl Target<'_> {
    /// The time from the upload of a picture to its thumbnail.
    fn time(&mut self, key: &str, bytes: &[u8]) -> Result<Duration, Error> {
        let (outcome, took) = self.process(key, bytes)?;
        outcome
            .is_thumbnail()
            .then_some(took)
            .ok_or(Error::Pictures {
                failed: 1,
                total: 1,
            })
    }
}

/// Does something [`TIMES`] times, and tells the median and the extremes of what it took.
fn measured(mut once: impl FnMut(usize) -> Result<Duration, Error>) -> Result<String, Error> {
    let mut times = (0..TIMES).map(&mut once).collect::<Result<Vec<_>, _>>()?;
    times.sort();
    let milliseconds = |index: usize| times[index].as_secs_f64() * 1e3;
    Ok(format!(
        "{:.1} ms (median of {TIMES}, from {:.1} to {:.1})",
        milliseconds(TIMES / 2),
        milliseconds(0),
        milliseconds(TIMES - 1)
    ))
}

/// Starts a function with the settings it has in the cloud, and waits for its first poll.
fn start_of(role: &str, cloud: &Cloud) -> Result<Duration, Error> {
    let listener = listen()?;
    let port = listener
        .local_addr()
        .map_err(Error::file("listen on", here()))?
        .port();
    let binary = workspace::target()
        .join("local/functions")
        .join(role)
        .join("bootstrap");
    let mut command = Command::new(binary);
    command
        .env_clear()
        .envs(
            cloud
                .client
                .function_settings(cloud.outputs.function(role))?,
        )
        .envs(cloud.environment())
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}"))
        .env("AWS_LAMBDA_FUNCTION_NAME", role)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        // It complains that nobody gives it work.
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut function = Group::start(&mut command, None)?;
    loop {
        process::check_interrupt()?;
        if let Ok((stream, _)) = listener.accept() {
            let took = started.elapsed();
            if first_line(stream).is_ok_and(|line| line.starts_with(FIRST_POLL)) {
                return Ok(took);
            }
        }
        if let Some(status) = function.ended() {
            return Err(Error::Status {
                what: format!("the start of {role}"),
                status,
            });
        }
        if started.elapsed() > PATIENCE {
            return Err(Error::NeverPolled {
                role: role.to_owned(),
            });
        }
        // Short against the milliseconds that are measured.
        std::thread::sleep(Duration::from_micros(50));
    }
}

fn listen() -> Result<TcpListener, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(Error::file("listen on", here()))
}

fn here() -> &'static Path {
    Path::new("127.0.0.1")
}

fn first_line(stream: TcpStream) -> std::io::Result<String> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}

/// The most memory that a running resize function has ever had, in KiB, as Linux counts it.
fn peak_memory(cloud: &Cloud) -> Option<u64> {
    let name = format!(
        "AWS_LAMBDA_FUNCTION_NAME={}",
        cloud.outputs.function("resize")
    );
    let endpoint = format!("AWS_ENDPOINT_URL={}", cloud.emulator.endpoint);
    let processes = fs::read_dir("/proc")
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    let is_resize = |path: &PathBuf| {
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        let has = |setting: &str| {
            environment
                .split(|byte| *byte == 0)
                .any(|one| one == setting.as_bytes())
        };
        has(&name) && has(&endpoint)
    };
    processes
        .filter(is_resize)
        .filter_map(|path| peak_of(&fs::read_to_string(path.join("status")).ok()?))
        .max()
}

/// The line `VmHWM:     1234 kB` of a process's status.
pub(crate) fn peak_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_its_line() {
        let status = "Name:\tbootstrap\nVmPeak:\t  999 kB\nVmHWM:\t   51234 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(peak_of(status), Some(51_234));
        assert_eq!(peak_of("Name:\tbootstrap\n"), None);
    }

    #[test]
    fn the_median_is_told_with_the_extremes() {
        let told =
            measured(|index| Ok(Duration::from_millis(100 - index as u64))).expect("measured");
        assert_eq!(told, "90.0 ms (median of 21, from 80.0 to 100.0)");
    }
}
