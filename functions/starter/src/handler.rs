use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sfn::error::SdkError;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use futures::future::join_all;
use pipeline::{ExecutionName, Intake, IntakeError, Job};

/// Starts executions of one state machine.
pub(crate) struct Starter {
    pub(crate) workflow: aws_sdk_sfn::Client,
    pub(crate) state_machine_arn: String,
}

/// Why a message stays in the queue.
#[derive(Debug, thiserror::Error)]
enum MessageError {
    #[error("the message is none that belongs into the intake queue")]
    Intake(#[from] IntakeError),
    #[error("the job could not be written as JSON")]
    Job(#[from] serde_json::Error),
    #[error("the execution {name} could not be started")]
    Start {
        name: ExecutionName,
        #[source]
        source: Box<SdkError<StartExecutionError>>,
    },
}

/// Never fails as a whole: the queue delivers again only the messages that are reported here, and after
/// its `maxReceiveCount` it moves them to the failures queue.
pub(crate) async fn handle(batch: SqsEvent, starter: &Starter) -> SqsBatchResponse {
    let outcomes = join_all(batch.records.iter().map(|message| starter.take(message))).await;
    let mut response = SqsBatchResponse::default();
    for (message, outcome) in batch.records.iter().zip(outcomes) {
        if let Err(error) = outcome {
            let message_id = message.message_id.as_deref().unwrap_or_default();
            tracing::error!(
                message_id,
                error = &error as &dyn std::error::Error,
                "the message stays in the queue"
            );
            // A message without an id gets an empty one, by which Lambda lets the whole batch come back.
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message_id.to_owned();
            response.batch_item_failures.push(failure);
        }
    }
    response
}

impl Starter {
    /// Starts all that a message asks for. Where a part fails the whole message comes back, and what had
    /// been started is not started twice, for its execution has the same name again.
    async fn take(&self, message: &SqsMessage) -> Result<(), MessageError> {
        match Intake::from_body(message.body.as_deref().unwrap_or_default())? {
            Intake::TestEvent => {
                tracing::info!("S3 may send to the queue");
                Ok(())
            }
            Intake::Objects(objects) => {
                let pictures = objects.iter().filter(|object| !object.is_folder_marker());
                let starts = pictures.map(|object| async {
                    self.start(&ExecutionName::for_upload(object), &object.job())
                        .await
                });
                join_all(starts).await.into_iter().collect()
            }
            Intake::Redriven(redriven) => {
                let message_id = message.message_id.as_deref().unwrap_or_default();
                let name = ExecutionName::for_redrive(&redriven, message_id);
                self.start(&name, &redriven.job).await
            }
        }
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

/// The execution was started by an earlier delivery of the same event and has ended since.
fn is_duplicate(error: &SdkError<StartExecutionError>) -> bool {
    error
        .as_service_error()
        .is_some_and(StartExecutionError::is_execution_already_exists)
}

#[cfg(test)]
mod tests;
