output "alarm_names" {
  description = "The CloudWatch alarms; none where `alarms` is false."
  value       = [for alarm in aws_cloudwatch_metric_alarm.pipeline : alarm.alarm_name]
}

output "destination_bucket" {
  description = "Where the thumbnails are written."
  value       = local.destination_bucket
}

output "failures_queue_url" {
  description = "Where an operator finds each upload that has no thumbnail, with the code that says why."
  value       = aws_sqs_queue.failures.url
}

output "function_names" {
  description = "The three functions by role: starter, process and resize."
  value = {
    starter = aws_lambda_function.starter.function_name
    process = aws_lambda_function.process.function_name
    resize  = aws_lambda_function.resize.function_name
  }
}

output "intake_queue_arn" {
  description = "What the source bucket has to notify where `manage_notification` is false."
  value       = aws_sqs_queue.intake.arn
}

output "intake_queue_url" {
  description = "Where S3 sends its notifications; failed jobs are redriven to it."
  value       = aws_sqs_queue.intake.url
}

output "log_groups" {
  description = "Where each function, and the state machine, writes its log."
  value = merge(
    { for name, group in aws_cloudwatch_log_group.function : name => group.name },
    { workflow = aws_cloudwatch_log_group.workflow.name },
  )
}

output "process_invoke_arn" {
  description = "The resource that an IAM policy has to allow `execute-api:Invoke` on where `api_authorization` is AWS_IAM."
  value       = "${aws_api_gateway_rest_api.process.execution_arn}/${aws_api_gateway_stage.prod.stage_name}/POST/process"
}

output "process_url" {
  description = "POST {\"imageKey\": \"...\"} here to make the thumbnail of an object that is in the source bucket already."
  value       = "${aws_api_gateway_stage.prod.invoke_url}${aws_api_gateway_resource.process.path}"
}

output "resize_role_name" {
  description = "The role of the resize function, for further permissions: the key of an encrypted bucket, say."
  value       = aws_iam_role.resize.name
}

output "settings" {
  description = "The settings that change what the pipeline does and leaves behind, for tools and tests that look at it."
  value = {
    remove_with_source = var.remove_with_source
    versioning         = var.versioning
    workflow_type      = var.workflow_type
  }
}

output "source_bucket" {
  description = "Where pictures are uploaded."
  value       = local.source_bucket
}

output "state_machine_arn" {
  description = "The state machine that makes the thumbnails of one object."
  value       = aws_sfn_state_machine.thumbnail.arn
}
