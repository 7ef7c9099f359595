//! The S3 operations, one method each. Rules live beside: objects, multipart, listing, access.

use s3s::dto::*;
use s3s::{S3, S3Request, s3_error};

use super::acl::{full_control, owner, stays_private};
use super::bucket::{Bucket as Held, Versioning};
use super::deletion::Document;
use super::lock::{self, BucketLock, Wish};
use super::objects::{
    admit_put, bucket, bucket_mut, check_conditions, copy_source, digest, etag, find, length,
    metadata, range, read_body, slice, store, time,
};
use super::stored::{Attributes, Content, Part as HeldPart, Stored};
use super::{Answer, Plane, SomeKeys, answer, deletion, listing, multipart};

/// Headers kept with an object, from any input that has them.
macro_rules! attributes {
    ($input:expr) => {
        Attributes {
            content_type: $input.content_type.clone(),
            content_encoding: $input.content_encoding.clone(),
            content_disposition: $input.content_disposition.clone(),
            content_language: $input.content_language.clone(),
            cache_control: $input.cache_control.clone(),
            metadata: $input.metadata.clone(),
        }
    };
}

/// What an input wishes to lock its object by.
macro_rules! lock_wish {
    ($input:expr) => {
        Wish {
            mode: $input.object_lock_mode.clone(),
            until: $input.object_lock_retain_until_date.clone(),
            hold: $input.object_lock_legal_hold_status.clone(),
        }
    };
}

#[async_trait::async_trait]
impl S3 for Plane {
    async fn list_buckets(&self, req: S3Request<ListBucketsInput>) -> Answer<ListBucketsOutput> {
        let state = self.state();
        let key_id = req
            .credentials
            .map(|credentials| credentials.access_key)
            .unwrap_or_default();
        let (user, _) = state
            .users
            .by_key(&key_id)
            .ok_or_else(|| s3_error!(AccessDenied))?;
        let buckets = state.buckets.owned_by(&user.id).map(|bucket| Bucket {
            name: Some(bucket.name.clone()),
            creation_date: time(bucket.created),
            ..Bucket::default()
        });
        answer(ListBucketsOutput {
            buckets: Some(buckets.collect()),
            owner: Some(Owner {
                id: Some(user.id.clone()),
                display_name: Some(user.email.clone()),
            }),
            ..ListBucketsOutput::default()
        })
    }

    async fn create_bucket(&self, req: S3Request<CreateBucketInput>) -> Answer<CreateBucketOutput> {
        let name = req.input.bucket;
        let locks = req.input.object_lock_enabled_for_bucket.unwrap_or(false);
        let mut state = self.state();
        let key_id = req
            .credentials
            .map(|credentials| credentials.access_key)
            .unwrap_or_default();
        let user_id = state
            .users
            .by_key(&key_id)
            .map(|(user, _)| user.id.clone())
            .ok_or_else(|| s3_error!(AccessDenied))?;
        match state.buckets.get(&name) {
            Some(bucket) if bucket.owner == user_id => {
                return Err(s3_error!(BucketAlreadyOwnedByYou));
            }
            Some(_) => return Err(s3_error!(BucketAlreadyExists)),
            None => state.buckets.add(&name, &user_id, self.now()),
        }
        if locks {
            let made = bucket_mut(&mut state, &name)?;
            made.versioning = Versioning::Enabled;
            made.lock = Some(BucketLock::default());
        }
        answer(CreateBucketOutput {
            location: Some(format!("/{name}")),
        })
    }

    async fn delete_bucket(&self, req: S3Request<DeleteBucketInput>) -> Answer<DeleteBucketOutput> {
        let mut state = self.state();
        let found = bucket(&state, &req.input.bucket)?;
        if !found.is_empty() {
            return Err(s3_error!(BucketNotEmpty));
        }
        let owner = found.owner.clone();
        state.remove_bucket(&req.input.bucket, self.now());
        state.deletions.of(&owner).buckets += 1;
        answer(DeleteBucketOutput {})
    }

    async fn head_bucket(&self, req: S3Request<HeadBucketInput>) -> Answer<HeadBucketOutput> {
        bucket(&self.state(), &req.input.bucket)?;
        answer(HeadBucketOutput::default())
    }

    /// Always the nameless first region, as the documents state.
    async fn get_bucket_location(
        &self,
        req: S3Request<GetBucketLocationInput>,
    ) -> Answer<GetBucketLocationOutput> {
        bucket(&self.state(), &req.input.bucket)?;
        answer(GetBucketLocationOutput::default())
    }

    async fn get_bucket_acl(
        &self,
        req: S3Request<GetBucketAclInput>,
    ) -> Answer<GetBucketAclOutput> {
        let state = self.state();
        let owner = owner(bucket(&state, &req.input.bucket)?);
        answer(GetBucketAclOutput {
            grants: Some(vec![full_control(&owner)]),
            owner: Some(owner),
        })
    }

    async fn get_object_acl(
        &self,
        req: S3Request<GetObjectAclInput>,
    ) -> Answer<GetObjectAclOutput> {
        let (state, input) = (self.state(), req.input);
        let found = bucket(&state, &input.bucket)?;
        find(found, &input.key, input.version_id.as_deref())?;
        let owner = owner(found);
        answer(GetObjectAclOutput {
            grants: Some(vec![full_control(&owner)]),
            owner: Some(owner),
            ..Default::default()
        })
    }

    async fn put_bucket_acl(
        &self,
        req: S3Request<PutBucketAclInput>,
    ) -> Answer<PutBucketAclOutput> {
        let (state, input) = (self.state(), req.input);
        let canned = input.acl.as_ref().map(BucketCannedACL::as_str);
        stays_private(
            bucket(&state, &input.bucket)?,
            canned,
            input.access_control_policy,
        )?;
        answer(PutBucketAclOutput::default())
    }

    async fn put_object_acl(
        &self,
        req: S3Request<PutObjectAclInput>,
    ) -> Answer<PutObjectAclOutput> {
        let (state, input) = (self.state(), req.input);
        let found = bucket(&state, &input.bucket)?;
        find(found, &input.key, input.version_id.as_deref())?;
        let canned = input.acl.as_ref().map(ObjectCannedACL::as_str);
        stays_private(found, canned, input.access_control_policy)?;
        answer(PutObjectAclOutput::default())
    }

    async fn get_bucket_versioning(
        &self,
        req: S3Request<GetBucketVersioningInput>,
    ) -> Answer<GetBucketVersioningOutput> {
        let state = self.state();
        let status = match bucket(&state, &req.input.bucket)?.versioning {
            Versioning::Never => None,
            Versioning::Enabled => Some(BucketVersioningStatus::from_static(
                BucketVersioningStatus::ENABLED,
            )),
            Versioning::Suspended => Some(BucketVersioningStatus::from_static(
                BucketVersioningStatus::SUSPENDED,
            )),
        };
        answer(GetBucketVersioningOutput {
            status,
            ..GetBucketVersioningOutput::default()
        })
    }

    async fn put_bucket_versioning(
        &self,
        req: S3Request<PutBucketVersioningInput>,
    ) -> Answer<PutBucketVersioningOutput> {
        let wanted = match req
            .input
            .versioning_configuration
            .status
            .as_ref()
            .map(BucketVersioningStatus::as_str)
        {
            Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
            Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
            _ => return Err(s3_error!(MalformedXML)),
        };
        let mut state = self.state();
        let found = bucket_mut(&mut state, &req.input.bucket)?;
        lock::check_versioning(found, wanted)?;
        found.versioning = wanted;
        answer(PutBucketVersioningOutput::default())
    }

    async fn put_object(&self, req: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
        let mut input = req.input;
        let wish = lock_wish!(input);
        admit_put(&self.state(), &input, &wish, self.now())?;
        let body = read_body(input.body.take()).await?;
        let tag = hex::encode(digest(&body, input.content_md5.as_deref())?);
        let attributes = attributes!(input);
        let (mut state, now) = (self.state(), self.now());
        let found = bucket(&state, &input.bucket)?;
        let lock = lock::settled(found, lock::wished(found, &wish, now)?, now);
        let stored = Stored::new(Content::Bytes(body), tag.clone(), attributes, lock);
        let version_id = store(&mut state, &input.bucket, &input.key, stored, now)?;
        answer(PutObjectOutput {
            e_tag: etag(&tag),
            version_id,
            ..PutObjectOutput::default()
        })
    }

    async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> Answer<CopyObjectOutput> {
        let input = req.input;
        let mut state = self.state();
        let mut stored = copy_source(&state, &req.credentials, &input.copy_source)?;
        if input
            .metadata_directive
            .as_ref()
            .is_some_and(|wish| wish.as_str() == MetadataDirective::REPLACE)
        {
            stored.set_attributes(attributes!(input));
        }
        let now = self.now();
        let found = bucket(&state, &input.bucket)?;
        stored.lock = lock::settled(found, lock::wished(found, &lock_wish!(input), now)?, now);
        let tag = stored.etag.clone();
        let version_id = store(&mut state, &input.bucket, &input.key, stored, now)?;
        let result = CopyObjectResult {
            e_tag: etag(&tag),
            last_modified: time(now),
            ..CopyObjectResult::default()
        };
        answer(CopyObjectOutput {
            copy_object_result: Some(result),
            version_id,
            ..CopyObjectOutput::default()
        })
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> Answer<GetObjectOutput> {
        let (state, input) = (self.state(), req.input);
        let found = bucket(&state, &input.bucket)?;
        let (version, stored) = find(found, &input.key, input.version_id.as_deref())?;
        check_conditions(
            &stored.etag,
            input.if_match.as_ref(),
            input.if_none_match.as_ref(),
        )?;
        let (bytes, content_range) = range(input.range.as_ref(), stored.content.len())?;
        let kept = stored.attributes();
        let (object_lock_mode, object_lock_retain_until_date, object_lock_legal_hold_status) =
            stored.lock.clone().unwrap_or_default().retained();
        answer(GetObjectOutput {
            object_lock_mode,
            object_lock_retain_until_date,
            object_lock_legal_hold_status,
            content_length: length(bytes.end - bytes.start),
            body: Some(slice(&stored.content, bytes)),
            content_range,
            accept_ranges: Some("bytes".to_owned()),
            e_tag: etag(&stored.etag),
            last_modified: time(version.modified),
            version_id: version_id(found, &version.id),
            content_type: input
                .response_content_type
                .or_else(|| kept.content_type.clone()),
            content_disposition: input
                .response_content_disposition
                .or_else(|| kept.content_disposition.clone()),
            content_encoding: kept.content_encoding.clone(),
            content_language: kept.content_language.clone(),
            cache_control: kept.cache_control.clone(),
            metadata: metadata(&kept),
            ..GetObjectOutput::default()
        })
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> Answer<HeadObjectOutput> {
        let (state, input) = (self.state(), req.input);
        let found = bucket(&state, &input.bucket)?;
        let (version, stored) = find(found, &input.key, input.version_id.as_deref())?;
        check_conditions(
            &stored.etag,
            input.if_match.as_ref(),
            input.if_none_match.as_ref(),
        )?;
        let kept = stored.attributes();
        let (object_lock_mode, object_lock_retain_until_date, object_lock_legal_hold_status) =
            stored.lock.clone().unwrap_or_default().retained();
        answer(HeadObjectOutput {
            object_lock_mode,
            object_lock_retain_until_date,
            object_lock_legal_hold_status,
            content_length: length(stored.content.len()),
            accept_ranges: Some("bytes".to_owned()),
            e_tag: etag(&stored.etag),
            last_modified: time(version.modified),
            version_id: version_id(found, &version.id),
            content_type: kept.content_type.clone(),
            content_disposition: kept.content_disposition.clone(),
            content_encoding: kept.content_encoding.clone(),
            content_language: kept.content_language.clone(),
            cache_control: kept.cache_control.clone(),
            metadata: metadata(&kept),
            ..HeadObjectOutput::default()
        })
    }

    async fn delete_object(&self, req: S3Request<DeleteObjectInput>) -> Answer<DeleteObjectOutput> {
        let input = req.input;
        let removal = deletion::one(
            &mut self.state(),
            &input.bucket,
            &input.key,
            input.version_id.as_deref(),
            input.bypass_governance_retention.unwrap_or(false),
            self.now(),
        )?;
        answer(DeleteObjectOutput {
            delete_marker: removal.done.is_marker().then_some(true),
            version_id: removal.version_id,
            ..DeleteObjectOutput::default()
        })
    }

    async fn delete_objects(
        &self,
        req: S3Request<DeleteObjectsInput>,
    ) -> Answer<DeleteObjectsOutput> {
        let only_md5 = self.state().profile.multi_delete_md5;
        if let Some(document) = req.extensions.get::<Document>() {
            deletion::check(document, &req.headers, only_md5)?;
        }
        let some_fail = req.extensions.get::<SomeKeys>().is_some();
        deletion::many(&mut self.state(), req.input, some_fail, self.now())
    }

    async fn get_object_lock_configuration(
        &self,
        req: S3Request<GetObjectLockConfigurationInput>,
    ) -> Answer<GetObjectLockConfigurationOutput> {
        lock::configuration(bucket(&self.state(), &req.input.bucket)?)
    }

    async fn put_object_lock_configuration(
        &self,
        req: S3Request<PutObjectLockConfigurationInput>,
    ) -> Answer<PutObjectLockConfigurationOutput> {
        lock::configure(&mut self.state(), req.input)
    }

    async fn get_object_retention(
        &self,
        req: S3Request<GetObjectRetentionInput>,
    ) -> Answer<GetObjectRetentionOutput> {
        lock::retention(bucket(&self.state(), &req.input.bucket)?, &req.input)
    }

    async fn put_object_retention(
        &self,
        req: S3Request<PutObjectRetentionInput>,
    ) -> Answer<PutObjectRetentionOutput> {
        lock::retain(&mut self.state(), req.input, self.now())
    }

    async fn get_object_legal_hold(
        &self,
        req: S3Request<GetObjectLegalHoldInput>,
    ) -> Answer<GetObjectLegalHoldOutput> {
        lock::legal_hold(bucket(&self.state(), &req.input.bucket)?, &req.input)
    }

    async fn put_object_legal_hold(
        &self,
        req: S3Request<PutObjectLegalHoldInput>,
    ) -> Answer<PutObjectLegalHoldOutput> {
        lock::hold(&mut self.state(), req.input)
    }

    async fn list_objects(&self, req: S3Request<ListObjectsInput>) -> Answer<ListObjectsOutput> {
        let (state, input) = (self.state(), req.input);
        listing::first(bucket(&state, &input.bucket)?, input)
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> Answer<ListObjectsV2Output> {
        let (state, input) = (self.state(), req.input);
        listing::second(bucket(&state, &input.bucket)?, input)
    }

    async fn list_object_versions(
        &self,
        req: S3Request<ListObjectVersionsInput>,
    ) -> Answer<ListObjectVersionsOutput> {
        let (state, input) = (self.state(), req.input);
        listing::versions(bucket(&state, &input.bucket)?, input)
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> Answer<CreateMultipartUploadOutput> {
        let input = req.input;
        let attributes = attributes!(input);
        let (mut state, now) = (self.state(), self.now());
        let lock = lock::wished(bucket(&state, &input.bucket)?, &lock_wish!(input), now)?;
        let id = multipart::begin(&mut state, &input.bucket, &input.key, attributes, lock, now)?;
        drop(state);
        answer(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            ..CreateMultipartUploadOutput::default()
        })
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> Answer<UploadPartOutput> {
        let input = req.input;
        let content = read_body(input.body).await?;
        let md5 = digest(&content, input.content_md5.as_deref())?;
        let part = HeldPart {
            content: Content::Bytes(content),
            md5,
            modified: self.now(),
        };
        let (key, id, number) = (&input.key, &input.upload_id, input.part_number);
        let tag = multipart::put_part(&mut self.state(), &input.bucket, key, id, number, part)?;
        answer(UploadPartOutput {
            e_tag: etag(&tag),
            ..UploadPartOutput::default()
        })
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> Answer<CompleteMultipartUploadOutput> {
        let input = req.input;
        let listed = input
            .multipart_upload
            .and_then(|upload| upload.parts)
            .unwrap_or_default();
        let (name, key, id) = (&input.bucket, &input.key, &input.upload_id);
        let (tag, version_id) =
            multipart::complete(&mut self.state(), name, key, id, &listed, self.now())?;
        answer(CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", input.bucket, input.key)),
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: etag(&tag),
            version_id,
            ..CompleteMultipartUploadOutput::default()
        })
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> Answer<AbortMultipartUploadOutput> {
        let input = req.input;
        multipart::abort(
            &mut self.state(),
            &input.bucket,
            &input.key,
            &input.upload_id,
            self.now(),
        )?;
        answer(AbortMultipartUploadOutput::default())
    }

    async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> Answer<ListMultipartUploadsOutput> {
        let (state, input) = (self.state(), req.input);
        multipart::list_uploads(bucket(&state, &input.bucket)?, input)
    }

    async fn list_parts(&self, req: S3Request<ListPartsInput>) -> Answer<ListPartsOutput> {
        let (state, input) = (self.state(), req.input);
        multipart::list_parts(bucket(&state, &input.bucket)?, input)
    }
}

/// The version id answers show: none while a bucket never kept versions.
fn version_id(bucket: &Held, id: &str) -> Option<String> {
    (bucket.versioning != Versioning::Never).then(|| id.to_owned())
}
