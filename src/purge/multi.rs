//! Deleting some versions of a bucket: by one request where that can name them, else one by one.

use std::collections::HashMap;
use std::time::Instant;

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::stream::{self, StreamExt};
use md5::{Digest, Md5};

use super::empty::{Counter, Round};
use super::listing::Entry;
use super::rate::Rate;
use super::store::{Failure, Store, judge};

/// Requests under way at once for keys that go one by one.
const PARALLEL: usize = 4;

/// Where versions are deleted.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub store: &'a Store,
    pub bucket: &'a str,
    pub rate: &'a Rate,
    pub counter: &'a Counter,
}

impl Batch<'_> {
    /// Deletes versions, at most a thousand.
    pub async fn delete(self, entries: Vec<Entry>) -> Result<Round, Failure> {
        let mut round = Round {
            seen: entries.len(),
            ..Round::default()
        };
        let (many, mut single): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| can_be_in_xml(&entry.key));
        if !many.is_empty() {
            single.extend(self.delete_many(many, &mut round).await?);
        }
        let mut work = stream::iter(single)
            .map(async |entry| (self.delete_one(&entry).await, entry))
            .buffer_unordered(PARALLEL);
        while let Some((result, entry)) = work.next().await {
            match result {
                Ok(()) => {}
                Err(Failure::Refused { code, .. }) => round.refuse(entry, &code),
                Err(failure) => return Err(failure),
            }
        }
        Ok(round)
    }

    /// Deletes versions by one request; answers those that must go one by one.
    async fn delete_many(
        self,
        entries: Vec<Entry>,
        round: &mut Round,
    ) -> Result<Vec<Entry>, Failure> {
        let what = format!("deleting objects of bucket {}", self.bucket);
        let invalid = |error: aws_sdk_s3::error::BuildError| Failure::Temporary {
            what: what.clone(),
            why: error.to_string(),
        };
        let mut delete = Delete::builder().quiet(true);
        for entry in &entries {
            let object = ObjectIdentifier::builder()
                .key(&entry.key)
                .set_version_id(entry.version.clone());
            delete = delete.objects(object.build().map_err(invalid)?);
        }
        let request = self
            .store
            .s3
            .delete_objects()
            .bucket(self.bucket)
            .delete(delete.build().map_err(invalid)?)
            .customize()
            // Newer checksums are sent by themselves; older servers demand this one.
            .mutate_request(|request| {
                if let Some(body) = request.body().bytes() {
                    let digest = BASE64.encode(Md5::digest(body));
                    request.headers_mut().insert("content-md5", digest);
                }
            });
        let began = Instant::now();
        let answer = match request.send().await {
            Ok(answer) => {
                self.rate.note(entries.len(), began.elapsed());
                answer
            }
            Err(error) => {
                return match judge(&what, self.bucket, &error) {
                    Failure::Refused { code, .. } if code == "AccessDenied" => {
                        for entry in entries {
                            round.refuse(entry, &code);
                        }
                        Ok(Vec::new())
                    }
                    // A server that cannot, or that stumbles over one of the keys, takes them one by one.
                    Failure::Unsupported(_) | Failure::Refused { .. } => Ok(entries),
                    failure => Err(failure),
                };
            }
        };
        let mut errors: HashMap<(&str, Option<&str>), &str> = HashMap::new();
        for error in answer.errors() {
            let version = error.version_id().filter(|version| !version.is_empty());
            let code = error.code().unwrap_or("no code");
            errors.insert((error.key().unwrap_or_default(), version), code);
        }
        let (mut deleted, mut bytes, mut single) = (0, 0, Vec::new());
        for entry in entries {
            let named = errors.get(&(entry.key.as_str(), entry.version.as_deref()));
            // Some servers leave the version out.
            let code = named.or_else(|| errors.get(&(entry.key.as_str(), None)));
            match code {
                None => {
                    deleted += 1;
                    bytes += entry.bytes;
                }
                Some(&("NoSuchKey" | "NoSuchVersion")) => {}
                Some(&code @ ("AccessDenied" | "ObjectLocked")) => round.refuse(entry, code),
                // Whatever it is, a request of its own says it better.
                Some(_) => single.push(entry),
            }
        }
        self.counter.add(deleted, bytes);
        Ok(single)
    }

    async fn delete_one(self, entry: &Entry) -> Result<(), Failure> {
        let request = self
            .store
            .s3
            .delete_object()
            .bucket(self.bucket)
            .key(&entry.key)
            .set_version_id(entry.version.clone());
        let Err(error) = request.send().await else {
            self.counter.add(1, entry.bytes);
            return Ok(());
        };
        let code = aws_sdk_s3::error::ProvideErrorMetadata::code(&error);
        if matches!(code, Some("NoSuchKey" | "NoSuchVersion")) {
            return Ok(());
        }
        let what = format!("deleting an object of bucket {}", self.bucket);
        Err(judge(&what, self.bucket, &error))
    }
}

/// Whether XML 1.0 carries a key as it is, through readers that trim and fold white space too.
fn can_be_in_xml(key: &str) -> bool {
    let carried = |letter: char| {
        !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}' | '\u{2028}')
    };
    key.chars().all(carried) && key.trim() == key
}

#[cfg(test)]
mod tests {
    use super::can_be_in_xml;

    #[test]
    fn keys_that_xml_would_change_go_by_themselves() {
        for good in ["a b", "/a//b/../c", "%41+&<>\"'", "ä\u{1f600}\u{fffd}"] {
            assert!(can_be_in_xml(good), "{good:?}");
        }
        for bad in [
            "\u{1}", "a\tb", "a\r", "a\u{85}b", "\u{fffe}", "\u{ffff}", " a", "a ",
        ] {
            assert!(!can_be_in_xml(bad), "{bad:?}");
        }
    }
}
