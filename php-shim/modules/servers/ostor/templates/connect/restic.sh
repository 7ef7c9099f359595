export AWS_ACCESS_KEY_ID='{{key}}'
export AWS_SECRET_ACCESS_KEY='{{secret}}'
export AWS_DEFAULT_REGION='{{region}}'
export RESTIC_REPOSITORY='s3:{{endpoint}}/my-bucket'

restic -o s3.bucket-lookup=path -o s3.region='{{region}}' init
restic -o s3.bucket-lookup=path -o s3.region='{{region}}' backup ~/Documents
