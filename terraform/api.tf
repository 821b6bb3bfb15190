locals {
  # Errors that never reach the function have the shape of those that it answers.
  gateway_responses = {
    BAD_REQUEST_BODY = {
      status  = "400"
      code    = "InvalidJob"
      message = "Write a JSON body of the form {\"imageKey\": \"folder/name.jpg\"}, with the key of an object in the source bucket, 1 to 1024 characters long"
    }
    # Also what API Gateway calls a path or a method that does not exist.
    MISSING_AUTHENTICATION_TOKEN = {
      status  = "403"
      code    = "RequestRefused"
      message = "There is only POST /process here, and where the API is set to AWS_IAM the request must be signed for execute-api"
    }
    THROTTLED   = { status = "429", code = "TooManyRequests", message = "Too many requests at once: try again in a moment" }
    DEFAULT_4XX = { status = null, code = "RequestRefused", message = null }
    DEFAULT_5XX = { status = null, code = "ServiceFailed", message = null }
  }
}

resource "aws_api_gateway_rest_api" "process" {
  name        = var.name
  description = "POST /process makes the thumbnail of an object that is in the source bucket already."

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_resource" "process" {
  rest_api_id = aws_api_gateway_rest_api.process.id
  parent_id   = aws_api_gateway_rest_api.process.root_resource_id
  path_part   = "process"
}

# `anyOf` has a single entry so far: another way to say what is to be processed goes beside it.
resource "aws_api_gateway_model" "process" {
  rest_api_id  = aws_api_gateway_rest_api.process.id
  name         = "Process"
  description  = "What to process."
  content_type = "application/json"

  schema = jsonencode({
    "$schema" = "http://json-schema.org/draft-04/schema#"
    title     = "Process"
    type      = "object"
    properties = {
      imageKey = { type = "string", minLength = 1, maxLength = 1024 }
    }
    anyOf = [{ required = ["imageKey"] }]
  })
}

resource "aws_api_gateway_request_validator" "body" {
  rest_api_id           = aws_api_gateway_rest_api.process.id
  name                  = "body"
  validate_request_body = true
}

resource "aws_api_gateway_method" "process" {
  rest_api_id          = aws_api_gateway_rest_api.process.id
  resource_id          = aws_api_gateway_resource.process.id
  http_method          = "POST"
  authorization        = var.api_authorization
  request_validator_id = aws_api_gateway_request_validator.body.id

  # A body that says it is something else, as curl's does unless told, is validated all the same.
  request_models = {
    "application/json" = aws_api_gateway_model.process.name
    "$default"         = aws_api_gateway_model.process.name
  }
}

resource "aws_api_gateway_integration" "process" {
  rest_api_id             = aws_api_gateway_rest_api.process.id
  resource_id             = aws_api_gateway_resource.process.id
  http_method             = aws_api_gateway_method.process.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.process.invoke_arn
}

resource "aws_api_gateway_gateway_response" "error" {
  for_each = local.gateway_responses

  rest_api_id   = aws_api_gateway_rest_api.process.id
  response_type = each.key
  status_code   = each.value.status

  # `$context.error.messageString` is API Gateway's own message, quoted already.
  response_templates = {
    "application/json" = format(
      "{\"code\":%s,\"message\":%s}",
      jsonencode(each.value.code),
      each.value.message == null ? "$context.error.messageString" : jsonencode(each.value.message),
    )
  }
}

resource "aws_api_gateway_deployment" "process" {
  rest_api_id = aws_api_gateway_rest_api.process.id

  # A deployment is a snapshot: without this a change would be stored and never served. It lists what can change, not whole resources,
  # whose computed attributes differ from one refresh to the next.
  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_resource.process.id,
      aws_api_gateway_model.process.schema,
      aws_api_gateway_request_validator.body.id,
      aws_api_gateway_method.process.authorization,
      aws_api_gateway_method.process.request_models,
      aws_api_gateway_integration.process.uri,
      [for response in aws_api_gateway_gateway_response.error : [response.response_type, response.status_code, response.response_templates]],
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id          = aws_api_gateway_rest_api.process.id
  deployment_id        = aws_api_gateway_deployment.process.id
  stage_name           = "prod"
  xray_tracing_enabled = var.tracing

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.api

    content {
      destination_arn = access_log_settings.value.arn
      format = jsonencode({
        requestId   = "$context.requestId"
        requestTime = "$context.requestTime"
        sourceIp    = "$context.identity.sourceIp"
        caller      = "$context.identity.caller"
        method      = "$context.httpMethod"
        path        = "$context.path"
        status      = "$context.status"
        latency     = "$context.responseLatency"
        error       = "$context.error.responseType"
      })
    }
  }
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.process.id
  stage_name  = aws_api_gateway_stage.prod.stage_name
  method_path = "*/*"

  settings {
    # Metrics by method are charged for; those of the stage come free, and this is its only method.
    metrics_enabled        = false
    throttling_rate_limit  = var.api_rate_limit
    throttling_burst_limit = var.api_burst_limit
  }
}

resource "aws_lambda_permission" "process" {
  statement_id  = "ApiGateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.process.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.process.execution_arn}/*/POST/process"
}
