//! The emulator: one process, its state in memory, its log in a file.

use std::{
    fs::{self, File},
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
    python::Venv,
    record::Records,
    workspace,
};

/// The emulator's account; its owner's key is `test`, whatever the secret.
pub(crate) const ROOT_KEY: &str = "test";
/// The region that everything is made in.
pub(crate) const REGION: &str = "us-east-1";

const PATIENCE: Duration = Duration::from_secs(60);
const HEALTH: &str = "/_ministack/health";
const LAUNCHER: &str = include_str!("emulator.py");

/// A running emulator. Dropping it ends it and the functions it runs.
pub(crate) struct Emulator {
    group: Group,
    // The emulator ends when this end of its stdin is closed: by us, or by the system after a crash.
    _lifeline: Option<ChildStdin>,
    /// `https://127.0.0.1:PORT`
    pub(crate) endpoint: String,
    log: PathBuf,
}

impl Emulator {
    /// Starts it on `port`, or on one that is free, and waits until it answers.
    pub(crate) fn start(
        venv: &Venv,
        tls: &Tls,
        directory: &Path,
        port: Option<u16>,
        records: Option<&Records>,
    ) -> Result<Self, Error> {
        let mut step = Step::start("start the emulator");
        let port = port.map_or_else(free_port, Ok)?;
        let endpoint = format!("https://127.0.0.1:{port}");
        let log = directory.join("emulator.log");
        let output = File::create(&log).map_err(Error::file("create", &log))?;
        let errors = output.try_clone().map_err(Error::file("open", &log))?;
        // Unpacked functions and the like, emptied here because a killed emulator cannot do it.
        let scratch = directory.join("scratch");
        if scratch.exists() {
            fs::remove_dir_all(&scratch).map_err(Error::file("remove", &scratch))?;
        }
        fs::create_dir_all(&scratch).map_err(Error::file("create", &scratch))?;

        let mut command = Command::new(venv.python());
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
            .env("MINISTACK_SSL_CERT", &tls.certificate)
            .env("MINISTACK_SSL_KEY", &tls.key)
            // The functions inherit these two: where to call back, and whom to trust.
            .env("AWS_ENDPOINT_URL", &endpoint)
            .env("SSL_CERT_FILE", &tls.authority)
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

        let mut group = Group::start(&mut command, records)?;
        let mut emulator = Self {
            _lifeline: group.stdin(),
            group,
            endpoint,
            log,
        };
        let client = client(&emulator.endpoint, &tls.authority)?;
        let started = Instant::now();
        while !client.answers(HEALTH) {
            process::check_interrupt()?;
            emulator.check()?;
            if started.elapsed() > PATIENCE {
                return Err(Error::EmulatorSilent {
                    endpoint: emulator.endpoint.clone(),
                    seconds: PATIENCE.as_secs(),
                    log: emulator.shown_log(),
                });
            }
            step.tick(|| process::tail(&emulator.log, 1));
            std::thread::sleep(process::PAUSE);
        }
        step.done();
        Ok(emulator)
    }

    /// An error once the emulator has ended on its own.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        let Some(status) = self.group.ended() else {
            return Ok(());
        };
        Err(Error::EmulatorEnded {
            status,
            tail: process::tail(&self.log, 20),
            log: self.shown_log(),
        })
    }

    fn shown_log(&self) -> PathBuf {
        PathBuf::from(workspace::shown(&self.log))
    }
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
