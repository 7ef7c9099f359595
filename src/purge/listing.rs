//! What is in a bucket, page by page.

use aws_sdk_s3::types::EncodingType;
use percent_encoding::percent_decode_str;

use super::store::{Failure, Store, judge};

/// One version, delete marker or object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: String,
    /// Absent where the server keeps no versions.
    pub version: Option<String>,
    pub bytes: u64,
    /// In seconds since 1970.
    pub modified: Option<i64>,
}

/// An upload that was begun and not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upload {
    pub key: String,
    pub id: String,
}

/// Where a page begins: behind a key, and behind a version or an upload of it.
type Marker = (Option<String>, Option<String>);

/// Pages of a bucket, from its begin.
pub(super) struct Pages<'a> {
    store: &'a Store,
    bucket: &'a str,
    /// Where the next page begins; `None` after the last one.
    next: Option<Marker>,
    /// Whether the server does not list versions.
    plain: bool,
    /// Whether keys are read against the server's word on how it wrote them.
    doubting: bool,
}

impl<'a> Pages<'a> {
    /// With `doubting` keys are read as encoded where the server does not say that they are, and the other way round.
    pub fn of(store: &'a Store, bucket: &'a str, doubting: bool) -> Self {
        Self {
            store,
            bucket,
            next: Some((None, None)),
            plain: false,
            doubting,
        }
    }

    /// The next page of versions and delete markers; `None` after the last one.
    pub async fn versions(&mut self) -> Result<Option<Vec<Entry>>, Failure> {
        let Some(marker) = self.next.take() else {
            return Ok(None);
        };
        if self.plain {
            return self.objects(marker).await.map(Some);
        }
        let request = self
            .store
            .s3
            .list_object_versions()
            .bucket(self.bucket)
            .encoding_type(EncodingType::Url)
            .set_key_marker(marker.0.clone())
            .set_version_id_marker(marker.1.clone());
        let page = match request.send().await {
            Ok(page) => page,
            Err(error) => match judge(&self.what(), self.bucket, &error) {
                Failure::Unsupported(_) if marker == (None, None) => {
                    self.plain = true;
                    return self.objects(marker).await.map(Some);
                }
                failure => return Err(failure),
            },
        };
        let decode = self.decoder(page.encoding_type());
        let kept = page.versions().iter().map(|version| {
            let bytes = version.size().and_then(|size| u64::try_from(size).ok());
            let modified = version.last_modified().map(|time| time.secs());
            (
                version.key(),
                version.version_id(),
                bytes.unwrap_or(0),
                modified,
            )
        });
        let markers = page
            .delete_markers()
            .iter()
            .map(|marker| (marker.key(), marker.version_id(), 0, None));
        let entries: Vec<Entry> = kept
            .chain(markers)
            .filter_map(|(key, version, bytes, modified)| {
                Some(Entry {
                    key: decode.text(key?),
                    version: version.map(str::to_owned),
                    bytes,
                    modified,
                })
            })
            .collect();
        if page.is_truncated() == Some(true) {
            let keys = entries.iter().map(|entry| &*entry.key);
            // Without its word: behind the last key. Versions of it that are left come in another round.
            let next = (
                decode.marker(page.next_key_marker(), keys),
                page.next_version_id_marker().map(str::to_owned),
            );
            self.advance(&marker, next)?;
        }
        Ok(Some(entries))
    }

    /// A page of a server that does not list versions.
    async fn objects(&mut self, marker: Marker) -> Result<Vec<Entry>, Failure> {
        let request = self
            .store
            .s3
            .list_objects()
            .bucket(self.bucket)
            .encoding_type(EncodingType::Url)
            .set_marker(marker.0.clone());
        let page = request
            .send()
            .await
            .map_err(|error| judge(&self.what(), self.bucket, &error))?;
        let decode = self.decoder(page.encoding_type());
        let entries: Vec<Entry> = page
            .contents()
            .iter()
            .filter_map(|object| {
                let bytes = object.size().and_then(|size| u64::try_from(size).ok());
                Some(Entry {
                    key: decode.text(object.key()?),
                    version: None,
                    bytes: bytes.unwrap_or(0),
                    modified: object.last_modified().map(|time| time.secs()),
                })
            })
            .collect();
        if page.is_truncated() == Some(true) {
            let keys = entries.iter().map(|entry| &*entry.key);
            let key = decode.marker(page.next_marker(), keys);
            self.advance(&marker, (key, None))?;
        }
        Ok(entries)
    }

    /// The next page of unfinished uploads; `None` after the last one.
    pub async fn uploads(&mut self) -> Result<Option<Vec<Upload>>, Failure> {
        let Some(marker) = self.next.take() else {
            return Ok(None);
        };
        let request = self
            .store
            .s3
            .list_multipart_uploads()
            .bucket(self.bucket)
            .encoding_type(EncodingType::Url)
            .set_key_marker(marker.0.clone())
            .set_upload_id_marker(marker.1.clone());
        let page = match request.send().await {
            Ok(page) => page,
            Err(error) => match judge(&self.what(), self.bucket, &error) {
                // Who cannot list them has none.
                Failure::Unsupported(_) => return Ok(None),
                failure => return Err(failure),
            },
        };
        let decode = self.decoder(page.encoding_type());
        let uploads: Vec<Upload> = page
            .uploads()
            .iter()
            .filter_map(|upload| {
                Some(Upload {
                    key: decode.text(upload.key()?),
                    id: upload.upload_id()?.to_owned(),
                })
            })
            .collect();
        if page.is_truncated() == Some(true) {
            let keys = uploads.iter().map(|upload| &*upload.key);
            let key = decode.marker(page.next_key_marker(), keys);
            let id = page.next_upload_id_marker().map(str::to_owned);
            self.advance(&marker, (key, id))?;
        }
        Ok(Some(uploads))
    }

    /// Goes on behind `next`, unless that is where the page began.
    fn advance(&mut self, from: &Marker, next: Marker) -> Result<(), Failure> {
        if next == *from || next == (None, None) {
            return Err(Failure::Temporary {
                what: self.what(),
                why: "the server's pages do not get on".to_owned(),
            });
        }
        self.next = Some(next);
        Ok(())
    }

    fn decoder(&self, encoding: Option<&EncodingType>) -> Decoder {
        let said = encoding == Some(&EncodingType::Url);
        Decoder {
            encoded: said != self.doubting,
        }
    }

    fn what(&self) -> String {
        format!("listing bucket {}", self.bucket)
    }
}

/// How keys are written in a listing.
struct Decoder {
    encoded: bool,
}

impl Decoder {
    fn text(&self, text: &str) -> String {
        if !self.encoded {
            return text.to_owned();
        }
        // As in forms: a plus is a space.
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    }

    /// The key behind which the next page begins, which is one of this page's; without a word of the server the last of
    /// them. Some servers write it as it is where they encode all others (radosgw does).
    fn marker<'k>(
        &self,
        told: Option<&str>,
        keys: impl Iterator<Item = &'k str>,
    ) -> Option<String> {
        let Some(told) = told else {
            return keys.max().map(str::to_owned);
        };
        let decoded = self.text(told);
        let meant = keys.filter(|key| *key == decoded || *key == told).max();
        Some(meant.map(str::to_owned).unwrap_or(decoded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_where_they_are_encoded() {
        let encoded = Decoder { encoded: true };
        assert_eq!(
            encoded.text("a+b%2Bc%20d%01%EF%BF%BE/%25"),
            "a b+c d\u{1}\u{fffe}/%"
        );
        let plain = Decoder { encoded: false };
        assert_eq!(plain.text("a+b%2B"), "a+b%2B");
    }

    #[test]
    fn a_page_begins_behind_a_key_of_the_one_before_however_that_is_written() {
        let encoded = Decoder { encoded: true };
        let keys = ["a b", "a%20c", "d", "e f", "e+f"];
        for (told, key) in [
            (Some("a+b"), "a b"),
            // Of two that may be meant the last on the page.
            (Some("e+f"), "e+f"),
            (Some("a%2520c"), "a%20c"),
            (Some("a%20c"), "a%20c"),
            (Some("gone%21"), "gone!"),
            (None, "e+f"),
        ] {
            let next = encoded.marker(told, keys.into_iter());
            assert_eq!(next.as_deref(), Some(key), "{told:?}");
        }
        assert_eq!(encoded.marker(None, std::iter::empty()), None);
    }
}
