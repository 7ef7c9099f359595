import os

import boto3
from botocore.config import Config

# Newer versions add checksums of AWS's own otherwise; older ones ignore these.
os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")

s3 = boto3.client(
    "s3",
    endpoint_url="{{endpoint}}",
    region_name="{{region}}",
    aws_access_key_id="{{key}}",
    aws_secret_access_key="{{secret}}",
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
)

for bucket in s3.list_buckets()["Buckets"]:
    print(bucket["Name"])
