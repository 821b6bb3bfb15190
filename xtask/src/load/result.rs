//! What a run came to, as figures.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{
    ledger::{Entry, Verdict},
    memory::Memory,
    percentile::Times,
    processor::Processor,
};

/// The figures of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) pictures: u32,
    pub(crate) uploads: u32,
    pub(crate) thumbnails: u32,
    /// Messages by their code.
    pub(crate) messages: BTreeMap<String, u32>,
    /// Pictures whose message was sent back after its cause had been mended.
    pub(crate) redriven: u32,
    pub(crate) lost: u32,
    pub(crate) stale: u32,
    /// Not known where the workflow starts at least once.
    pub(crate) doubled: Option<u32>,
    /// From the first upload to the last answer.
    pub(crate) took: Duration,
    pub(crate) latency: Quarters,
    /// Of all processors, by what spent it.
    pub(crate) processor: BTreeMap<&'static str, Duration>,
    pub(crate) memory: Vec<FunctionMemory>,
}

/// Times from upload to answer: of all, and of the first and the last quarter of the uploads.
#[derive(Debug)]
pub(crate) struct Quarters {
    pub(crate) all: Times,
    pub(crate) first: Times,
    pub(crate) last: Times,
}

/// The memory of a function in KiB.
#[derive(Debug)]
pub(crate) struct FunctionMemory {
    pub(crate) role: &'static str,
    pub(crate) processes: usize,
    pub(crate) peak: u64,
    pub(crate) first: Option<u64>,
    pub(crate) last: Option<u64>,
}

impl Outcome {
    pub(crate) fn new(
        entries: &[Entry],
        verdicts: &[Verdict],
        doubled: Option<u32>,
        memory: &Memory,
        processor: &Processor,
    ) -> Self {
        let count =
            |wanted: &Verdict| verdicts.iter().filter(|other| *other == wanted).count() as u32;
        let mut messages = BTreeMap::new();
        for verdict in verdicts {
            if let Verdict::Message(code) = verdict {
                *messages.entry(code.clone()).or_default() += 1;
            }
        }
        let uploads = entries.iter().flat_map(|entry| &entry.uploads);
        let began = uploads.clone().map(|upload| upload.began).min();
        let ended = entries.iter().filter_map(|entry| entry.answered).max();
        let (began, ended) = (began.unwrap_or_default(), ended.unwrap_or_default());
        let took = ended.saturating_sub(began);
        Self {
            pictures: entries.len() as u32,
            uploads: uploads.count() as u32,
            thumbnails: count(&Verdict::Thumbnail),
            messages,
            redriven: entries.iter().filter(|entry| entry.redriven).count() as u32,
            lost: count(&Verdict::Lost),
            stale: count(&Verdict::Stale),
            doubled,
            took,
            latency: Quarters::new(entries),
            processor: processor.spent(),
            memory: memory
                .iter()
                .map(|(role, samples)| FunctionMemory {
                    role,
                    processes: samples.processes,
                    peak: samples.peak,
                    first: samples.between(began, began + took / 4),
                    last: samples.between(ended.saturating_sub(took / 4), ended),
                })
                .collect(),
        }
    }

    /// How many have an answer, whichever.
    pub(crate) fn answered(&self) -> u32 {
        self.thumbnails + self.messages.values().sum::<u32>()
    }

    /// Pictures a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(self.answered()) / self.took.as_secs_f64().max(1e-9)
    }

    /// Milliseconds of processor time for each picture, by what spent them.
    pub(crate) fn processor_per_picture(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let pictures = f64::from(self.pictures.max(1));
        self.processor
            .iter()
            .map(move |(role, spent)| (*role, spent.as_secs_f64() * 1000.0 / pictures))
    }

    /// The same figures for programs.
    pub(crate) fn json(&self) -> Value {
        let times = |times: &Times| {
            json!({
                "p50": times.percentile(50).map(|time| time.as_secs_f64()),
                "p95": times.percentile(95).map(|time| time.as_secs_f64()),
                "p99": times.percentile(99).map(|time| time.as_secs_f64()),
                "longest": times.longest().map(|time| time.as_secs_f64()),
            })
        };
        let memory = self.memory.iter().map(|function| {
            let figures = json!({
                "processes": function.processes,
                "peakKib": function.peak,
                "firstQuarterKib": function.first,
                "lastQuarterKib": function.last,
            });
            (function.role.to_owned(), figures)
        });
        json!({
            "pictures": self.pictures,
            "uploads": self.uploads,
            "answered": self.answered(),
            "thumbnails": self.thumbnails,
            "messages": self.messages,
            "redriven": self.redriven,
            "lost": self.lost,
            "stale": self.stale,
            "doubled": self.doubled,
            "seconds": self.took.as_secs_f64(),
            "picturesPerSecond": self.rate(),
            "secondsFromUploadToAnswer": {
                "all": times(&self.latency.all),
                "firstQuarter": times(&self.latency.first),
                "lastQuarter": times(&self.latency.last),
            },
            "processorMillisecondsPerPicture": self
                .processor_per_picture()
                .map(|(role, spent)| (role.to_owned(), Value::from(spent)))
                .collect::<serde_json::Map<_, _>>(),
            "memory": memory.collect::<serde_json::Map<_, _>>(),
        })
    }
}

impl Quarters {
    fn new(entries: &[Entry]) -> Self {
        let mut took: Vec<(Duration, Duration)> = entries
            .iter()
            .filter_map(|entry| Some((entry.newest()?.began, entry.took()?)))
            .collect();
        took.sort_unstable();
        let times = |some: &[(Duration, Duration)]| {
            Times::new(some.iter().map(|(_, took)| *took).collect())
        };
        let quarter = took.len().div_ceil(4);
        Self {
            all: times(&took),
            first: times(&took[..quarter]),
            last: times(&took[took.len() - quarter..]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{ledger::Upload, picture::Format, plan::Kind};

    /// Pictures uploaded one a second, the first at 1 s, each answered after as many seconds as given.
    fn entries(took: &[u64]) -> Vec<Entry> {
        let entries = took.iter().zip(1_u64..);
        entries
            .map(|(took, second)| {
                let mut entry = Entry::new(Kind::Good(Format::Jpeg));
                entry.uploads.push(Upload {
                    generation: 0,
                    etag: String::new(),
                    began: Duration::from_secs(second),
                });
                entry.closed = true;
                entry.answered = Some(Duration::from_secs(second + took));
                entry
            })
            .collect()
    }

    #[test]
    fn every_verdict_is_counted_once() {
        let message = |code: &str| Verdict::Message(code.to_owned());
        let verdicts = [
            Verdict::Thumbnail,
            message("AccessDenied"),
            message("AccessDenied"),
            message("CorruptImage"),
            Verdict::Stale,
            Verdict::Lost,
        ];
        let outcome = Outcome::new(
            &entries(&[1; 6]),
            &verdicts,
            Some(0),
            &Memory::new(),
            &Processor::default(),
        );
        assert_eq!((outcome.thumbnails, outcome.stale, outcome.lost), (1, 1, 1));
        assert_eq!(outcome.messages["AccessDenied"], 2);
        assert_eq!((outcome.answered(), outcome.pictures), (4, 6));
    }

    #[test]
    fn the_rate_is_from_the_first_upload_to_the_last_answer() {
        let verdicts = vec![Verdict::Thumbnail; 4];
        // The last is uploaded at 4 s and answered at 9 s.
        let outcome = Outcome::new(
            &entries(&[1, 1, 1, 5]),
            &verdicts,
            None,
            &Memory::new(),
            &Processor::default(),
        );
        assert_eq!(outcome.took, Duration::from_secs(8));
        assert!((outcome.rate() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_run_that_slows_down_shows_it_in_its_last_quarter() {
        let quarters = Quarters::new(&entries(&[1, 2, 3, 4, 5, 6, 7, 8]));
        let longest = |times: &Times| times.longest().map(|time| time.as_secs());
        assert_eq!(longest(&quarters.first), Some(2));
        assert_eq!(longest(&quarters.last), Some(8));
        assert_eq!(quarters.last.percentile(1), Some(Duration::from_secs(7)));
    }
}
