data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  tags = merge({ Project = var.name, ManagedBy = "terraform" }, var.tags)

  # The order is a contract: the main rendition comes first and keeps its name whatever the others are called.
  renditions = jsonencode(concat(
    [{ name = "thumbnail", size = var.size, fit = var.fit, format = var.format, quality = var.quality }],
    [for name, rendition in var.renditions : merge({ name = name }, rendition)],
  ))

  package_dir = coalesce(var.package_dir, "${path.module}/../target/lambda/${var.architecture}")
  packages    = { for name in ["starter", "process", "resize"] : name => "${local.package_dir}/${name}/bootstrap.zip" }
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}
