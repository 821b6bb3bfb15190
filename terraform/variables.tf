variable "alarm_topic_arn" {
  type        = string
  description = "The SNS topic that every alarm is sent to. Without it the alarms only show in CloudWatch."
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:[^:]+:sns:[^:]+:[0-9]{12}:[^:]+$", var.alarm_topic_arn))
    error_message = "Write the topic's ARN, such as arn:aws:sns:eu-west-1:123456789012:alerts, or leave alarm_topic_arn out."
  }
}

variable "alarms" {
  type        = bool
  description = "Whether to make CloudWatch alarms: messages in the failures queue, a slow intake, failed or timed-out executions, function errors."
  default     = true
  nullable    = false
}

variable "api_access_logs" {
  type        = bool
  description = "Whether API Gateway logs every request. The account needs a CloudWatch role for API Gateway first (one per account and region, hence not made here)."
  default     = false
  nullable    = false
}

variable "api_authorization" {
  type        = string
  description = "Who may POST /process: NONE, anyone who knows the address, within the throttle; AWS_IAM, only signed requests of identities allowed to `execute-api:Invoke`."
  default     = "NONE"
  nullable    = false

  validation {
    condition     = contains(["NONE", "AWS_IAM"], var.api_authorization)
    error_message = "Write NONE or AWS_IAM for api_authorization."
  }
}

variable "api_burst_limit" {
  type        = number
  description = "How many requests POST /process takes at once before it answers 429."
  default     = 50
  nullable    = false

  validation {
    condition     = var.api_burst_limit >= 1 && var.api_burst_limit <= 5000 && floor(var.api_burst_limit) == var.api_burst_limit
    error_message = "Write a whole number of requests from 1 to 5000 for api_burst_limit."
  }
}

variable "api_rate_limit" {
  type        = number
  description = "How many requests a second POST /process takes before it answers 429."
  default     = 25
  nullable    = false

  validation {
    condition     = var.api_rate_limit > 0 && var.api_rate_limit <= 10000
    error_message = "Write a number of requests a second above 0, up to 10000, for api_rate_limit."
  }
}

variable "architecture" {
  type        = string
  description = "The processor that the functions were built for: x86_64 or arm64 (a fifth cheaper)."
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "Write x86_64 or arm64 for architecture, whichever the functions were built for."
  }
}

variable "batch_size" {
  type        = number
  description = "How many notifications the starter takes at once."
  default     = 10
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 1000 && floor(var.batch_size) == var.batch_size
    error_message = "Write a whole number from 1 to 1000 for batch_size."
  }

  validation {
    condition     = var.batch_size <= 10 || var.batch_window_seconds >= 1
    error_message = "Lambda takes a batch over 10 only with a window: set batch_window_seconds to 1 or more, or batch_size to 10 or less."
  }
}

variable "batch_window_seconds" {
  type        = number
  description = "How long the starter waits for a batch to fill. 0 starts at once; more is cheaper where uploads come in crowds."
  default     = 0
  nullable    = false

  validation {
    condition     = var.batch_window_seconds >= 0 && var.batch_window_seconds <= 300 && floor(var.batch_window_seconds) == var.batch_window_seconds
    error_message = "Write a whole number of seconds from 0 to 300 for batch_window_seconds."
  }
}

variable "cache_control" {
  type        = string
  description = "The Cache-Control header of every thumbnail. A thumbnail is replaced when its source is, so that a long life shows an old one."
  default     = "max-age=3600"
  nullable    = false

  validation {
    condition     = can(regex("^[!-~]([ -~]{0,254}[!-~])?$", var.cache_control))
    error_message = "Write the header's value for cache_control, in ASCII, such as \"max-age=3600\" or \"no-cache\"."
  }
}

variable "create_destination_bucket" {
  type        = bool
  description = "Whether to make the destination bucket. false uses the one that `destination_bucket` names, as it is."
  default     = true
  nullable    = false
}

variable "create_source_bucket" {
  type        = bool
  description = "Whether to make the source bucket. false uses the one that `source_bucket` names, as it is, and listens to it (see `manage_notification`)."
  default     = true
  nullable    = false
}

variable "damaged" {
  type        = string
  description = "What becomes of a picture that is damaged: show (as far as it goes, as browsers do), refuse (a message in the failures queue), or how much of it has to be there to be shown, as 50%."
  default     = "show"
  nullable    = false

  validation {
    condition     = can(regex("^(show|refuse|[1-9][0-9]?%)$", var.damaged))
    error_message = "Write show, refuse, or from 1% to 99% for damaged."
  }
}

variable "destination_bucket" {
  type        = string
  description = "The bucket that thumbnails are written to. Left out, it is named after `name`, the account and the region."
  default     = null

  validation {
    condition     = var.destination_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.destination_bucket))
    error_message = "Write the bucket's name alone for destination_bucket, without s3:// or arn: 3 to 63 lower-case letters, digits, dots and hyphens."
  }

  validation {
    condition     = var.destination_bucket == null || !can(regex("(-s3alias|--ol-s3|--x-s3|\\.mrap)$", var.destination_bucket))
    error_message = "Write the name of the bucket itself for destination_bucket, not the alias of an access point: behind an alias, source and destination could be one and the same."
  }

  validation {
    condition     = var.create_destination_bucket || var.destination_bucket != null
    error_message = "create_destination_bucket is false: write the name of the bucket that exists in destination_bucket."
  }

  validation {
    condition     = var.destination_bucket == null || var.destination_bucket != var.source_bucket
    error_message = "Write another bucket for destination_bucket than for source_bucket: in one and the same, every thumbnail would ask for a thumbnail of itself."
  }
}

variable "fit" {
  type        = string
  description = "How a picture comes to `size`: cover (filled, cropped), contain (padded), inside (no larger than it, never enlarged) or fill (stretched)."
  default     = "cover"
  nullable    = false

  validation {
    condition     = contains(["cover", "contain", "inside", "fill"], var.fit)
    error_message = "Write cover, contain, inside or fill for fit."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Whether `terraform destroy` may delete the buckets it made with everything in them."
  default     = false
  nullable    = false
}

variable "format" {
  type        = string
  description = "The format of a thumbnail: auto (the source's where browsers show it, else JPEG, or PNG to keep transparency), jpeg, png, webp or gif."
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "jpeg", "png", "webp", "gif"], var.format)
    error_message = "Write auto, jpeg, png, webp or gif for format."
  }
}

variable "key_template" {
  type        = string
  description = <<-EOT
    What a thumbnail's key is made of: {folder} (empty, or ends in a slash), {name} (the whole file name) or {stem} and {extension} (with its dot),
    and {rendition}. Refused where two sources, or two renditions, could come to share a key.
  EOT
  default     = "{folder}{rendition}-{name}"
  nullable    = false

  validation {
    condition     = can(regex(local.key_template_rule, var.key_template))
    error_message = <<-EOT
      Two sources could share the key that ${var.key_template} gives. Write, in this order: any text, {folder}, any text, then {name}, or {stem} and {extension}
      with neither a dot nor a slash in the text after {stem}; each once. {rendition} may come once too: before {folder}, {name} or {stem} with a character other
      than a-z and 0-9 right after it, or after {name}, or between {stem} and {extension}, with such a character right before it. For example
      "{folder}{rendition}-{name}", "{rendition}/{folder}{name}" or "{folder}{stem}_{rendition}{extension}".
    EOT
  }

  validation {
    condition     = length(var.renditions) == 0 || strcontains(var.key_template, "{rendition}")
    error_message = "There are several renditions, which would all be written to one key: write {rendition} in key_template, as in \"{folder}{rendition}-{name}\"."
  }
}

variable "linear_light" {
  type        = bool
  description = "Whether pixels are averaged as light and not as sRGB's numbers: fine bright detail on dark keeps its brightness, and a thumbnail takes longer. Browsers do not."
  default     = false
  nullable    = false
}

variable "log_level" {
  type        = string
  description = "The least that the functions log: TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "Write TRACE, DEBUG, INFO, WARN, ERROR or FATAL for log_level."
  }
}

variable "log_retention_days" {
  type        = number
  description = "How many days logs are kept."
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "Write a number of days that CloudWatch offers for log_retention_days: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, or whole years up to 3653."
  }
}

variable "manage_notification" {
  type        = bool
  description = "Whether to set the source bucket's notification. A bucket has only one, and setting it overwrites any other: false leaves it to you (see the output `intake_queue_arn`)."
  default     = true
  nullable    = false
}

variable "max_pixels" {
  type        = number
  description = "The most pixels a picture may have. Left out, the function's memory decides."
  default     = null

  validation {
    condition     = var.max_pixels == null || (coalesce(var.max_pixels, 0) >= 1 && floor(coalesce(var.max_pixels, 0)) == coalesce(var.max_pixels, 0))
    error_message = "Write a whole number of pixels, 1 or more, for max_pixels, or leave it out."
  }
}

variable "max_source_bytes" {
  type        = number
  description = "The most bytes a picture may have. Left out, the function's memory decides."
  default     = null

  validation {
    condition     = var.max_source_bytes == null || (coalesce(var.max_source_bytes, 0) >= 1 && floor(coalesce(var.max_source_bytes, 0)) == coalesce(var.max_source_bytes, 0))
    error_message = "Write a whole number of bytes, 1 or more, for max_source_bytes, or leave it out."
  }
}

variable "maximum_concurrency" {
  type        = number
  description = "How many starters may run at once. Each starts its batch within moments, so that few keep up with many uploads."
  default     = 10
  nullable    = false

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000 && floor(var.maximum_concurrency) == var.maximum_concurrency
    error_message = "Write a whole number from 2 to 1000 for maximum_concurrency."
  }
}

variable "memory" {
  type        = number
  description = "The memory of the resize function in MB, and with it its share of a processor: 1769 is a whole one."
  default     = 1769
  nullable    = false

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240 && floor(var.memory) == var.memory
    error_message = "Write a whole number of MB from 128 to 10240 for memory."
  }
}

variable "name" {
  type        = string
  description = "What every resource's name starts with. Two pipelines in one account and region need two names."
  default     = "thumbnail"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.name))
    error_message = "Write 2 to 20 lower-case letters, digits and hyphens for name, starting with a letter and not ending in a hyphen: bucket names begin with it."
  }
}

variable "package_dir" {
  type        = string
  description = "The folder that holds starter/bootstrap.zip, process/bootstrap.zip and resize/bootstrap.zip. Left out, it is where `cargo xtask package` puts them."
  default     = null
}

variable "quality" {
  type        = number
  description = "The quality of a JPEG thumbnail, 1 to 100."
  default     = 80
  nullable    = false

  validation {
    condition     = var.quality >= 1 && var.quality <= 100 && floor(var.quality) == var.quality
    error_message = "Write a whole number from 1 to 100 for quality."
  }
}

variable "remove_with_source" {
  type        = bool
  description = "Whether the thumbnails of a source that is deleted are deleted with it."
  default     = false
  nullable    = false
}

variable "renditions" {
  type = map(object({
    size    = string
    fit     = optional(string, "cover")
    format  = optional(string, "auto")
    quality = optional(number, 80)
  }))
  description = "Further pictures to make of every source from the same decode, by name. The main one, `thumbnail`, is set by size, fit, format and quality."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.renditions) : can(regex("^[a-z0-9]+$", name)) && name != "thumbnail"])
    error_message = "Name renditions with lower-case letters and digits alone, as in \"large\" or \"w800\", and none of them \"thumbnail\", which is the main one."
  }

  validation {
    condition     = alltrue([for rendition in values(var.renditions) : can(regex(local.size_rule, rendition.size))])
    error_message = "Write the size of every rendition as width x height in pixels, each from 1 to 8192, as in \"800x600\"."
  }

  validation {
    condition     = alltrue([for rendition in values(var.renditions) : contains(["cover", "contain", "inside", "fill"], rendition.fit)])
    error_message = "Write cover, contain, inside or fill for the fit of every rendition."
  }

  validation {
    condition     = alltrue([for rendition in values(var.renditions) : contains(["auto", "jpeg", "png", "webp", "gif"], rendition.format)])
    error_message = "Write auto, jpeg, png, webp or gif for the format of every rendition."
  }

  validation {
    condition     = alltrue([for rendition in values(var.renditions) : rendition.quality >= 1 && rendition.quality <= 100 && floor(rendition.quality) == rendition.quality])
    error_message = "Write a whole number from 1 to 100 for the quality of every rendition."
  }
}

variable "reserved_concurrency" {
  type = object({
    starter = optional(number)
    process = optional(number)
    resize  = optional(number)
  })
  description = "How much of the account's concurrency each function has to itself, and no more than that. Left out, they share; new accounts have too little to reserve any."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for share in values(var.reserved_concurrency) : share == null || (coalesce(share, 0) >= 1 && floor(coalesce(share, 0)) == coalesce(share, 0))])
    error_message = "Write a whole number, 1 or more, for each function in reserved_concurrency, or leave it out."
  }
}

variable "size" {
  type        = string
  description = "The size of a thumbnail in pixels, width x height."
  default     = "200x200"
  nullable    = false

  validation {
    condition     = can(regex(local.size_rule, var.size))
    error_message = "Write width x height in pixels for size, each from 1 to 8192, as in \"200x200\"."
  }
}

variable "source_bucket" {
  type        = string
  description = "The bucket that pictures are uploaded to. Left out, it is named after `name`, the account and the region."
  default     = null

  validation {
    condition     = var.source_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.source_bucket))
    error_message = "Write the bucket's name alone for source_bucket, without s3:// or arn: 3 to 63 lower-case letters, digits, dots and hyphens."
  }

  validation {
    condition     = var.source_bucket == null || !can(regex("(-s3alias|--ol-s3|--x-s3|\\.mrap)$", var.source_bucket))
    error_message = "Write the name of the bucket itself for source_bucket, not the alias of an access point: behind an alias, source and destination could be one and the same."
  }

  validation {
    condition     = var.create_source_bucket || var.source_bucket != null
    error_message = "create_source_bucket is false: write the name of the bucket that exists in source_bucket."
  }
}

variable "tags" {
  type        = map(string)
  description = "Further tags for every resource, beside Project and ManagedBy."
  default     = {}
  nullable    = false
}

variable "timeout" {
  type        = number
  description = "How many seconds resize may take for one object. Left out, 60; with EXPRESS, 30."
  default     = null

  validation {
    condition     = var.timeout == null || (coalesce(var.timeout, 3) >= 3 && coalesce(var.timeout, 3) <= 110 && floor(coalesce(var.timeout, 3)) == coalesce(var.timeout, 3))
    error_message = "Write a whole number of seconds from 3 to 110 for timeout: the state machine gives a task up after 120."
  }

  validation {
    condition     = var.workflow_type != "EXPRESS" || coalesce(var.timeout, 3) <= 30
    error_message = "Write a timeout of up to 30 seconds, or workflow_type STANDARD: an Express execution may last five minutes, and all tries have to fit in."
  }
}

variable "tracing" {
  type        = bool
  description = "Whether X-Ray traces the API, the functions and the state machine."
  default     = false
  nullable    = false
}

variable "versioning" {
  type        = bool
  description = "Whether the buckets made here keep what is overwritten or deleted. Nothing here ever deletes old versions."
  default     = false
  nullable    = false
}

variable "workflow_type" {
  type        = string
  description = "STANDARD: a history of every execution, duplicates started once, about $25 per million transitions. EXPRESS: logs only, at least once, about a dollar per million."
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["STANDARD", "EXPRESS"], var.workflow_type)
    error_message = "Write STANDARD or EXPRESS for workflow_type."
  }
}
