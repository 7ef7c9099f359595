terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region     = "{{region}}"
  access_key = "{{key}}"
  secret_key = "{{secret}}"

  endpoints {
    s3 = "{{endpoint}}"
  }

  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

resource "aws_s3_bucket" "example" {
  bucket = "my-bucket"
}
