//! The contract between the parts of the pipeline.
//!
//! What one part hands to another is defined here and nowhere else: the [`Job`] that is an execution's
//! input, the [`Report`] that is its output, the [`FailureMessage`] in the failures queue, the [`Code`]s
//! that say why, and the rules by which keys and executions are named.
//!
//! This crate talks to nobody: it names no AWS client, no runtime and no environment variable.

mod code;
mod disposition;
mod execution;
mod intake;
mod job;
mod key;
mod naming;
mod report;
mod store;

pub use code::Code;
pub use disposition::content_disposition;
pub use execution::ExecutionName;
pub use intake::{Intake, IntakeError, ObjectEvent, RecordError, Redriven};
pub use job::{Failure, FailureMessage, Job, JobError, Trigger};
pub use key::{Key, KeyError};
pub use naming::{
    KeyTemplate, Naming, NamingError, RenditionName, RenditionNameError, TemplateError,
};
pub use report::{Outcome, Report, Source, Thumbnail};
pub use store::StoreError;
