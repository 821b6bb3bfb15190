//! Brings the thumbnails of one object into line with what the object is now.

mod failure;
mod handler;
mod settings;
mod store;
mod time;

use handler::Resize;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use settings::Settings;
use store::Store;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let settings = Settings::from_env()?;
    let config = clients::config(&clients::RESIZE).await;
    let resize = Resize {
        store: Store(aws_sdk_s3::Client::new(&config)),
        settings,
    };
    let resize = &resize;
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| {
        // A decoder of an earlier job is still at work, or stands still, in memory that nobody counts. A new process has none of
        // it, and the state machine tries again what this one did not begin.
        if thumbnail::left_behind() > 0 {
            tracing::error!("a decoder was left behind: this process ends");
            std::process::exit(1);
        }
        handler::handle(event.payload, resize, event.context.deadline()).await
    }))
    .await
}
