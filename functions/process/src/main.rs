//! Answers `POST /process`: checks that the image exists, starts an execution, and says where the
//! thumbnail will be.

mod handler;
mod request;
mod response;
mod settings;

use aws_lambda_events::event::apigw::ApiGatewayProxyRequest;
use handler::Process;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let settings = Settings::from_env()?;
    let config = clients::config(&clients::PROCESS).await;
    let process = Process {
        store: aws_sdk_s3::Client::new(&config),
        workflow: aws_sdk_sfn::Client::new(&config),
        settings,
    };
    let process = &process;
    lambda_runtime::run(service_fn(
        async move |event: LambdaEvent<ApiGatewayProxyRequest>| {
            let lambda_request_id = event.context.request_id;
            Ok::<_, Error>(handler::handle(&event.payload, &lambda_request_id, process).await)
        },
    ))
    .await
}
