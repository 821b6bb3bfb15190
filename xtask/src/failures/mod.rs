//! `cargo xtask failures`: what lies in the failures queue, and what an operator does with it.

mod entry;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use crate::{aws::Client, error::Error, local::outputs::Outputs, process, workspace};
use entry::{Entry, UNREADABLE};

/// For so many seconds nobody else sees what is being looked at: time to read a long queue and to act on it.
const HIDDEN: u32 = 15 * 60;

/// Look into the failures queue, and send what is in it back to be done again
///
/// Works on the local cloud once `. target/local/env` has been typed (PowerShell: `. target/local/env.ps1`), and on an
/// account with its credentials in the environment and `--outputs`, a file with what `terraform output -json` says.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,

    /// The outputs of Terraform, as `terraform output -json` writes them [default: those of the local cloud]
    #[arg(long, value_name = "FILE", global = true)]
    outputs: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// A line for every message: its code, its key and why
    List(Choice),
    /// Every message as it is
    Show(Choice),
    /// Send messages to the intake queue, to be done again; without --yes it only says which
    ///
    /// What nobody can read stays, unless it is asked for by `--code Unreadable`.
    Redrive(Change),
    /// Throw messages away; without --yes it only says which
    Purge(Change),
}

/// Which messages it is about: all of them where nothing is said.
#[derive(Debug, clap::Args)]
struct Choice {
    /// Only those with this code, such as AccessDenied; NotStarted for events that never came to an execution, Unreadable
    /// for what nobody can read
    #[arg(long)]
    code: Option<String>,

    /// Only those about this key; with a * at the end, about keys that begin like this
    #[arg(long)]
    key: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Change {
    #[command(flatten)]
    choice: Choice,

    /// Do it
    #[arg(long)]
    yes: bool,
}

impl Choice {
    fn includes(&self, entry: &Entry) -> bool {
        let code = self.code.as_ref().is_none_or(|code| *code == entry.code);
        let key = self.key.as_ref().is_none_or(|wanted| {
            let mut keys = entry.keys();
            match wanted.strip_suffix('*') {
                Some(beginning) => keys.any(|key| key.starts_with(beginning)),
                None => keys.any(|key| key == wanted),
            }
        });
        code && key
    }
}

/// Does what was asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let local = workspace::target().join("local").join("outputs.json");
    let desk = Desk::open(arguments.outputs.as_deref().unwrap_or(&local))?;
    let (Action::List(choice)
    | Action::Show(choice)
    | Action::Redrive(Change { choice, .. })
    | Action::Purge(Change { choice, .. })) = &arguments.action;
    let mut entries = Vec::new();
    if let Err(error) = desk.read(&mut entries) {
        desk.release(&entries.iter().collect::<Vec<_>>())?;
        return Err(error);
    }
    let (chosen, mut left): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| choice.includes(entry));
    let acted = match &arguments.action {
        Action::List(_) | Action::Show(_) => {
            let whole = matches!(arguments.action, Action::Show(_));
            for entry in &chosen {
                println!("{}", if whole { entry.body() } else { entry.line() });
            }
            left.extend(&chosen);
            Ok(())
        }
        Action::Redrive(change) => {
            let wanted = |entry: &&Entry| entry.code != UNREADABLE || choice.code.is_some();
            let (chosen, unreadable): (Vec<_>, Vec<_>) = chosen.into_iter().partition(wanted);
            left.extend(unreadable);
            desk.change(true, change, &chosen, &mut left)
        }
        Action::Purge(change) => desk.change(false, change, &chosen, &mut left),
    };
    // Whoever looks next is not to wait until the queue shows them again by itself.
    desk.release(&left)?;
    acted?;
    println!("{}", summary(&left));
    Ok(())
}

/// The failures queue, and the one that jobs are sent back to.
struct Desk {
    client: Client,
    failures: String,
    intake: String,
}

impl Desk {
    fn open(outputs: &Path) -> Result<Self, Error> {
        let client = Client::from_environment()?;
        let json = fs::read_to_string(outputs).map_err(Error::file("read", outputs))?;
        // PowerShell may begin a file with a mark of its own.
        let json = json.trim_start_matches('\u{feff}');
        let outputs = Outputs::parse(json, client.endpoint().unwrap_or_default())?;
        Ok(Self {
            client,
            failures: outputs.get("failures_queue_url").to_owned(),
            intake: outputs.get("intake_queue_url").to_owned(),
        })
    }

    /// All messages there are. What fails while this is going on is not looked at, so that a job whose cause
    /// has not been mended is not sent round in circles.
    fn read(&self, entries: &mut Vec<Entry>) -> Result<(), Error> {
        let mut silences = 0;
        // SQS asks only some of its machines at a time: one empty answer says little.
        while silences < 3 {
            process::check_interrupt()?;
            let messages = self.client.receive(&self.failures, HIDDEN)?;
            silences = if messages.is_empty() { silences + 1 } else { 0 };
            entries.extend(messages.into_iter().map(Entry::read));
        }
        entries.sort_by_key(Entry::line);
        Ok(())
    }

    /// Redrives or throws away, or says what would be; what stays in the queue is added to `left`.
    fn change<'a>(
        &self,
        redrive: bool,
        change: &Change,
        chosen: &[&'a Entry],
        left: &mut Vec<&'a Entry>,
    ) -> Result<(), Error> {
        let done = if redrive { "redriven" } else { "thrown away" };
        if !change.yes {
            for entry in chosen {
                println!("{}", entry.line());
            }
            println!("{} would be {done}: add --yes", count(chosen.len()));
            left.extend(chosen);
            return Ok(());
        }
        for ten in chosen.chunks(10) {
            process::check_interrupt()?;
            if redrive {
                // Sent before it is taken away: a job that is there twice is done once, one that is nowhere never.
                for job in ten.iter().flat_map(|entry| entry.to_redrive()) {
                    self.client.send_message(&self.intake, &job)?;
                }
            }
            let messages: Vec<_> = ten.iter().map(|entry| &entry.message).collect();
            self.client.delete_messages(&self.failures, &messages)?;
        }
        println!("{} {done}", count(chosen.len()));
        Ok(())
    }

    fn release(&self, entries: &[&Entry]) -> Result<(), Error> {
        for ten in entries.chunks(10) {
            let messages: Vec<_> = ten.iter().map(|entry| &entry.message).collect();
            self.client.release_messages(&self.failures, &messages)?;
        }
        Ok(())
    }
}

fn count(messages: usize) -> String {
    let s = if messages == 1 { "" } else { "s" };
    format!("{messages} message{s}")
}

/// How many messages are left with each code.
fn summary(left: &[&Entry]) -> String {
    let mut codes = BTreeMap::new();
    for entry in left {
        *codes.entry(entry.code.as_str()).or_insert(0_usize) += 1;
    }
    if codes.is_empty() {
        return "the failures queue is empty".to_owned();
    }
    let codes = codes
        .iter()
        .map(|(code, number)| format!("{number} {code}"));
    let codes = codes.collect::<Vec<_>>().join(", ");
    format!("in the failures queue: {codes}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Message;

    fn entry(body: &str) -> Entry {
        Entry::read(Message::new(body, None))
    }

    #[test]
    fn messages_are_chosen_by_code_and_by_key() {
        let failure = entry(include_str!("../../../events/failure-message.json"));
        let raw = entry(include_str!("../../../events/s3-several-records.json"));
        let choose = |code: Option<&str>, key: Option<&str>| {
            let [code, key] = [code, key].map(|text| text.map(str::to_owned));
            let choice = Choice { code, key };
            [&failure, &raw].map(|entry| choice.includes(entry))
        };
        assert_eq!(choose(None, None), [true, true]);
        assert_eq!(choose(Some("AccessDenied"), None), [true, false]);
        assert_eq!(choose(Some("NotStarted"), None), [false, true]);
        assert_eq!(choose(None, Some("2026/été 1+1.jpg")), [true, false]);
        assert_eq!(choose(None, Some("2026/")), [false, false]);
        assert_eq!(choose(None, Some("2026/*")), [true, false]);
        assert_eq!(choose(None, Some("archive/x.png")), [false, true]);
        assert_eq!(choose(Some("CorruptImage"), Some("2026/*")), [false, false]);
    }

    #[test]
    fn the_summary_counts_by_code() {
        let failure = entry(include_str!("../../../events/failure-message.json"));
        let unreadable = entry("hello");
        assert_eq!(summary(&[]), "the failures queue is empty");
        assert_eq!(
            summary(&[&failure, &unreadable, &failure]),
            "in the failures queue: 2 AccessDenied, 1 Unreadable"
        );
    }
}
