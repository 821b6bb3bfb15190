use crate::postponed::{Queues, is_hopeless};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sfn::error::SdkError;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use futures::future::join_all;
use pipeline::{ExecutionName, Intake, IntakeError, Job, ObjectEvent, RecordError};

/// Starts executions of one state machine.
pub(crate) struct Starter {
    pub(crate) workflow: aws_sdk_sfn::Client,
    pub(crate) state_machine_arn: String,
    pub(crate) queues: Queues,
}

/// Why a message stays in the queue.
#[derive(Debug, thiserror::Error)]
enum MessageError {
    #[error("the message is none that belongs into the intake queue")]
    Intake(#[from] IntakeError),
    #[error("a record of the message can't be read")]
    Record(#[from] RecordError),
    #[error("the job could not be written as JSON")]
    Job(#[from] serde_json::Error),
    #[error("the execution {name} could not be started")]
    Start {
        name: ExecutionName,
        #[source]
        source: Box<SdkError<StartExecutionError>>,
    },
}

/// Never fails as a whole: the queue delivers again only the messages that are reported here.
pub(crate) async fn handle(batch: SqsEvent, starter: &Starter) -> SqsBatchResponse {
    let outcomes = join_all(
        batch
            .records
            .iter()
            .map(|message| starter.deal_with(message)),
    )
    .await;
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = outcomes.into_iter().flatten().collect();
    response
}

impl Starter {
    /// Takes a message, and gives its id where it has to come back.
    async fn deal_with(&self, message: &SqsMessage) -> Option<BatchItemFailure> {
        let error = self.take(message).await.err()?;
        let message_id = message.message_id.as_deref().unwrap_or_default();
        tracing::error!(
            message_id,
            error = &error as &dyn std::error::Error,
            "the message could not be dealt with"
        );
        let hopeless = error.is_for_good() || message_id.is_empty();
        if hopeless && is_hopeless(message) && self.queues.give_up(message, &error.told()).await {
            return None;
        }
        if !error.is_for_good() {
            self.queues.postpone(message).await;
        }
        // A message without an id gets an empty one, by which Lambda lets the whole batch come back: the
        // last resort, where it could not be put into the failures queue either.
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = message_id.to_owned();
        Some(failure)
    }

    /// Starts all that a message asks for. Where a part fails the whole message comes back, and what had
    /// been started is not started twice, for its execution has the same name again.
    async fn take(&self, message: &SqsMessage) -> Result<(), MessageError> {
        match Intake::from_body(message.body.as_deref().unwrap_or_default())? {
            Intake::TestEvent => {
                tracing::info!("S3 may send to the queue");
                Ok(())
            }
            Intake::Objects(records) => {
                let starts = records.into_iter().map(|record| self.look_at(record));
                // A start that may yet succeed comes before a record that never can be read.
                let mut errors: Vec<_> = join_all(starts)
                    .await
                    .into_iter()
                    .filter_map(Result::err)
                    .collect();
                errors.sort_by_key(MessageError::is_for_good);
                errors.into_iter().next().map_or(Ok(()), Err)
            }
            Intake::Redriven(redriven) => {
                let message_id = message.message_id.as_deref().unwrap_or_default();
                let name = ExecutionName::for_redrive(&redriven, message_id);
                self.start(&name, &redriven.job).await
            }
        }
    }

    async fn look_at(&self, record: Result<ObjectEvent, RecordError>) -> Result<(), MessageError> {
        let object = record?;
        if object.is_folder_marker() {
            return Ok(());
        }
        self.start(&ExecutionName::for_upload(&object), &object.job())
            .await
    }

    async fn start(&self, name: &ExecutionName, job: &Job) -> Result<(), MessageError> {
        let request = self
            .workflow
            .start_execution()
            .state_machine_arn(&self.state_machine_arn)
            .name(name.as_str())
            .input(serde_json::to_string(job)?);
        match request.send().await {
            Ok(_) => {
                tracing::info!(%name, key = %job.image_key, "started");
                Ok(())
            }
            Err(error) if is_duplicate(&error) => {
                tracing::info!(%name, key = %job.image_key, "started before");
                Ok(())
            }
            Err(error) => Err(MessageError::Start {
                name: name.clone(),
                source: Box::new(error),
            }),
        }
    }
}

impl MessageError {
    /// Whether the same message would fail the next time, too, whatever Step Functions does.
    fn is_for_good(&self) -> bool {
        match self {
            Self::Intake(_) | Self::Record(_) | Self::Job(_) => true,
            Self::Start { source, .. } => source
                .as_service_error()
                .is_some_and(|error| error.is_invalid_execution_input() || error.is_invalid_name()),
        }
    }

    /// The error and its causes, in one line.
    fn told(&self) -> String {
        let mut told = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            told = format!("{told}: {error}");
            cause = error.source();
        }
        told
    }
}

/// The execution was started by an earlier delivery of the same event and has ended since.
fn is_duplicate(error: &SdkError<StartExecutionError>) -> bool {
    error
        .as_service_error()
        .is_some_and(StartExecutionError::is_execution_already_exists)
}

#[cfg(test)]
mod tests;
