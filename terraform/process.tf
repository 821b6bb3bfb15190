resource "aws_lambda_function" "process" {
  function_name = "${var.name}-process"
  description   = "Answers POST /process: starts an execution for one object that exists."
  role          = aws_iam_role.process.arn

  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = 256
  timeout       = 15 # API Gateway gives up after 29.

  filename         = local.packages["process"]
  source_code_hash = try(filebase64sha256(local.packages["process"]), null)

  reserved_concurrent_executions = coalesce(var.reserved_concurrency.process, -1)

  environment {
    variables = {
      STATE_MACHINE_ARN  = aws_sfn_state_machine.thumbnail.arn
      SOURCE_BUCKET      = local.source_bucket
      DESTINATION_BUCKET = local.destination_bucket
      KEY_TEMPLATE       = var.key_template
      RENDITIONS         = local.renditions
    }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function["process"].name
    application_log_level = var.log_level
    system_log_level      = "WARN"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.packages["process"])
      error_message = "There is no ${local.packages["process"]}. Build the functions first, with `cargo xtask package`, or say where they are with package_dir."
    }
  }

  depends_on = [aws_iam_role_policy.process]
}

resource "aws_iam_role" "process" {
  name               = "${var.name}-process-${local.region}"
  description        = "What ${var.name}-process may do."
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "process" {
  name   = "process"
  role   = aws_iam_role.process.id
  policy = data.aws_iam_policy_document.process.json
}

data "aws_iam_policy_document" "process" {
  source_policy_documents = [data.aws_iam_policy_document.function_telemetry["process"].json]

  # HeadObject needs the right to get the object, though it reads no byte of it.
  statement {
    sid       = "LookAtSources"
    actions   = ["s3:GetObject"]
    resources = ["${local.source_arn}/*"] # Every object: any of them may be asked for.
  }

  # Without it S3 answers 403 for a key that does not exist, and the caller could not be told so.
  statement {
    sid       = "TellMissingFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = [local.source_arn]
  }

  statement {
    sid       = "StartExecutions"
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.thumbnail.arn]
  }
}
