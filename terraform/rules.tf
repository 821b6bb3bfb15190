# Rules that variables.tf holds values against and that are too long to stand there.

locals {
  # 1 to 8192, the most that resize makes.
  side      = "([1-9][0-9]{0,2}|[1-7][0-9]{3}|80[0-9]{2}|81[0-8][0-9]|819[0-2])"
  size_rule = "^${local.side}x${local.side}$"

  # The source's key must be readable back from a thumbnail's key and the template: then no two sources share one. {folder} reaches to the
  # last slash of the source's key and {extension} from its last dot, so the text after {stem} may hold neither; a rendition's name is
  # made of letters and digits, so any other character beside it, on the side of the source's own text, says where it ends.
  text        = "[^{}]*"
  fence       = "[^{}a-z0-9]"
  inner       = "[^{}./]*"
  inner_fence = "[^{}./a-z0-9]"
  rendition   = "\\{rendition\\}"

  name_tail = "\\{name\\}${local.text}"
  stem_tail = "\\{stem\\}${local.inner}\\{extension\\}${local.inner}"

  plain_tail = "${local.text}(${local.name_tail}|${local.stem_tail})"

  rendition_tail = join("|", [
    "${local.text}${local.rendition}${local.fence}${local.plain_tail}",
    "${local.text}\\{name\\}${local.text}${local.fence}${local.rendition}${local.text}",
    "${local.text}\\{stem\\}${local.inner}${local.inner_fence}${local.rendition}${local.inner}\\{extension\\}${local.inner}",
  ])

  key_template_rule = join("", [
    "^(",
    "${local.text}(${local.rendition}${local.fence}${local.text})?\\{folder\\}${local.plain_tail}",
    "|${local.text}\\{folder\\}(${local.rendition_tail})",
    ")$",
  ])
}
