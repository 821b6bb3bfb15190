# Rules that variables.tf holds values against and that are too long to stand there.

locals {
  size_rule = "^[1-9][0-9]{0,3}x[1-9][0-9]{0,3}$"

  # From a thumbnail's key and the template, the source's key must be readable back: then no two sources share one. {folder} ends in the
  # last slash and {extension} starts at the last dot, so no text after them may hold another; a rendition's name is letters and digits,
  # so any other character next to it says where it ends.
  text       = "[^{}]*"
  fence      = "[^{}a-z0-9]"
  inner      = "[^{}./]*"
  inner_ring = "[^{}./a-z0-9]"
  rendition  = "\\{rendition\\}"

  name_tail = "\\{name\\}${local.text}"
  stem_tail = "\\{stem\\}${local.inner}\\{extension\\}${local.inner}"

  plain_tail = "${local.text}(${local.name_tail}|${local.stem_tail})"

  rendition_tail = join("|", [
    "${local.text}${local.rendition}${local.fence}${local.plain_tail}",
    "${local.text}\\{name\\}${local.text}${local.fence}${local.rendition}${local.text}",
    "${local.text}\\{stem\\}${local.inner}${local.inner_ring}${local.rendition}${local.inner}\\{extension\\}${local.inner}",
  ])

  key_template_rule = join("", [
    "^(",
    "${local.text}(${local.rendition}${local.fence}${local.text})?\\{folder\\}${local.plain_tail}",
    "|${local.text}\\{folder\\}(${local.rendition_tail})",
    ")$",
  ])
}
