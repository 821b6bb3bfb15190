//! `RESULTS.md`: everything that was measured, without a date, so that two runs differ in figures alone.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    class::{Class, Verdict},
    measure::{Measured, Reading},
    statistics::{median, spread},
    summary::{bounds, comparisons, verdict},
    table::Table,
    tool::Tool,
};

/// What was measured, and with what.
pub(crate) struct Report {
    pub(crate) machine: String,
    pub(crate) identities: BTreeMap<Tool, String>,
    pub(crate) repetitions: usize,
    pub(crate) measured: Vec<Measured>,
}

/// Where there is no figure.
const NONE: &str = "–";

impl Report {
    /// The whole page.
    pub(crate) fn markdown(&self) -> String {
        let sections = [
            self.introduction(),
            self.goals(),
            self.times(),
            self.memory(),
            self.quality(),
            self.bytes(),
            self.refusals(),
        ];
        let sections = sections.iter().map(|section| section.trim_end());
        let sections: Vec<_> = sections.filter(|section| !section.is_empty()).collect();
        sections.join("\n\n") + "\n"
    }

    fn introduction(&self) -> String {
        let mut text = "# Results\n\nWritten by `cargo xtask bench`; what is measured and how to read it is in \
             [README.md](README.md).\n\n"
            .to_owned();
        let _ = writeln!(text, "- Machine: {}", self.machine);
        for (tool, identity) in &self.identities {
            let _ = writeln!(text, "- {tool}: {identity}");
        }
        let _ = writeln!(
            text,
            "- {} repetitions; of a tool's times for a picture, the middle half lies within {} of the median ({} at worst)",
            self.repetitions,
            shown(median(&self.spreads()).map(|share| share * 100.0), 0, " %"),
            shown(
                self.spreads()
                    .into_iter()
                    .reduce(f64::max)
                    .map(|share| share * 100.0),
                0,
                " %"
            ),
        );
        text
    }

    fn spreads(&self) -> Vec<f64> {
        let readings = self.measured.iter().flat_map(|one| one.readings.values());
        readings
            .filter_map(|reading| spread(&reading.times))
            .collect()
    }

    /// The classes with their goals, then what is not about speed.
    fn goals(&self) -> String {
        let comparisons = comparisons(&self.measured);
        let peers = || self.tools().filter(|tool| *tool != Tool::Ours);
        let headings = ["class", "pictures"].map(str::to_owned).into_iter();
        let headings = headings.chain(peers().map(|tool| tool.to_string()));
        let mut classes = Table::new(headings.chain(["goal", "reached"].map(str::to_owned)));
        for class in Class::ALL {
            let of_class = || {
                self.measured
                    .iter()
                    .filter(|one| one.picture.class() == class)
            };
            if of_class().next().is_none() {
                continue;
            }
            let ratio = |tool| {
                let mut found = comparisons.iter();
                let found = found.find(|one| one.class == class && one.against == tool);
                found.map_or(NONE.to_owned(), |one| {
                    format!("{:.1}× ({:.1}×)", one.median, one.least)
                })
            };
            let reached = verdict(class, &comparisons).map_or("", word);
            let cells = [class.title().to_owned(), of_class().count().to_string()];
            let cells = cells.into_iter().chain(peers().map(ratio));
            classes = classes.row(cells.chain([goals(class), reached.to_owned()]));
        }
        let mut text = format!(
            "## By class\n\nHow many times as much CPU time as ours the others take: the median over the pictures of a class, \
             and in brackets the least.\n\n{classes}"
        );
        let mut others = Table::new(["beside speed", "worst", "goal", "reached", "picture"]);
        let bounds = bounds(&self.measured);
        for bound in &bounds {
            others = others.row([
                bound.what.to_owned(),
                format!("{:.2}", bound.worst),
                format!("≤ {}", bound.goal),
                word(bound.verdict()).to_owned(),
                bound.picture.clone(),
            ]);
        }
        if !bounds.is_empty() {
            let _ = write!(text, "\n{others}");
        }
        text
    }

    fn times(&self) -> String {
        let cell = |one: &Measured, tool| {
            let time = shown(one.time(tool), 1, "");
            match one.ratio(tool).filter(|_| tool != Tool::Ours) {
                Some(ratio) => format!("{time} ({ratio:.1}×)"),
                None => time,
            }
        };
        let mut table = Table::new(self.headings(["picture", "size", "MP", "KiB"]));
        for one in &self.measured {
            let header = &one.picture.header;
            let about = [
                one.picture.name.clone(),
                format!("{} x {}", header.width, header.height),
                format!("{:.1}", header.megapixels()),
                (one.picture.bytes / 1024).to_string(),
            ];
            table = table.row(
                about
                    .into_iter()
                    .chain(self.tools().map(|tool| cell(one, tool))),
            );
        }
        format!(
            "## CPU time\n\nMedians in milliseconds, and in brackets how many times ours that is.\n\n{table}"
        )
    }

    fn memory(&self) -> String {
        let measured_at_all = |one: &Measured| one.readings.values().any(|one| one.peak.is_some());
        if !self.measured.iter().any(measured_at_all) {
            return "## Peak memory\n\nNot known on this system: it is read from Linux's `/proc`."
                .to_owned();
        }
        let table = self.table(
            ["picture", "ours, streamed"],
            |one| one.streamed_peak,
            |reading| reading.peak,
            1,
        );
        format!(
            "## Peak memory\n\nMiB above the same process before it has seen a picture; the file counts where it is held as a whole.\n\n{table}"
        )
    }

    fn quality(&self) -> String {
        let table = self.table(
            ["picture", "full decode"],
            |one| one.full_decode_score,
            |reading| reading.score,
            2,
        );
        format!(
            "## Quality\n\nssimulacra2 against a full decode with exact Lanczos: 100 is the same, and what JPEG at this quality \
             costs is in the column of the full decode. A thumbnail that was cut at whole pixels is compared with a reference that was, too.\n\n{table}"
        )
    }

    fn bytes(&self) -> String {
        let mut table = Table::new(self.headings(["picture"]));
        for one in &self.measured {
            let bytes = |tool| {
                one.readings
                    .get(&tool)
                    .map_or(NONE.to_owned(), |it| it.bytes.to_string())
            };
            let name = one.picture.name.clone();
            table = table.row([name].into_iter().chain(self.tools().map(bytes)));
        }
        format!("## Bytes of the thumbnail\n\n{table}")
    }

    fn refusals(&self) -> String {
        let mut text = String::new();
        for one in &self.measured {
            for (tool, reason) in &one.refusals {
                let _ = writeln!(text, "- {}: {tool} says \"{reason}\"", one.picture.name);
            }
        }
        if text.is_empty() {
            return text;
        }
        format!("## Refused\n\n{text}")
    }

    /// A row for each picture: its name, a figure of the picture, and one of each tool.
    fn table(
        &self,
        about: [&str; 2],
        of_picture: impl Fn(&Measured) -> Option<f64>,
        of_tool: impl Fn(&Reading) -> Option<f64>,
        digits: usize,
    ) -> Table {
        let mut table = Table::new(self.headings(about));
        for one in &self.measured {
            let figure = |tool| shown(one.readings.get(&tool).and_then(&of_tool), digits, "");
            let about = [one.picture.name.clone(), shown(of_picture(one), digits, "")];
            table = table.row(about.into_iter().chain(self.tools().map(figure)));
        }
        table
    }

    fn headings<const N: usize>(&self, about: [&str; N]) -> Vec<String> {
        let about = about.into_iter().map(str::to_owned);
        about
            .chain(self.tools().map(|tool| tool.to_string()))
            .collect()
    }

    fn tools(&self) -> impl Iterator<Item = Tool> {
        self.identities.keys().copied()
    }
}

/// What a class is to reach: `4.5× sharp, stretch 6×; 4× Pillow with draft`.
fn goals(class: Class) -> String {
    let told = class.goals().into_iter().map(|goal| {
        let mut told = format!("{}× {}", goal.typical, goal.against);
        if goal.each < goal.typical {
            told += &format!(", none under {}×", goal.each);
        }
        if let Some(stretch) = goal.stretch {
            told += &format!(", stretch {stretch}×");
        }
        told
    });
    told.collect::<Vec<_>>().join("; ")
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Missed => "**no**",
        Verdict::Reached => "yes",
        Verdict::Stretched => "yes, stretch too",
    }
}

fn shown(figure: Option<f64>, digits: usize, unit: &str) -> String {
    figure.map_or(NONE.to_owned(), |figure| format!("{figure:.digits$}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::{super::measure::samples::photo, *};

    fn report() -> Report {
        let mut refused = photo("b.jpg", 1000, &[(Tool::Ours, 2.0, 90.0)]);
        refused
            .refusals
            .push((Tool::Sharp, "no such thing".to_owned()));
        let tools = [(Tool::Ours, 8.0, 89.5), (Tool::Sharp, 40.0, 89.0)];
        Report {
            machine: "a machine".to_owned(),
            identities: [(Tool::Ours, "ours 1"), (Tool::Sharp, "sharp 2")]
                .map(|(tool, identity)| (tool, identity.to_owned()))
                .into(),
            repetitions: 3,
            measured: vec![photo("a.jpg", 3000, &tools), refused],
        }
    }

    fn check(page: &str, row: &[&str]) {
        let cells = |line: &str| -> Vec<String> {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        };
        assert!(
            page.lines().any(|line| cells(line) == row),
            "{row:?} in\n{page}"
        );
    }

    #[test]
    fn figures_stand_beside_their_ratios_and_goals() {
        let page = report().markdown();
        let class = "baseline 4:2:0 and 4:2:2, short side ≥ 1600";
        let goals = "4.5× sharp, stretch 6×; 4× Pillow with draft";
        check(&page, &[class, "1", "5.0× (5.0×)", goals, "yes"]);
        check(
            &page,
            &["a.jpg", "3000 x 3000", "9.0", "4096", "8.0", "40.0 (5.0×)"],
        );
        check(&page, &["a.jpg", "5.0", "2.0", "10.0"]);
        check(&page, &["a.jpg", "90.00", "89.50", "89.00"]);
    }

    #[test]
    fn a_tool_that_refuses_has_no_figures_but_a_reason() {
        let page = report().markdown();
        check(&page, &["b.jpg", "1000 x 1000", "1.0", "4096", "2.0", NONE]);
        assert!(page.contains("- b.jpg: sharp says \"no such thing\""));
    }

    #[test]
    fn memory_that_is_not_known_is_said_to_be_so() {
        let mut report = report();
        for one in &mut report.measured {
            for reading in one.readings.values_mut() {
                reading.peak = None;
            }
        }
        assert!(report.markdown().contains("Not known on this system"));
    }
}
