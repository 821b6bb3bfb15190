resource "aws_cloudwatch_log_group" "function" {
  for_each = local.packages

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
}

# A name under /aws/vendedlogs keeps the deliveries clear of the size limit on the account's log policies.
resource "aws_cloudwatch_log_group" "workflow" {
  name              = "/aws/vendedlogs/states/${var.name}-thumbnail"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "api" {
  count = var.api_access_logs ? 1 : 0

  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
}

# What each function's role has in common: its own log group, and traces where they are wanted.
data "aws_iam_policy_document" "function_telemetry" {
  for_each = local.packages

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"] # The group's streams, named by Lambda as it makes them.
  }

  dynamic "statement" {
    for_each = var.tracing ? [1] : []

    content {
      sid       = "Trace"
      actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources = ["*"] # Traces belong to no resource that a policy could name.
    }
  }
}

locals {
  where_unreported = (
    var.workflow_type == "STANDARD"
    ? "The failures queue holds an event about each."
    : "An Express execution leaves no message then: its input is in the workflow's log, to be sent to the intake queue."
  )

  alarms = {
    failures-waiting = {
      description = "The failures queue holds messages: each says which object has no thumbnail and why. Mend the cause, then redrive them."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      threshold   = 0
      dimensions  = { QueueName = aws_sqs_queue.failures.name }
    }
    intake-behind = {
      description = "An upload has been waiting in the intake queue for over a quarter of an hour."
      namespace   = "AWS/SQS"
      metric      = "ApproximateAgeOfOldestMessage"
      statistic   = "Maximum"
      threshold   = 15 * 60
      dimensions  = { QueueName = aws_sqs_queue.intake.name }
    }
    executions-failed = {
      description = "Executions failed. The failures queue should hold as many messages more; if it does not, redrive the executions."
      namespace   = "AWS/States"
      metric      = "ExecutionsFailed"
      statistic   = "Sum"
      threshold   = 0
      dimensions  = { StateMachineArn = aws_sfn_state_machine.thumbnail.arn }
    }
    executions-timed-out = {
      description = "Executions ran out of time. ${local.where_unreported}"
      namespace   = "AWS/States"
      metric      = "ExecutionsTimedOut"
      statistic   = "Sum"
      threshold   = 0
      dimensions  = { StateMachineArn = aws_sfn_state_machine.thumbnail.arn }
    }
    executions-aborted = {
      description = "Executions were stopped from outside. ${local.where_unreported}"
      namespace   = "AWS/States"
      metric      = "ExecutionsAborted"
      statistic   = "Sum"
      threshold   = 0
      dimensions  = { StateMachineArn = aws_sfn_state_machine.thumbnail.arn }
    }
    starter-errors = {
      description = "The starter failed as a whole, not for one message: its log says why."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 0
      dimensions  = { FunctionName = aws_lambda_function.starter.function_name }
    }
    process-errors = {
      description = "POST /process failed instead of answering: the function's log says why."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 0
      dimensions  = { FunctionName = aws_lambda_function.process.function_name }
    }
    resize-errors = {
      description = "Resize answered with an error, pictures that it refuses included: the failures queue has their codes."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 0
      dimensions  = { FunctionName = aws_lambda_function.resize.function_name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "pipeline" {
  for_each = var.alarms ? local.alarms : {}

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 1
  # These metrics are only sent while something happens.
  treat_missing_data = "notBreaching"

  alarm_actions = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions    = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
