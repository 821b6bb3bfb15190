terraform {
  # 1.9 lets a variable's validation look at other variables.
  required_version = ">= 1.9"

  required_providers {
    # The only provider, so that a mirror with one package is enough. The range is what the tests have been run with; there is no lock
    # file, because one made from a mirror refuses every other platform, and `init` checks the registry's signature in any case.
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6"
    }
  }
}

# Region, credentials and endpoints come from the environment: nothing here knows which cloud this is applied to.
provider "aws" {
  default_tags {
    tags = local.tags
  }
}
