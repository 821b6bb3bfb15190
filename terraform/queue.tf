locals {
  starter_timeout = 10
  intake_days     = 4

  # Known before the queues exist, so that each can name the other without a cycle, and without further resources: the provider waits
  # half a minute for every one that concerns a queue.
  intake_name = "${var.name}-intake"
  intake_arn  = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.intake_name}"

  # A removal has to reach the function too where the thumbnail goes with its source. A lifecycle rule that expires an object sends
  # an event of its own kind instead of ObjectRemoved.
  notified_events = concat(
    ["s3:ObjectCreated:*"],
    var.remove_with_source ? ["s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"] : [],
  )
}

resource "aws_sqs_queue" "failures" {
  name = "${var.name}-failures"

  # A message's age counts from its first arrival in the intake queue, so this one has to keep them longer.
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = true
  policy                    = data.aws_iam_policy_document.failures.json

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.intake_arn]
  })
}

resource "aws_sqs_queue" "intake" {
  name = local.intake_name

  # Six times the function's time-out, plus the batch window, as Lambda asks for.
  visibility_timeout_seconds = 6 * local.starter_timeout + var.batch_window_seconds
  message_retention_seconds  = local.intake_days * 24 * 60 * 60
  # S3 cannot send to a queue that is encrypted with the account's default KMS key.
  sqs_managed_sse_enabled = true
  policy                  = data.aws_iam_policy_document.intake.json

  # The starter itself hands over what it cannot read, after a few deliveries. This many are for what waits: while Step Functions throttles,
  # a message comes back again and again, after up to a quarter of an hour each time, and it is nobody's mistake. All of it takes a day.
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failures.arn
    maxReceiveCount     = 100
  })
}

data "aws_iam_policy_document" "failures" {
  dynamic "statement" {
    for_each = var.workflow_type == "STANDARD" ? [1] : []

    content {
      sid       = "UnreportedExecutions"
      actions   = ["sqs:SendMessage"]
      resources = ["arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-failures"]

      principals {
        type        = "Service"
        identifiers = ["events.amazonaws.com"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [local.unreported_rule_arn]
      }
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"] # Whatever the action: this statement only ever denies.
    resources = ["arn:${local.partition}:sqs:${local.region}:${local.account}:${var.name}-failures"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

data "aws_iam_policy_document" "intake" {
  statement {
    sid       = "Notifications"
    actions   = ["sqs:SendMessage"]
    resources = [local.intake_arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.source_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"] # Whatever the action: this statement only ever denies.
    resources = [local.intake_arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# A bucket has one notification resource, which silently overwrites any other: hence the way out.
resource "aws_s3_bucket_notification" "source" {
  count = var.manage_notification ? 1 : 0

  bucket = local.source_bucket

  queue {
    id        = "${var.name}-intake"
    queue_arn = aws_sqs_queue.intake.arn
    events    = local.notified_events
  }

  # Nothing is listening before the mapping exists; the bucket's other settings would answer with a conflict.
  depends_on = [aws_s3_bucket_policy.created]
}
