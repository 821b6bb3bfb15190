use crate::request::Request;
use crate::response::{Accepted, Expected, accepted, refused};
use crate::settings::Settings;
use aws_lambda_events::event::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_sfn::operation::start_execution::StartExecutionOutput;
use aws_sdk_sfn::primitives::DateTimeFormat;
use pipeline::{Code, ExecutionName, Job, Key, NamingError, StoreError, Trigger};

/// What the API's function works with.
pub(crate) struct Process {
    pub(crate) store: aws_sdk_s3::Client,
    pub(crate) workflow: aws_sdk_sfn::Client,
    pub(crate) settings: Settings,
}

/// A refusal: the code, and a sentence for the caller.
type Refusal = (Code, String);

/// Always answers, in JSON. `lambda_request_id` names the call where API Gateway gave it no id.
pub(crate) async fn handle(
    request: &ApiGatewayProxyRequest,
    lambda_request_id: &str,
    process: &Process,
) -> ApiGatewayProxyResponse {
    let body = request.body.as_deref().unwrap_or_default();
    let request_id = request.request_context.request_id.as_deref();
    match process
        .start(body, request_id.unwrap_or(lambda_request_id))
        .await
    {
        Ok(response) => response,
        Err((code, message)) => refused(code, message),
    }
}

impl Process {
    async fn start(
        &self,
        body: &str,
        request_id: &str,
    ) -> Result<ApiGatewayProxyResponse, Refusal> {
        let Request { image_key } =
            Request::from_body(body).map_err(|error| (Code::InvalidJob, error.to_string()))?;
        let thumbnails = self
            .expected(&image_key)
            .map_err(|error| (Code::InvalidJob, error.to_string()))?;
        self.check_that_it_exists(&image_key).await?;
        let execution = self.start_execution(&image_key, request_id).await?;
        let start_date = execution.start_date.fmt(DateTimeFormat::DateTime);
        Ok(accepted(&Accepted {
            execution_arn: &execution.execution_arn,
            start_date: start_date.unwrap_or_default(),
            image_key: &image_key,
            thumbnails,
        }))
    }

    fn expected(&self, image_key: &Key) -> Result<Vec<Expected<'_>>, NamingError> {
        let keys = self.settings.naming.thumbnail_keys(image_key)?;
        let bucket = &self.settings.destination_bucket;
        Ok(keys
            .into_iter()
            .map(|key| Expected { bucket, key })
            .collect())
    }

    async fn check_that_it_exists(&self, key: &Key) -> Result<(), Refusal> {
        let bucket = &self.settings.source_bucket;
        let request = self.store.head_object().bucket(bucket).key(key.as_str());
        let Err(error) = request.send().await else {
            return Ok(());
        };
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        tracing::info!(error = %DisplayErrorContext(&error), "the image was not found to exist");
        Err(match StoreError::classify(status, error.code()) {
            StoreError::NotFound => (
                Code::ImageNotFound,
                format!(
                    "there is no object {key:?} in the bucket {bucket}: write the key as S3 has it, folder and extension included, without encoding"
                ),
            ),
            StoreError::Denied => (
                Code::AccessDenied,
                format!(
                    "the API is not allowed to look at {key:?} in the bucket {bucket}: its operator must let it"
                ),
            ),
            StoreError::Unavailable => (
                Code::StorageUnavailable,
                "the store is busy: try again in a few seconds".to_owned(),
            ),
        })
    }

    async fn start_execution(
        &self,
        key: &Key,
        request_id: &str,
    ) -> Result<StartExecutionOutput, Refusal> {
        let job = Job {
            bucket: self.settings.source_bucket.clone(),
            image_key: key.clone(),
            trigger: Trigger::Api,
        };
        let name = ExecutionName::for_request(&job.bucket, key, request_id);
        let input = serde_json::to_string(&job).expect("a job has no map with odd keys");
        let request = self
            .workflow
            .start_execution()
            .state_machine_arn(&self.settings.state_machine_arn)
            .name(name.as_str())
            .input(input);
        request.send().await.map_err(|error| {
            tracing::error!(error = %DisplayErrorContext(&error), "the execution could not be started");
            let message = "the execution could not be started: try again in a few seconds, and if that does not help ask the API's operator to look into its log";
            (Code::WorkflowUnavailable, message.to_owned())
        })
    }
}

#[cfg(test)]
mod tests;
