//! Faults: what goes wrong, and who sees to it.

mod detour;
mod kill;
mod list;
mod permissions;

use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::{
    chance::Chance,
    error::LoadError,
    proxy::{Identity, Proxy, Throttle, Weather},
    run::Run,
};
use crate::{error::Error, local::Cloud, workspace};
use detour::Detour;
pub(crate) use list::Faults;
use permissions::Withdrawn;

/// What can go wrong while pictures are uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// The emulator and all functions are killed, and start again with what was confirmed
    KillEmulator,
    /// Functions are killed in the middle of their work
    KillFunctions,
    /// Resize may neither read nor write for a while
    Permissions,
    /// The store answers a third of all requests with an error, half an answer or none
    StoreErrors,
    /// The store answers half of all requests late, some not in time
    SlowStore,
    /// Step Functions refuses to start more executions than so many a second
    Throttle,
    /// The events of all uploads come again, late and in any order
    Reorder,
}

/// How often something is killed.
const KILL_EVERY: Duration = Duration::from_millis(700);

/// How many executions may be started a second under the throttle: fewer than a load asks for.
const STARTS: f64 = 40.0;
/// How often the emulator is killed while its share is uploaded.
const CRASHES: u32 = 2;

/// Does the damage: each fault in turn, while its share of the pictures is uploaded.
pub(crate) struct Saboteur<'a> {
    run: &'a Run,
    faults: &'a Faults,
    chance: Chance,
    proxy: Option<Proxy>,
    now: Option<(Fault, Damage<'a>)>,
    done: Done,
}

/// A fault that lasts, and that ends when this is dropped.
enum Damage<'a> {
    Kills {
        last: Instant,
    },
    Crashes {
        left: u32,
    },
    Permissions {
        _withdrawn: Withdrawn<'a>,
    },
    Requests {
        _detour: Detour<'a>,
    },
    /// The uploaders see to it.
    Events,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    /// Kills of the emulator.
    pub(crate) crashes: u32,
    /// Kills of a function.
    pub(crate) kills: u64,
    /// Requests that the proxy did not simply pass on.
    pub(crate) requests: u64,
}

impl Done {
    /// The same in words.
    pub(crate) fn notes(self) -> Vec<String> {
        let notes = [
            (
                u64::from(self.crashes),
                "times the emulator and all functions were killed",
            ),
            (self.kills, "times a function was killed"),
            (
                self.requests,
                "requests were refused, delayed, cut short or left without an answer",
            ),
        ];
        let done = notes.into_iter().filter(|(count, _)| *count > 0);
        done.map(|(count, what)| format!("{count} {what}."))
            .collect()
    }
}

impl Fault {
    /// The faults as they are written on the command line.
    pub(crate) fn names() -> Vec<String> {
        Self::value_variants().iter().map(Self::to_string).collect()
    }

    /// What the fault proxy has to do, where it is the one that does it, and which function meets it by which setting.
    fn by_proxy(self) -> Option<(Weather, &'static str, &'static str)> {
        match self {
            Self::StoreErrors => Some((Weather::StoreErrors, "resize", "AWS_ENDPOINT_URL_S3")),
            Self::SlowStore => Some((Weather::SlowStore, "resize", "AWS_ENDPOINT_URL_S3")),
            Self::Throttle => Some((Weather::Throttle, "starter", "AWS_ENDPOINT_URL_SFN")),
            _ => None,
        }
    }
}

impl<'a> Saboteur<'a> {
    /// Fails when a fault cannot be had here. `own` is whether the local cloud is this command's own.
    pub(crate) fn new(run: &'a Run, faults: &'a Faults, own: bool) -> Result<Self, Error> {
        if faults.contains(&Fault::KillEmulator) && (!own || cfg!(not(unix))) {
            return Err(LoadError::NotOurs.into());
        }
        let chance = run.chance;
        let needs_proxy = faults.iter().any(|fault| fault.by_proxy().is_some());
        Ok(Self {
            run,
            faults,
            chance,
            proxy: needs_proxy.then(|| proxy(run, chance)).transpose()?,
            now: None,
            done: Done::default(),
        })
    }

    /// Does what is due after so many pictures have been begun; the fault that was before ends.
    pub(crate) fn tick(&mut self, begun: u32, cloud: Option<&mut Cloud>) -> Result<(), Error> {
        let pictures = self.run.pictures();
        let fault = self.faults.at(begun, pictures);
        if fault != self.now.as_ref().map(|(fault, _)| *fault) {
            // The one before has ended before the next begins.
            self.now = None;
            if let Some(fault) = fault {
                eprintln!("       after {begun} pictures: {fault}");
                self.now = Some((fault, self.begin(fault)?));
            }
        }
        match &mut self.now {
            Some((_, Damage::Kills { last })) if last.elapsed() > KILL_EVERY => {
                *last = Instant::now();
                self.done.kills += 1;
                kill::one(&self.run.site, self.chance.number("kill", self.done.kills));
            }
            Some((fault, Damage::Crashes { left })) if *left > 0 => {
                // The first in the middle of the first half of the share, and so on.
                let share = |picture| self.faults.at(picture, pictures) == Some(*fault);
                let first = (0..=begun)
                    .rev()
                    .take_while(|picture| share(*picture))
                    .last();
                let through = begun - first.unwrap_or(begun);
                let length = pictures / self.faults.len() as u32;
                let due = (CRASHES - *left) * length / CRASHES + length / (2 * CRASHES);
                if through >= due {
                    *left -= 1;
                    self.done.crashes += 1;
                    return crash(cloud);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends what goes wrong, and says what was done.
    pub(crate) fn end(mut self) -> Done {
        self.now = None;
        Done {
            requests: self.proxy.as_ref().map_or(0, Proxy::harmed),
            ..self.done
        }
    }

    fn begin(&self, fault: Fault) -> Result<Damage<'a>, Error> {
        if let (Some((weather, role, setting)), Some(proxy)) = (fault.by_proxy(), &self.proxy) {
            proxy.set(weather);
            let detour = Detour::begin(self.run, role, setting, &proxy.endpoint)?;
            return Ok(Damage::Requests { _detour: detour });
        }
        Ok(match fault {
            Fault::KillEmulator => Damage::Crashes { left: CRASHES },
            Fault::KillFunctions => Damage::Kills {
                last: Instant::now(),
            },
            Fault::Permissions => Damage::Permissions {
                _withdrawn: Withdrawn::begin(self.run)?,
            },
            _ => Damage::Events,
        })
    }
}

/// A proxy in front of the local cloud, with the certificates of that cloud.
fn proxy(run: &Run, chance: Chance) -> Result<Proxy, Error> {
    let endpoint = run.site.client.endpoint().unwrap_or_default();
    let port = endpoint
        .strip_prefix("https://127.0.0.1:")
        .and_then(|port| port.parse().ok())
        .ok_or(LoadError::NotLocal)?;
    let directory = workspace::target().join("local").join("tls");
    let [authority, certificate, key] =
        ["ca.pem", "server.pem", "server.key"].map(|name| directory.join(name));
    let identity = Identity {
        authority: &authority,
        certificate: &certificate,
        key: &key,
    };
    Proxy::start(port, &identity, Throttle::new(STARTS, STARTS), chance)
}

#[cfg(unix)]
fn crash(cloud: Option<&mut Cloud>) -> Result<(), Error> {
    cloud.map_or(Ok(()), Cloud::crash)
}

#[cfg(not(unix))]
fn crash(_cloud: Option<&mut Cloud>) -> Result<(), Error> {
    Err(LoadError::NotOurs.into())
}
