resource "aws_lambda_function" "resize" {
  function_name = "${var.name}-resize"
  description   = "Makes the thumbnails of one object what its source is now."
  role          = aws_iam_role.resize.arn

  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = var.memory
  timeout       = local.resize_timeout

  filename         = local.packages["resize"]
  source_code_hash = try(filebase64sha256(local.packages["resize"]), null)

  reserved_concurrent_executions = coalesce(var.reserved_concurrency.resize, -1)

  environment {
    variables = merge(
      {
        DESTINATION_BUCKET = local.destination_bucket
        KEY_TEMPLATE       = var.key_template
        RENDITIONS         = local.renditions
        CACHE_CONTROL      = var.cache_control
        DAMAGED            = var.damaged
        LINEAR_LIGHT       = tostring(var.linear_light)
        REMOVE_WITH_SOURCE = tostring(var.remove_with_source)
      },
      # Not set, they come from the function's memory.
      var.max_source_bytes == null ? {} : { MAX_SOURCE_BYTES = format("%d", var.max_source_bytes) },
      var.max_pixels == null ? {} : { MAX_PIXELS = format("%d", var.max_pixels) },
    )
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function["resize"].name
    application_log_level = var.log_level
    system_log_level      = "WARN"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.packages["resize"])
      error_message = "There is no ${local.packages["resize"]}. Build the functions first, with `cargo xtask package`, or say where they are with package_dir."
    }
  }

  depends_on = [aws_iam_role_policy.resize]
}

resource "aws_iam_role" "resize" {
  name               = "${var.name}-resize-${local.region}"
  description        = "What ${var.name}-resize may do."
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

resource "aws_iam_role_policy" "resize" {
  name   = "resize"
  role   = aws_iam_role.resize.id
  policy = data.aws_iam_policy_document.resize.json
}

data "aws_iam_policy_document" "resize" {
  source_policy_documents = [data.aws_iam_policy_document.function_telemetry["resize"].json]

  statement {
    sid       = "ReadSources"
    actions   = ["s3:GetObject"]
    resources = ["${local.source_arn}/*"] # Every object: any of them may be a picture.
  }

  # Without it S3 answers 403 for a key that does not exist, and a deleted source would look like a missing permission.
  statement {
    sid       = "TellMissingFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = [local.source_arn]
  }

  # A backfill looks whether a thumbnail is current, for which HeadObject needs the right to get it, and the bucket's the right to say that
  # there is none.
  statement {
    sid       = "LookAtThumbnails"
    actions   = ["s3:GetObject"]
    resources = ["${local.destination_arn}/*"] # Every object, as below.
  }

  statement {
    sid       = "TellMissingThumbnailsFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = [local.destination_arn]
  }

  statement {
    sid       = "WriteThumbnails"
    actions   = concat(["s3:PutObject"], var.remove_with_source ? ["s3:DeleteObject"] : [])
    resources = ["${local.destination_arn}/*"] # Every object: where a thumbnail goes depends on its source's key.
  }
}
