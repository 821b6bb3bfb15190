//! The emulator: one process, its state in memory, its log in a file.

use std::{
    fs::{self, OpenOptions},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use super::tls::Tls;
use crate::{
    aws::{Client, Credentials},
    environment,
    error::Error,
    process::{self, Group},
    progress::Step,
    record::Records,
    workspace,
};

/// The emulator's account; its owner's key is `test`, whatever the secret.
pub(crate) const ROOT_KEY: &str = "test";
/// The region that everything is made in.
pub(crate) const REGION: &str = "us-east-1";

const PATIENCE: Duration = Duration::from_secs(60);
const HEALTH: &str = "/_ministack/health";
/// What the launcher calls the state once it is all there.
const KEPT: &str = "state.pickle";
const LAUNCHER: &str = include_str!("emulator.py");

/// A running emulator. Dropping it ends it and the functions it runs.
pub(crate) struct Emulator {
    group: Group,
    // The emulator ends when this end of its stdin is closed: by us, or by the system after a crash.
    lifeline: Option<ChildStdin>,
    /// `https://127.0.0.1:PORT`
    pub(crate) endpoint: String,
    port: u16,
    installation: Installation,
}

/// All that it takes to start the emulator, once or again.
pub(crate) struct Installation {
    pub(crate) python: PathBuf,
    pub(crate) tls: Tls,
    /// Where its log, its state and its scratch files are.
    pub(crate) directory: PathBuf,
    pub(crate) records: Option<Records>,
}

impl Emulator {
    /// Starts it on `port`, or on one that is free, and waits until it answers.
    pub(crate) fn start(installation: Installation, port: Option<u16>) -> Result<Self, Error> {
        let port = port.map_or_else(free_port, Ok)?;
        let endpoint = format!("https://127.0.0.1:{port}");
        // Neither belongs to this run: a killed emulator leaves both behind.
        for left in [installation.state(), installation.log()] {
            remove(&left)?;
        }
        let mut group = installation.launch(&endpoint, port)?;
        let mut emulator = Self {
            lifeline: group.stdin(),
            group,
            endpoint,
            port,
            installation,
        };
        emulator.wait()?;
        Ok(emulator)
    }

    /// Kills it and all functions by force, without a warning, and starts it again at the same address with all
    /// that it had confirmed until then.
    #[cfg(unix)]
    pub(crate) fn crash(&mut self) -> Result<(), Error> {
        let mut step = Step::start("kill the emulator and start it again");
        let kept = self.installation.state().join(KEPT);
        let Some(lifeline) = &mut self.lifeline else {
            return Ok(());
        };
        let pipe = Path::new("the emulator's stdin");
        std::io::Write::write_all(lifeline, b"keep\n").map_err(Error::file("write to", pipe))?;
        let asked = Instant::now();
        while !kept.exists() {
            process::check_interrupt()?;
            self.check()?;
            if asked.elapsed() > PATIENCE {
                return Err(self.silent());
            }
            step.tick(|| "it writes down what it has confirmed".to_owned());
            std::thread::sleep(process::PAUSE);
        }
        self.group.kill();
        step.done();
        self.group = self.installation.launch(&self.endpoint, self.port)?;
        self.lifeline = self.group.stdin();
        self.wait()
    }

    /// Waits until it answers.
    fn wait(&mut self) -> Result<(), Error> {
        let mut step = Step::start("start the emulator");
        let client = client(&self.endpoint, &self.installation.tls.authority)?;
        let started = Instant::now();
        while !client.answers(HEALTH) {
            process::check_interrupt()?;
            self.check()?;
            if started.elapsed() > PATIENCE {
                return Err(self.silent());
            }
            step.tick(|| process::tail(&self.installation.log(), 1));
            std::thread::sleep(process::PAUSE);
        }
        step.done();
        Ok(())
    }

    /// An error once the emulator has ended on its own.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        let Some(status) = self.group.ended() else {
            return Ok(());
        };
        Err(Error::EmulatorEnded {
            status,
            tail: process::tail(&self.installation.log(), 20),
            log: self.shown_log(),
        })
    }

    fn silent(&self) -> Error {
        Error::EmulatorSilent {
            endpoint: self.endpoint.clone(),
            seconds: PATIENCE.as_secs(),
            log: self.shown_log(),
        }
    }

    fn shown_log(&self) -> PathBuf {
        PathBuf::from(workspace::shown(&self.installation.log()))
    }
}

impl Installation {
    fn log(&self) -> PathBuf {
        self.directory.join("emulator.log")
    }

    /// What it keeps when it is told to.
    fn state(&self) -> PathBuf {
        self.directory.join("state")
    }

    fn launch(&self, endpoint: &str, port: u16) -> Result<Group, Error> {
        let log = self.log();
        let output = OpenOptions::new().create(true).append(true).open(&log);
        let output = output.map_err(Error::file("open", &log))?;
        let errors = output.try_clone().map_err(Error::file("open", &log))?;
        // Unpacked functions and the like, emptied here because a killed emulator cannot do it.
        let scratch = self.directory.join("scratch");
        remove(&scratch)?;
        for directory in [&scratch, &self.state()] {
            fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
        }

        let mut command = Command::new(&self.python);
        environment::isolate(&mut command)
            .args(["-c", LAUNCHER])
            .current_dir(&scratch)
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONUTF8", "1")
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_REGION", REGION)
            // Policies are enforced: a missing permission fails here as it would in AWS.
            .env("AUTH", "true")
            .env("USE_SSL", "1")
            .env("MINISTACK_SSL_CERT", &self.tls.certificate)
            .env("MINISTACK_SSL_KEY", &self.tls.key)
            // What the launcher keeps is read again at the next start.
            .env("PERSIST_STATE", "1")
            .env("STATE_DIR", self.state())
            // The functions inherit these two: where to call back, and whom to trust.
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("SSL_CERT_FILE", &self.tls.authority)
            .env("AWS_ACCESS_KEY_ID", ROOT_KEY)
            .env("AWS_SECRET_ACCESS_KEY", ROOT_KEY)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // Services that would listen on ports of their own, or look for containers to end.
            .env("SFTP_ENABLED", "0")
            .env("IOT_MTLS_ENABLED", "0")
            .env(
                "DOCKER_HOST",
                format!("unix://{}", scratch.join("no-docker").display()),
            );
        for name in ["TMPDIR", "TEMP", "TMP"] {
            command.env(name, &scratch);
        }
        Group::start(&mut command, self.records.as_ref())
    }
}

/// Removes a file or a directory, if it is there.
fn remove(path: &Path) -> Result<(), Error> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else if path.exists() {
        fs::remove_file(path)
    } else {
        Ok(())
    };
    removed.map_err(Error::file("remove", path))
}

/// A client of the emulator at `endpoint`, as the owner of its account.
pub(crate) fn client(endpoint: &str, authority: &Path) -> Result<Client, Error> {
    let owner = Credentials {
        key: ROOT_KEY.to_owned(),
        secret: ROOT_KEY.to_owned(),
        token: None,
    };
    Client::new(endpoint, REGION, authority, owner)
}

/// A port that nobody listens on at the moment.
fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    let address = address.map_err(Error::file("listen on", Path::new("127.0.0.1")))?;
    Ok(address.port())
}
