//! What is measured of a picture: CPU time, peak memory, quality and bytes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    error::Error as BenchError, peers::Peers, picture::Picture, statistics::median, tool::Tool,
    worker::Worker,
};
use crate::{error::Error, process, progress::Step};

/// Each turn makes the thumbnail this often and keeps the last time: the first run finds the processor's caches and branch
/// predictors full of another tool's work.
const RUNS_IN_A_TURN: usize = 2;

/// Bytes a second: about what one connection to S3 gives a function.
pub(crate) const DOWNLOAD_RATE: u32 = 80_000_000;

/// What a tool needed and made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// Milliseconds of CPU time, one for each repetition.
    pub(crate) times: Vec<f64>,
    /// Peak memory above the empty process in MiB, where it is known.
    pub(crate) peak: Option<f64>,
    /// The thumbnail's bytes.
    pub(crate) bytes: u64,
    /// ssimulacra2 against the reference that it comes nearest to, where there is one.
    pub(crate) score: Option<f64>,
}

/// Everything about one picture.
pub(crate) struct Measured {
    pub(crate) picture: Picture,
    /// A tool that refused the picture has none.
    pub(crate) readings: BTreeMap<Tool, Reading>,
    pub(crate) refusals: Vec<(Tool, String)>,
    /// Peak memory of ours when the file is read in chunks.
    pub(crate) streamed_peak: Option<f64>,
    /// How many times as long as the download alone ours takes when the file arrives at [`DOWNLOAD_RATE`]: the median.
    pub(crate) arriving: Option<f64>,
    /// The score of the reference itself, encoded as ours are.
    pub(crate) full_decode_score: Option<f64>,
}

impl Measured {
    /// The median of a tool's CPU time, in milliseconds.
    pub(crate) fn time(&self, tool: Tool) -> Option<f64> {
        median(&self.readings.get(&tool)?.times)
    }

    /// How many times as much CPU time as ours a tool takes.
    pub(crate) fn ratio(&self, tool: Tool) -> Option<f64> {
        Some(self.time(tool)? / self.time(Tool::Ours)?)
    }
}

/// The tools, running.
pub(crate) struct Bench<'a> {
    peers: &'a Peers,
    workers: BTreeMap<Tool, Worker>,
    /// Where thumbnails are written.
    outputs: PathBuf,
}

impl<'a> Bench<'a> {
    pub(crate) fn start(peers: &'a Peers, tools: &[Tool], outputs: PathBuf) -> Result<Self, Error> {
        let mut workers = BTreeMap::new();
        for &tool in tools {
            workers.insert(tool, peers.start(tool)?);
        }
        Ok(Self {
            peers,
            workers,
            outputs,
        })
    }

    /// What each tool calls itself.
    pub(crate) fn identities(&self) -> BTreeMap<Tool, String> {
        let identity = |(tool, worker): (&Tool, &Worker)| (*tool, worker.identity.clone());
        self.workers.iter().map(identity).collect()
    }

    /// Measures a picture; the tools take turns, so that whatever else the machine does hits all alike.
    pub(crate) fn measure(
        &mut self,
        picture: Picture,
        repetitions: usize,
    ) -> Result<Measured, Error> {
        let mut step = Step::start(&picture.name);
        let (mut readings, mut refusals) = (BTreeMap::new(), Vec::new());
        for (&tool, worker) in &mut self.workers {
            match worker.load(&picture.path).and_then(|()| worker.run(1)) {
                Ok(_) => drop(readings.insert(tool, Reading::default())),
                Err(error) => refusals.push((tool, refusal(error)?)),
            }
        }
        for repetition in 1..=repetitions {
            for (&tool, reading) in &mut readings {
                process::check_interrupt()?;
                step.tick(|| format!("{repetition} of {repetitions}: {tool}"));
                reading
                    .times
                    .extend(self.worker(tool).run(RUNS_IN_A_TURN)?.pop());
            }
        }
        let mut measured = Measured {
            picture,
            readings,
            refusals,
            streamed_peak: None,
            arriving: None,
            full_decode_score: None,
        };
        if measured.readings.contains_key(&Tool::Ours) {
            step.tick(|| "as it arrives".to_owned());
            let ours = self.worker(Tool::Ours);
            let ratios: Result<Vec<_>, _> = (0..repetitions)
                .map(|_| ours.arrive(DOWNLOAD_RATE))
                .collect();
            measured.arriving = median(&ratios?);
        }
        step.tick(|| "memory".to_owned());
        self.measure_memory(&mut measured)?;
        step.tick(|| "quality".to_owned());
        self.judge(&mut measured)?;
        step.done();
        Ok(measured)
    }

    /// Each tool once more, in a process that has done nothing before.
    fn measure_memory(&self, measured: &mut Measured) -> Result<(), Error> {
        let path = &measured.picture.path;
        for (&tool, reading) in &mut measured.readings {
            reading.peak = self.peak(tool, |worker| {
                worker.load(path)?;
                worker.run(1).map(drop)
            })?;
        }
        if measured.readings.contains_key(&Tool::Ours) {
            measured.streamed_peak = self.peak(Tool::Ours, |worker| worker.stream(path))?;
        }
        Ok(())
    }

    fn peak(
        &self,
        tool: Tool,
        work: impl FnOnce(&mut Worker) -> Result<(), Error>,
    ) -> Result<Option<f64>, Error> {
        process::check_interrupt()?;
        let mut worker = self.peers.start(tool)?;
        let empty = worker.peak();
        work(&mut worker)?;
        Ok(worker.peak().zip(empty).map(|(peak, empty)| peak - empty))
    }

    /// Scores what was made.
    fn judge(&mut self, measured: &mut Measured) -> Result<(), Error> {
        let directory = self.outputs.join(&measured.picture.name);
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(Error::file("remove", &directory))?;
        }
        fs::create_dir_all(&directory).map_err(Error::file("create", &directory))?;
        let mut files = Vec::new();
        for (&tool, reading) in &mut measured.readings {
            let file = directory.join(format!("{}.jpg", tool.name()));
            self.worker(tool).save(&file)?;
            reading.bytes = length(&file)?;
            files.push(file);
        }
        let references = match self.peers.references(&measured.picture.path, &directory) {
            Ok(references) => references,
            Err(error) => {
                process::check_interrupt()?;
                eprintln!("{}: there is no reference: {error}", measured.picture.name);
                return Ok(());
            }
        };
        if let (Some(ours), Some(reference)) =
            (self.workers.get_mut(&Tool::Ours), references.first())
        {
            let full_decode = directory.join("full-decode.jpg");
            ours.load(reference)?;
            ours.run(1)?;
            ours.save(&full_decode)?;
            files.push(full_decode);
        }
        let thumbnails = self.peers.raw(&files)?;
        let mut best = vec![f64::NEG_INFINITY; files.len()];
        for reference in self.peers.raw(&references)? {
            let scores = self.peers.scores(&reference, &thumbnails)?;
            for (best, score) in best.iter_mut().zip(scores) {
                *best = best.max(score);
            }
        }
        let mut scores = best.into_iter();
        for (reading, score) in measured.readings.values_mut().zip(&mut scores) {
            reading.score = Some(score);
        }
        measured.full_decode_score = scores.next();
        Ok(())
    }

    fn worker(&mut self, tool: Tool) -> &mut Worker {
        let worker = self.workers.get_mut(&tool);
        worker.expect("what has a reading runs")
    }
}

/// The reason of a refusal; any other error stays one.
fn refusal(error: Error) -> Result<String, Error> {
    if let Error::Part(part) = &error
        && let Some(BenchError::Refused { reason, .. }) = part.downcast_ref()
    {
        return Ok(reason.clone());
    }
    Err(error)
}

fn length(file: &Path) -> Result<u64, Error> {
    let metadata = fs::metadata(file).map_err(Error::file("read", file))?;
    Ok(metadata.len())
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::bench::header::{Header, Kind, Sampling};

    /// A square baseline photo of `side` x `side` pixels, with each tool's median time and score.
    pub(crate) fn photo(name: &str, side: u32, tools: &[(Tool, f64, f64)]) -> Measured {
        let reading = |&(tool, time, score): &(Tool, f64, f64)| {
            let reading = Reading {
                times: vec![time * 9.0, time, time / 2.0],
                peak: Some(time / 4.0),
                bytes: 9000,
                score: Some(score),
            };
            (tool, reading)
        };
        Measured {
            picture: Picture {
                path: PathBuf::from(name),
                name: name.to_owned(),
                bytes: 4 << 20,
                header: Header {
                    kind: Kind::Jpeg {
                        progressive: false,
                        sampling: Sampling::Quarter,
                    },
                    width: side,
                    height: side,
                },
            },
            readings: tools.iter().map(reading).collect(),
            refusals: Vec::new(),
            streamed_peak: Some(5.0),
            arriving: Some(1.0 + f64::from(side) / 1e5),
            full_decode_score: Some(90.0),
        }
    }
}
