aws configure set --profile storage aws_access_key_id '{{key}}'
aws configure set --profile storage aws_secret_access_key '{{secret}}'
aws configure set --profile storage region '{{region}}'
aws configure set --profile storage s3.addressing_style path
aws configure set --profile storage s3.signature_version s3v4
aws configure set --profile storage request_checksum_calculation when_required
aws configure set --profile storage response_checksum_validation when_required

aws --profile storage --endpoint-url '{{endpoint}}' s3 mb s3://my-bucket
aws --profile storage --endpoint-url '{{endpoint}}' s3 ls
