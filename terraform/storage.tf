# Buckets of one's own come locked down; a bucket that existed before is only read, written and listened to, never reconfigured.

data "aws_s3_bucket" "source" {
  count = var.create_source_bucket ? 0 : 1

  bucket = var.source_bucket
}

data "aws_s3_bucket" "destination" {
  count = var.create_destination_bucket ? 0 : 1

  bucket = var.destination_bucket
}

locals {
  # Bucket names are global, hence the account and the region in them.
  source_name      = coalesce(var.source_bucket, "${var.name}-source-${local.account}-${local.region}")
  destination_name = coalesce(var.destination_bucket, "${var.name}-destination-${local.account}-${local.region}")

  source_bucket      = var.create_source_bucket ? aws_s3_bucket.created["source"].bucket : data.aws_s3_bucket.source[0].id
  destination_bucket = var.create_destination_bucket ? aws_s3_bucket.created["destination"].bucket : data.aws_s3_bucket.destination[0].id

  source_arn      = "arn:${local.partition}:s3:::${local.source_bucket}"
  destination_arn = "arn:${local.partition}:s3:::${local.destination_bucket}"

  created_buckets = merge(
    var.create_source_bucket ? { source = local.source_name } : {},
    var.create_destination_bucket ? { destination = local.destination_name } : {},
  )
}

resource "aws_s3_bucket" "created" {
  for_each = local.created_buckets

  bucket        = each.value
  force_destroy = var.force_destroy

  lifecycle {
    precondition {
      condition     = local.source_name != local.destination_name
      error_message = "The source and the destination are both ${local.source_name}: every thumbnail would ask for a thumbnail of itself. Give source_bucket and destination_bucket different names."
    }
  }
}

resource "aws_s3_bucket_public_access_block" "created" {
  for_each = aws_s3_bucket.created

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "created" {
  for_each = aws_s3_bucket.created

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "created" {
  for_each = aws_s3_bucket.created

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "created" {
  for_each = var.versioning ? aws_s3_bucket.created : {}

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "created" {
  for_each = aws_s3_bucket.created

  bucket = each.value.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }

  # The two answer each other with a conflict where they are written at the same moment.
  depends_on = [aws_s3_bucket_versioning.created]
}

data "aws_iam_policy_document" "bucket" {
  for_each = aws_s3_bucket.created

  statement {
    sid    = "TlsOnly"
    effect = "Deny"
    # Whatever the action, and whoever asks: this statement only ever denies.
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]

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

resource "aws_s3_bucket_policy" "created" {
  for_each = aws_s3_bucket.created

  bucket = each.value.id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  # A policy that comes before the block is refused where the account's own block is being changed.
  depends_on = [aws_s3_bucket_public_access_block.created]
}
