# Executions that end in a way that their own state machine cannot report: timed out, aborted, or failed outside of what its Catch sees. Step
# Functions tells EventBridge about them, and EventBridge the failures queue. Express workflows tell nobody: for them there are the alarms
# and the workflow's log, and a time-out for resize with which every try fits into their five minutes.

locals {
  unreported_rule_arn = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${var.name}-unreported"

  # With these words the state machine begins the cause of every failure that is in the queue already.
  reported = "In the failures queue: "
}

resource "aws_cloudwatch_event_rule" "unreported" {
  count = var.workflow_type == "STANDARD" ? 1 : 0

  name        = "${var.name}-unreported"
  description = "Executions of ${var.name}-thumbnail that ended without a message in the failures queue."

  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [aws_sfn_state_machine.thumbnail.arn]
      "$or" = [
        { status = ["TIMED_OUT", "ABORTED"] },
        { status = ["FAILED"], cause = [{ anything-but = { prefix = local.reported } }] },
        { status = ["FAILED"], cause = [null] },
        { status = ["FAILED"], cause = [{ exists = false }] },
      ]
    }
  })
}

# The event goes into the queue as it is: it holds the execution's input, its error and its name.
resource "aws_cloudwatch_event_target" "unreported" {
  count = var.workflow_type == "STANDARD" ? 1 : 0

  rule = aws_cloudwatch_event_rule.unreported[0].name
  arn  = aws_sqs_queue.failures.arn
}
