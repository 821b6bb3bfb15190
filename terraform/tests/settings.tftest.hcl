# What is made of the settings, planned without an account.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_dir = "tests/package"
}

run "two_locked_buckets_are_made_by_default" {
  command = plan

  assert {
    condition     = local.created_buckets == tomap({ source = "thumbnail-source-123456789012-eu-west-1", destination = "thumbnail-destination-123456789012-eu-west-1" })
    error_message = "The buckets are named ${jsonencode(local.created_buckets)}."
  }

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.created : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "A bucket can be made public."
  }

  assert {
    condition     = length(aws_s3_bucket_policy.created) == 2 && length(aws_s3_bucket_lifecycle_configuration.created) == 2 && length(aws_s3_bucket_ownership_controls.created) == 2
    error_message = "A bucket lacks its policy, its lifecycle or its ownership."
  }
}

run "the_queues_obey_the_rules_of_lambda_and_s3" {
  command = plan

  variables {
    batch_size           = 100
    batch_window_seconds = 20
  }

  assert {
    condition     = aws_sqs_queue.intake.visibility_timeout_seconds == 6 * aws_lambda_function.starter.timeout + 20
    error_message = "The intake queue hides a message for ${aws_sqs_queue.intake.visibility_timeout_seconds} s."
  }

  assert {
    condition     = aws_sqs_queue.failures.message_retention_seconds > aws_sqs_queue.intake.message_retention_seconds
    error_message = "A message would grow too old for the failures queue while it waits in the intake queue."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.failures.redrive_allow_policy).sourceQueueArns == [local.intake_arn] && local.intake_arn == "arn:aws:sqs:eu-west-1:123456789012:thumbnail-intake"
    error_message = "The failures queue is open to ${aws_sqs_queue.failures.redrive_allow_policy}."
  }

  assert {
    condition     = contains(aws_lambda_event_source_mapping.intake.function_response_types, "ReportBatchItemFailures")
    error_message = "One bad message would bring its whole batch back."
  }
}

run "only_its_own_bucket_may_notify_the_intake_queue" {
  command = plan

  assert {
    condition = { for condition in data.aws_iam_policy_document.intake.statement[0].condition : condition.variable => one(condition.values) } == {
      "aws:SourceArn"     = "arn:aws:s3:::thumbnail-source-123456789012-eu-west-1"
      "aws:SourceAccount" = "123456789012"
    }
    error_message = "The intake queue takes notifications from elsewhere."
  }
}

run "existing_buckets_are_used_as_they_are" {
  command = plan

  variables {
    create_source_bucket      = false
    source_bucket             = "photos"
    create_destination_bucket = false
    destination_bucket        = "photos-small"
  }

  override_data {
    target = data.aws_s3_bucket.source[0]
    values = { id = "photos" }
  }

  override_data {
    target = data.aws_s3_bucket.destination[0]
    values = { id = "photos-small" }
  }

  assert {
    condition     = length(aws_s3_bucket.created) == 0 && length(aws_s3_bucket_policy.created) == 0 && length(aws_s3_bucket_lifecycle_configuration.created) == 0
    error_message = "A bucket that existed is changed."
  }

  assert {
    condition     = aws_s3_bucket_notification.source[0].bucket == "photos" && aws_lambda_function.resize.environment[0].variables.DESTINATION_BUCKET == "photos-small"
    error_message = "The buckets given are not the ones used."
  }
}

run "a_notification_of_ones_own_is_left_alone" {
  command = plan

  variables {
    manage_notification = false
  }

  assert {
    condition     = length(aws_s3_bucket_notification.source) == 0
    error_message = "The bucket's notification would be overwritten."
  }
}

run "thumbnails_stay_when_their_source_goes_by_default" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_notification.source[0].queue).events == toset(["s3:ObjectCreated:*"])
    error_message = "Removals are listened to."
  }

  assert {
    condition     = !contains(flatten(data.aws_iam_policy_document.resize.statement[*].actions), "s3:DeleteObject")
    error_message = "Resize may delete what it never has to."
  }

  assert {
    condition     = aws_lambda_function.resize.environment[0].variables.REMOVE_WITH_SOURCE == "false"
    error_message = "Resize is told to remove thumbnails."
  }
}

run "thumbnails_go_with_their_source_on_request" {
  command = plan

  variables {
    remove_with_source = true
  }

  assert {
    condition     = one(aws_s3_bucket_notification.source[0].queue).events == toset(["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"])
    error_message = "Not every way to remove an object is listened to."
  }

  assert {
    condition     = [for statement in data.aws_iam_policy_document.resize.statement : statement.resources if contains(statement.actions, "s3:DeleteObject")] == [toset(["arn:aws:s3:::thumbnail-destination-123456789012-eu-west-1/*"])]
    error_message = "Resize may delete elsewhere than in the destination bucket, or nowhere."
  }

  assert {
    condition     = aws_lambda_function.resize.environment[0].variables.REMOVE_WITH_SOURCE == "true"
    error_message = "Resize is not told to remove thumbnails."
  }
}

run "the_main_rendition_comes_first" {
  command = plan

  variables {
    size       = "320x240"
    fit        = "inside"
    format     = "webp"
    quality    = 70
    renditions = { large = { size = "1600x1200", fit = "contain" }, a = { size = "16x16", format = "png", quality = 90 } }
  }

  assert {
    condition = jsondecode(aws_lambda_function.resize.environment[0].variables.RENDITIONS) == [
      { name = "thumbnail", size = "320x240", fit = "inside", format = "webp", quality = 70 },
      { name = "a", size = "16x16", fit = "cover", format = "png", quality = 90 },
      { name = "large", size = "1600x1200", fit = "contain", format = "auto", quality = 80 },
    ]
    error_message = "The renditions are ${aws_lambda_function.resize.environment[0].variables.RENDITIONS}."
  }

  assert {
    condition     = aws_lambda_function.process.environment[0].variables.RENDITIONS == aws_lambda_function.resize.environment[0].variables.RENDITIONS
    error_message = "The API promises other renditions than are made."
  }
}

run "how_much_has_to_be_there_reaches_resize" {
  command = plan

  variables {
    damaged = "50%"
  }

  assert {
    condition     = aws_lambda_function.resize.environment[0].variables.DAMAGED == "50%"
    error_message = "Resize is told ${jsonencode(aws_lambda_function.resize.environment[0].variables)}."
  }
}

run "damage_and_light_reach_resize" {
  command = plan

  variables {
    damaged      = "refuse"
    linear_light = true
  }

  assert {
    condition     = aws_lambda_function.resize.environment[0].variables.DAMAGED == "refuse" && aws_lambda_function.resize.environment[0].variables.LINEAR_LIGHT == "true"
    error_message = "Resize is told ${jsonencode(aws_lambda_function.resize.environment[0].variables)}."
  }
}

run "limits_are_left_to_the_memory_by_default" {
  command = plan

  assert {
    condition     = length(setintersection(keys(aws_lambda_function.resize.environment[0].variables), ["MAX_SOURCE_BYTES", "MAX_PIXELS"])) == 0
    error_message = "A limit is set that nobody asked for."
  }
}

run "limits_are_written_out_as_whole_numbers" {
  command = plan

  variables {
    max_source_bytes = 5000000000
    max_pixels       = 100000000
  }

  assert {
    condition     = aws_lambda_function.resize.environment[0].variables.MAX_SOURCE_BYTES == "5000000000" && aws_lambda_function.resize.environment[0].variables.MAX_PIXELS == "100000000"
    error_message = "The limits are ${jsonencode(aws_lambda_function.resize.environment[0].variables)}."
  }
}

run "nothing_is_reserved_by_default" {
  command = plan

  assert {
    condition     = alltrue([for function in [aws_lambda_function.starter, aws_lambda_function.process, aws_lambda_function.resize] : function.reserved_concurrent_executions == -1])
    error_message = "A new account has no concurrency to reserve."
  }
}

run "an_express_execution_logs_everything" {
  command = plan

  variables {
    workflow_type = "EXPRESS"
  }

  assert {
    condition     = aws_sfn_state_machine.thumbnail.type == "EXPRESS" && aws_sfn_state_machine.thumbnail.logging_configuration[0].level == "ALL"
    error_message = "An Express execution would leave no trace."
  }
}

run "the_api_can_be_closed" {
  command = plan

  variables {
    api_authorization = "AWS_IAM"
  }

  assert {
    condition     = aws_api_gateway_method.process.authorization == "AWS_IAM"
    error_message = "The API stays open."
  }
}

run "errors_of_the_api_itself_have_a_code_and_a_message" {
  command = plan

  assert {
    condition = alltrue([
      for response in aws_api_gateway_gateway_response.error :
      toset(keys(jsondecode(replace(response.response_templates["application/json"], "$context.error.messageString", "\"\"")))) == toset(["code", "message"])
    ])
    error_message = "A gateway response has another shape."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_gateway_response.error["BAD_REQUEST_BODY"].response_templates["application/json"]).code == "InvalidJob" && aws_api_gateway_gateway_response.error["BAD_REQUEST_BODY"].status_code == "400"
    error_message = "A body that is no job is not answered with 400 and InvalidJob."
  }
}

run "exactly_the_templates_that_can_be_read_back_are_accepted" {
  command = plan

  assert {
    condition     = [for template in jsondecode(file("tests/key_templates.json")).accepted : template if !can(regex(local.key_template_rule, template))] == []
    error_message = "Refused: ${jsonencode([for template in jsondecode(file("tests/key_templates.json")).accepted : template if !can(regex(local.key_template_rule, template))])}"
  }

  assert {
    condition     = [for template in jsondecode(file("tests/key_templates.json")).refused : template if can(regex(local.key_template_rule, template))] == []
    error_message = "Accepted: ${jsonencode([for template in jsondecode(file("tests/key_templates.json")).refused : template if can(regex(local.key_template_rule, template))])}"
  }
}

run "a_standard_execution_that_cannot_report_itself_is_reported_by_event_bridge" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_event_target.unreported) == 1
    error_message = "Nothing is sent to the failures queue."
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.failures.statement[0].condition : condition.variable => one(condition.values) } == {
      "aws:SourceArn" = "arn:aws:events:eu-west-1:123456789012:rule/thumbnail-unreported"
    }
    error_message = "The failures queue takes events from elsewhere."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.unreported[0].name == "thumbnail-unreported"
    error_message = "The rule is named ${aws_cloudwatch_event_rule.unreported[0].name}, and the queue's policy lets another one in."
  }
}

run "an_express_workflow_has_a_shorter_task_and_no_rule_that_would_never_fire" {
  command = plan

  variables {
    workflow_type = "EXPRESS"
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.unreported) == 0 && length(data.aws_iam_policy_document.failures.statement) == 1
    error_message = "EventBridge hears nothing of Express executions."
  }

  assert {
    condition     = aws_lambda_function.resize.timeout == 30 && aws_sfn_state_machine.thumbnail.logging_configuration[0].level == "ALL"
    error_message = "Resize may take ${aws_lambda_function.resize.timeout} s, and the log holds ${aws_sfn_state_machine.thumbnail.logging_configuration[0].level}."
  }

  assert {
    condition     = alltrue([for alarm in ["executions-timed-out", "executions-aborted"] : contains(keys(aws_cloudwatch_metric_alarm.pipeline), alarm)])
    error_message = "Nobody would hear of an Express execution that timed out or was aborted."
  }
}

run "a_standard_task_may_take_as_long_as_it_is_told" {
  command = plan

  variables {
    timeout = 110
  }

  assert {
    condition     = aws_lambda_function.resize.timeout == 110
    error_message = "Resize may take ${aws_lambda_function.resize.timeout} s."
  }
}
