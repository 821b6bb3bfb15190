resource "aws_lambda_function" "starter" {
  function_name = "${var.name}-starter"
  description   = "Starts one execution for every object that a batch of S3 notifications names."
  role          = aws_iam_role.starter.arn

  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = 256
  timeout       = local.starter_timeout

  filename         = local.packages["starter"]
  source_code_hash = try(filebase64sha256(local.packages["starter"]), null)

  reserved_concurrent_executions = coalesce(var.reserved_concurrency.starter, -1)

  environment {
    variables = {
      STATE_MACHINE_ARN  = aws_sfn_state_machine.thumbnail.arn
      INTAKE_QUEUE_URL   = aws_sqs_queue.intake.url
      FAILURES_QUEUE_URL = aws_sqs_queue.failures.url
    }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function["starter"].name
    application_log_level = var.log_level
    system_log_level      = "WARN"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.packages["starter"])
      error_message = "There is no ${local.packages["starter"]}. Build the functions first, with `cargo xtask package`, or say where they are with package_dir."
    }
  }

  depends_on = [aws_iam_role_policy.starter]
}

resource "aws_lambda_event_source_mapping" "intake" {
  event_source_arn                   = aws_sqs_queue.intake.arn
  function_name                      = aws_lambda_function.starter.arn
  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batch_window_seconds
  # One message that fails must not bring back the nine that did not.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}

resource "aws_iam_role" "starter" {
  name               = "${var.name}-starter-${local.region}"
  description        = "What ${var.name}-starter may do."
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "starter" {
  name   = "starter"
  role   = aws_iam_role.starter.id
  policy = data.aws_iam_policy_document.starter.json
}

data "aws_iam_policy_document" "starter" {
  source_policy_documents = [data.aws_iam_policy_document.function_telemetry["starter"].json]

  statement {
    sid       = "ConsumeIntake"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
    resources = [aws_sqs_queue.intake.arn]
  }

  statement {
    sid       = "HandOverWhatCannotBeRead"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures.arn]
  }

  statement {
    sid       = "StartExecutions"
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.thumbnail.arn]
  }
}
