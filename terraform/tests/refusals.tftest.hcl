# Every validation, at least once: a plan that must not get past the variable. What stands in one run is refused
# variable by variable; a variable that looks at another one has a run of its own, since it is only looked at where the other is right.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_dir = "tests/package"
}

run "values_that_are_not_on_offer_are_refused" {
  command = plan

  variables {
    api_authorization  = "API_KEY"
    architecture       = "x86-64"
    damaged            = "hide"
    fit                = "crop"
    format             = "avif"
    log_level          = "verbose"
    log_retention_days = 10
    workflow_type      = "FAST"
  }

  expect_failures = [
    var.api_authorization,
    var.architecture,
    var.damaged,
    var.fit,
    var.format,
    var.log_level,
    var.log_retention_days,
    var.workflow_type,
  ]
}

run "all_of_a_picture_is_no_part_of_it" {
  command = plan

  variables {
    damaged = "100%"
  }

  expect_failures = [var.damaged]
}

run "numbers_below_their_range_are_refused" {
  command = plan

  variables {
    api_burst_limit      = 0
    api_rate_limit       = 0
    batch_window_seconds = -1
    max_pixels           = 0
    max_source_bytes     = 0
    maximum_concurrency  = 1
    memory               = 64
    quality              = 0
    reserved_concurrency = { resize = 0 }
    timeout              = 1
  }

  expect_failures = [
    var.api_burst_limit,
    var.api_rate_limit,
    var.batch_window_seconds,
    var.max_pixels,
    var.max_source_bytes,
    var.maximum_concurrency,
    var.memory,
    var.quality,
    var.reserved_concurrency,
    var.timeout,
  ]
}

run "numbers_above_their_range_are_refused" {
  command = plan

  variables {
    api_burst_limit      = 5001
    api_rate_limit       = 10001
    batch_window_seconds = 301
    maximum_concurrency  = 1001
    memory               = 10241
    quality              = 101
    timeout              = 120
  }

  expect_failures = [
    var.api_burst_limit,
    var.api_rate_limit,
    var.batch_window_seconds,
    var.maximum_concurrency,
    var.memory,
    var.quality,
    var.timeout,
  ]
}

run "parts_of_a_number_are_refused" {
  command = plan

  variables {
    api_burst_limit      = 1.5
    batch_size           = 1.5
    max_pixels           = 1.5
    max_source_bytes     = 1.5
    maximum_concurrency  = 2.5
    memory               = 128.5
    quality              = 80.5
    reserved_concurrency = { starter = 1.5 }
    timeout              = 60.5
  }

  expect_failures = [
    var.api_burst_limit,
    var.batch_size,
    var.max_pixels,
    var.max_source_bytes,
    var.maximum_concurrency,
    var.memory,
    var.quality,
    var.reserved_concurrency,
    var.timeout,
  ]
}

run "text_of_another_form_is_refused" {
  command = plan

  variables {
    alarm_topic_arn    = "alerts"
    cache_control      = "no-cache\nX-Other: 1"
    destination_bucket = "s3://thumbnails"
    key_template       = "{folder}{stem}.jpg"
    name               = "My_Thumbnails"
    size               = "0x200"
  }

  expect_failures = [
    var.alarm_topic_arn,
    var.cache_control,
    var.destination_bucket,
    var.key_template,
    var.name,
    var.size,
  ]
}

run "empty_text_is_refused" {
  command = plan

  variables {
    alarm_topic_arn    = ""
    cache_control      = ""
    destination_bucket = ""
    key_template       = ""
    name               = ""
    size               = ""
  }

  expect_failures = [
    var.alarm_topic_arn,
    var.cache_control,
    var.destination_bucket,
    var.key_template,
    var.name,
    var.size,
  ]
}

run "an_empty_batch_is_refused" {
  command = plan

  variables {
    batch_size = 0
  }

  expect_failures = [var.batch_size]
}

run "a_source_that_is_no_bucket_name_is_refused" {
  command = plan

  variables {
    source_bucket = "arn:aws:s3:::photos"
  }

  expect_failures = [var.source_bucket]
}

run "a_batch_over_ten_without_a_window_is_refused" {
  command = plan

  variables {
    batch_size = 11
  }

  expect_failures = [var.batch_size]
}

run "one_bucket_for_both_is_refused" {
  command = plan

  variables {
    source_bucket      = "photos"
    destination_bucket = "photos"
  }

  expect_failures = [var.destination_bucket]
}

run "an_existing_destination_without_a_name_is_refused" {
  command = plan

  variables {
    create_destination_bucket = false
  }

  expect_failures = [var.destination_bucket]
}

run "an_existing_source_without_a_name_is_refused" {
  command = plan

  variables {
    create_source_bucket = false
  }

  expect_failures = [var.source_bucket]
}

run "several_renditions_under_one_key_are_refused" {
  command = plan

  variables {
    key_template = "{folder}{name}"
    renditions   = { large = { size = "800x800" } }
  }

  expect_failures = [var.key_template]
}

run "a_rendition_named_like_the_main_one_is_refused" {
  command = plan

  variables {
    renditions = { thumbnail = { size = "800x800" } }
  }

  expect_failures = [var.renditions]
}

run "a_rendition_whose_name_holds_a_hyphen_is_refused" {
  command = plan

  variables {
    renditions = { "very-large" = { size = "800x800" } }
  }

  expect_failures = [var.renditions]
}

run "a_rendition_with_one_side_is_refused" {
  command = plan

  variables {
    renditions = { large = { size = "800" } }
  }

  expect_failures = [var.renditions]
}

run "a_rendition_with_an_unknown_fit_is_refused" {
  command = plan

  variables {
    renditions = { large = { size = "800x800", fit = "crop" } }
  }

  expect_failures = [var.renditions]
}

run "a_rendition_in_an_unknown_format_is_refused" {
  command = plan

  variables {
    renditions = { large = { size = "800x800", format = "avif" } }
  }

  expect_failures = [var.renditions]
}

run "a_rendition_of_no_quality_is_refused" {
  command = plan

  variables {
    renditions = { large = { size = "800x800", quality = 0 } }
  }

  expect_failures = [var.renditions]
}

run "a_source_with_the_name_that_the_destination_gets_is_refused" {
  command = plan

  variables {
    source_bucket = "thumbnail-destination-123456789012-eu-west-1"
  }

  expect_failures = [aws_s3_bucket.created]
}

run "a_missing_package_is_refused" {
  command = plan

  variables {
    package_dir = "tests/nowhere"
  }

  # The other two wait for the state machine, and that for resize.
  expect_failures = [aws_lambda_function.resize]
}

run "an_express_task_that_would_leave_no_time_for_a_second_is_refused" {
  command = plan

  variables {
    workflow_type = "EXPRESS"
    timeout       = 31
  }

  expect_failures = [var.timeout]
}

run "an_alias_behind_which_the_other_bucket_could_be_is_refused" {
  command = plan

  variables {
    create_source_bucket      = false
    source_bucket             = "photos"
    create_destination_bucket = false
    destination_bucket        = "thumbs-k3qv5zbhsb7yx8mr9gw2t4dphe6a1uuse1a-s3alias"
  }

  expect_failures = [var.destination_bucket]
}

run "an_alias_as_the_source_is_refused" {
  command = plan

  variables {
    create_source_bucket = false
    source_bucket        = "photos-k3qv5zbhsb7yx8mr9gw2t4dphe6a1uuse1a-s3alias"
  }

  expect_failures = [var.source_bucket]
}

run "equal_buckets_that_exist_are_refused" {
  command = plan

  variables {
    create_source_bucket      = false
    source_bucket             = "photos"
    create_destination_bucket = false
    destination_bucket        = "photos"
  }

  expect_failures = [var.destination_bucket]
}
