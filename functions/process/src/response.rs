use aws_lambda_events::event::apigw::ApiGatewayProxyResponse;
use pipeline::{Code, Failure, Key};
use serde::Serialize;

/// The body of a 202: the execution has begun, and here is what it will write.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted<'a> {
    pub(crate) execution_arn: &'a str,
    /// ISO 8601, in UTC.
    pub(crate) start_date: String,
    pub(crate) image_key: &'a Key,
    pub(crate) thumbnails: Vec<Expected<'a>>,
}

/// Where a thumbnail will be, named as in the report of the execution.
#[derive(Debug, Serialize)]
pub(crate) struct Expected<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: Key,
}

/// 202: it will be done.
pub(crate) fn accepted(body: &Accepted<'_>) -> ApiGatewayProxyResponse {
    json(202, body)
}

/// 400, 404, 500 or 503, by the code, with what to change.
pub(crate) fn refused(code: Code, message: impl Into<String>) -> ApiGatewayProxyResponse {
    let status = match code {
        Code::ImageNotFound => 404,
        Code::StorageUnavailable | Code::WorkflowUnavailable | Code::SourceChanging => 503,
        // The caller can't help it that the function is not allowed what it needs.
        Code::AccessDenied => 500,
        Code::InvalidJob | Code::UnsupportedFormat | Code::CorruptImage | Code::ImageTooLarge => {
            400
        }
    };
    let failure = Failure::new(code, message);
    tracing::info!(status, code = %code, message = failure.message, "refused");
    json(status, &failure)
}

fn json(status: i64, body: &impl Serialize) -> ApiGatewayProxyResponse {
    let mut response = ApiGatewayProxyResponse::default();
    response.status_code = status;
    let kind = "application/json".parse().expect("it is a header's value");
    response.headers.insert("content-type", kind);
    let text = serde_json::to_string(body).expect("these types have no map with odd keys");
    response.body = Some(text.into());
    response
}
