//! `cargo xtask local`: the whole pipeline on this machine.

pub(crate) mod drop;
mod emulator;
mod environment_files;
pub(crate) mod figures;
mod hints;
mod lock;
pub(crate) mod outputs;
mod sample;
pub(crate) mod tls;

use std::{
    env::consts::ARCH,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use emulator::{Emulator, Installation};
use lock::Lock;
use outputs::Outputs;
use tls::Tls;

use crate::{
    aws::{Client, Credentials},
    bundle,
    error::Error,
    functions,
    process::{self, Runner},
    python::{self, Venv},
    record::Records,
    terraform::{self, Root},
    workspace,
};

const REQUIREMENTS: &str = include_str!("../../requirements/local.txt");
/// The user that Terraform, the tests and whoever reads `target/local/env` act as.
const USER: &str = "local";
/// Terraform's outputs, beside the environment files.
const OUTPUTS: &str = "outputs.json";

/// Run the whole pipeline on this machine: emulator, functions, Terraform
///
/// Starts an AWS emulator on a free loopback port, applies terraform/ to it, drops the pictures in, waits for their
/// thumbnails, saves them under target/local/thumbnails/, and stays up until Ctrl-C. While it runs, `. target/local/env`
/// (PowerShell: `. target/local/env.ps1`) points the AWS command line at it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Pictures to drop in [default: one that the tool makes]
    pub(crate) pictures: Vec<PathBuf>,

    /// Stop after the pictures; fails if one of them got no thumbnail
    #[arg(long)]
    pub(crate) once: bool,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// How the local cloud differs from its defaults.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Settings {
    /// Port to listen on [default: a free one]
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,

    /// The kind of state machine, see the Terraform variable of that name [default: Terraform's]
    #[arg(long, value_name = "STANDARD|EXPRESS", ignore_case = true, value_parser = ["STANDARD", "EXPRESS"])]
    pub(crate) workflow_type: Option<String>,

    /// Another Terraform variable; can be given more than once
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(crate) variables: Vec<String>,
}

impl Settings {
    /// Whether the API has been told to take signed requests only.
    fn api_is_signed(&self) -> bool {
        self.variables
            .iter()
            .any(|variable| variable == "api_authorization=AWS_IAM")
    }
}

/// Starts the local cloud, drops the pictures in, and stays up unless told otherwise.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let directory = workspace::target().join("local");
    let mut pictures = drop::named(&arguments.pictures)?;
    let mut cloud = Cloud::start(&arguments.settings)?;
    if pictures.is_empty() {
        pictures = drop::named(&[sample::write(&directory)?])?;
    }
    let mut target = cloud.target();
    target.forget()?;
    let dropped = target.drop_all(&pictures);
    if arguments.once {
        dropped?;
        return pictures
            .first()
            .map_or(Ok(()), |picture| target.drop_warm(picture));
    }
    match dropped {
        // Their lines have said why, and there may be more to try.
        Ok(()) | Err(Error::Pictures { .. }) => {}
        Err(error) => return Err(error),
    }
    hints::print(
        &cloud.outputs,
        &cloud.user,
        arguments.settings.api_is_signed(),
    );
    cloud.stay()
}

/// A running local cloud. Dropping it stops everything that it started.
pub(crate) struct Cloud {
    // Fields are dropped in this order: the files that point at the emulator go before it,
    // and the lock is let go of last.
    _files: Files,
    emulator: Emulator,
    client: Client,
    outputs: Outputs,
    user: Credentials,
    environment: Vec<(String, String)>,
    _lock: Lock,
}

impl Cloud {
    /// Builds the functions, starts the emulator and applies the Terraform root to it.
    pub(crate) fn start(settings: &Settings) -> Result<Self, Error> {
        python::require()?;
        terraform::require()?;
        let directory = workspace::target().join("local");
        let lock = Lock::take(&directory)?;
        let records = Records::take_over(directory.join("processes"))?;
        let files = Files {
            directory: directory.clone(),
        };
        files.remove();
        let runner = Runner::new(directory.join("logs"), Some(records))?;

        let venv = Venv::ready(
            directory.join("venv"),
            REQUIREMENTS,
            "the emulator",
            &runner,
        )?;
        let packages = directory.join("functions");
        for (name, binary) in functions::build(&runner)? {
            bundle::write(&binary, &packages.join(name))?;
        }
        let tls = Tls::make(&directory.join("tls"))?;
        let authority = tls.authority.clone();
        let installation = Installation {
            python: venv.python(),
            tls,
            directory: directory.clone(),
            records: runner.records().cloned(),
        };
        let mut emulator = Emulator::start(installation, settings.port)?;
        let mut client = emulator::client(&emulator.endpoint, &authority)?;
        let user = client.become_user(USER)?;

        let mut terraform = Terraform {
            directory: &directory,
            runner: &runner,
            user: &user,
            authority: &authority,
            emulator: &mut emulator,
        };
        let outputs = terraform.apply(&variables(&packages, settings))?;
        let environment =
            environment_files::variables(&emulator.endpoint, &authority, &user, &outputs);
        environment_files::write(&directory, &environment)?;
        Ok(Self {
            _files: files,
            emulator,
            client,
            outputs,
            user,
            environment,
            _lock: lock,
        })
    }

    /// What pictures are dropped into.
    pub(crate) fn target(&mut self) -> drop::Target<'_> {
        drop::Target {
            client: &self.client,
            emulator: &mut self.emulator,
            outputs: &self.outputs,
            thumbnails: workspace::target().join("local").join("thumbnails"),
        }
    }

    /// A client of it, as the user that everything else acts as, too.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Terraform's outputs.
    pub(crate) fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    /// What a program has to have in its environment to talk to this cloud.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Kills the emulator and all functions, and starts it again with its state.
    #[cfg(unix)]
    pub(crate) fn crash(&mut self) -> Result<(), Error> {
        self.emulator.crash()
    }

    /// An error once the emulator has ended on its own.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        self.emulator.check()
    }

    /// Returns when the user ends it; an error if the emulator ends first.
    fn stay(&mut self) -> Result<(), Error> {
        while process::check_interrupt().is_ok() {
            self.emulator.check()?;
            std::thread::sleep(Duration::from_millis(100));
        }
        eprintln!("\nstopping the local cloud");
        Ok(())
    }
}

/// Terraform, pointed at the emulator.
struct Terraform<'a> {
    directory: &'a Path,
    runner: &'a Runner,
    user: &'a Credentials,
    authority: &'a Path,
    emulator: &'a mut Emulator,
}

impl Terraform<'_> {
    /// Applies the root module, and leaves its outputs in `outputs.json`.
    fn apply(&mut self, variables: &[String]) -> Result<Outputs, Error> {
        let root = Root::ready(&self.directory.join("root"), self.runner)?;
        // There is no earlier state to refresh, and most of the time the provider only waits.
        let mut apply = self.command(&root, "apply");
        apply.args([
            "-auto-approve",
            "-input=false",
            "-no-color",
            "-refresh=false",
        ]);
        apply.arg("-parallelism=30");
        apply.args(variables.iter().map(|variable| format!("-var={variable}")));
        self.runner
            .run_while("apply Terraform", &mut apply, || self.emulator.check())?;

        let mut output = self.command(&root, "output");
        let json = self
            .runner
            .run("read the outputs", output.args(["-json", "-no-color"]))?;
        let outputs = Outputs::parse(&json, &self.emulator.endpoint)?;
        outputs.write(&self.directory.join(OUTPUTS))?;
        Ok(outputs)
    }

    fn command(&self, root: &Root, name: &str) -> Command {
        let mut command = root.isolated();
        command
            .arg(name)
            .env("AWS_ENDPOINT_URL", &self.emulator.endpoint)
            .env("AWS_REGION", emulator::REGION)
            .env("AWS_ACCESS_KEY_ID", &self.user.key)
            .env("AWS_SECRET_ACCESS_KEY", &self.user.secret)
            .env("AWS_CA_BUNDLE", self.authority)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }
}

/// The root module's settings: where the functions are, what they were built for, and what was asked for.
fn variables(packages: &Path, settings: &Settings) -> Vec<String> {
    let architecture = if ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let mut variables = vec![
        format!("package_dir={}", packages.display()),
        format!("architecture={architecture}"),
        // All run on the same few cores here: two starters find larger batches than ten, and need less for them.
        "maximum_concurrency=2".to_owned(),
    ];
    let workflow_type = settings.workflow_type.as_ref();
    variables.extend(workflow_type.map(|kind| format!("workflow_type={}", kind.to_uppercase())));
    variables.extend(settings.variables.iter().cloned());
    variables
}

/// The files that tell others of a running local cloud.
struct Files {
    directory: PathBuf,
}

impl Files {
    fn remove(&self) {
        environment_files::remove(&self.directory);
        // Not there is what is wanted.
        let _ = fs::remove_file(self.directory.join(OUTPUTS));
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.remove();
    }
}
