locals {
  # Resize's time-out, in seconds, unless told otherwise. An Express execution ends after five minutes whatever it is doing, without a word to
  # anybody, so that all tries of the task and the report of its failure have to fit in.
  standard_timeout = 60
  express_timeout  = 30
  resize_timeout   = coalesce(var.timeout, var.workflow_type == "EXPRESS" ? local.express_timeout : local.standard_timeout)
}

resource "aws_sfn_state_machine" "thumbnail" {
  name     = "${var.name}-thumbnail"
  role_arn = aws_iam_role.workflow.arn
  type     = var.workflow_type

  definition = templatefile("${path.module}/../statemachine/thumbnail.asl.json", {
    resize_function_arn = aws_lambda_function.resize.arn
    failures_queue_url  = aws_sqs_queue.failures.url
  })

  # An Express execution leaves no trace but this one; a Standard one keeps its own history, so that only its failures are logged.
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.workflow.arn}:*"
    level                  = var.workflow_type == "EXPRESS" ? "ALL" : "ERROR"
    include_execution_data = true
  }

  # Left out where it is off: some answers leave the block out too, and every later plan would then show a change.
  dynamic "tracing_configuration" {
    for_each = var.tracing ? [true] : []

    content {
      enabled = tracing_configuration.value
    }
  }

  depends_on = [aws_iam_role_policy.workflow]
}

resource "aws_iam_role" "workflow" {
  name               = "${var.name}-workflow-${local.region}"
  description        = "What the state machine ${var.name}-thumbnail may do."
  assume_role_policy = data.aws_iam_policy_document.workflow_trust.json
}

resource "aws_iam_role_policy" "workflow" {
  name   = "workflow"
  role   = aws_iam_role.workflow.id
  policy = data.aws_iam_policy_document.workflow.json
}

data "aws_iam_policy_document" "workflow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "workflow" {
  statement {
    sid       = "Resize"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.resize.arn]
  }

  statement {
    sid       = "ReportFailures"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.failures.arn]
  }

  # Log deliveries are no resources that a policy could name: AWS documents these actions with `*` alone.
  statement {
    sid = "DeliverLogs"
    actions = [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = var.tracing ? [1] : []

    # Traces belong to no resource either.
    content {
      sid       = "Trace"
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
      resources = ["*"]
    }
  }
}
