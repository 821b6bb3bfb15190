//! Starts one execution of the state machine for each object that a batch of messages names.

mod handler;
mod postponed;
mod settings;

use aws_lambda_events::event::sqs::SqsEvent;
use handler::Starter;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use postponed::Queues;
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let settings = Settings::from_env()?;
    let config = clients::config(&clients::STARTER).await;
    let starter = Starter {
        workflow: aws_sdk_sfn::Client::new(&config),
        state_machine_arn: settings.state_machine_arn,
        queues: Queues {
            client: aws_sdk_sqs::Client::new(&config),
            intake_url: settings.intake_queue_url,
            failures_url: settings.failures_queue_url,
        },
    };
    let starter = &starter;
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<SqsEvent>| {
        Ok::<_, Error>(handler::handle(event.payload, starter).await)
    }))
    .await
}
