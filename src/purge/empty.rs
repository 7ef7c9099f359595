//! Emptying a bucket over S3: unfinished uploads, then all versions and delete markers, by multi-delete.
//!
//! Pages are listed while earlier ones are deleted, so memory does not grow with the number of keys. A bucket is gone
//! through until a listing from its begin is empty: somebody may still write, and servers may show what is deleted for
//! a moment.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};

use super::listing::{Entry, Pages};
use super::lock::Lock;
use super::multi::Batch;
use super::rate::Rate;
use super::store::{Failure, Store, judge};

/// Requests under way at once.
const PARALLEL: usize = 8;

/// How often a bucket is gone through before the job waits.
const ROUNDS: u32 = 6;

/// How many versions that cannot be deleted are asked for the reason, per bucket.
const ASKED: usize = 1000;

/// What was deleted so far.
#[derive(Debug, Default)]
pub struct Counter {
    objects: AtomicU64,
    bytes: AtomicU64,
}

impl Counter {
    /// Versions, delete markers and uploads, and their bytes, since this was asked last.
    pub fn take(&self) -> (u64, u64) {
        let take = |number: &AtomicU64| number.swap(0, Ordering::Relaxed);
        (take(&self.objects), take(&self.bytes))
    }

    pub(super) fn add(&self, objects: usize, bytes: u64) {
        self.objects.fetch_add(objects as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What could not be deleted of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// How many versions, delete markers or uploads.
    pub count: u64,
    /// The server's code for one of them.
    pub code: Option<String>,
    /// The latest end of object lock that was seen.
    pub until: Option<Timestamp>,
    /// Whether one of them is under legal hold.
    pub held: bool,
}

/// What a round of deleting came to.
#[derive(Default)]
pub(super) struct Round {
    /// What was listed.
    pub seen: usize,
    /// Key and version or upload that were listed first.
    pub first: Option<String>,
    /// What the server refuses to delete.
    pub refused: Vec<Entry>,
    pub refusals: u64,
    pub code: Option<String>,
}

impl Round {
    pub(super) fn refuse(&mut self, entry: Entry, code: &str) {
        self.refusals += 1;
        self.code.get_or_insert_with(|| code.to_owned());
        self.refused.push(entry);
    }

    fn add(&mut self, more: Self) {
        self.seen += more.seen;
        self.refusals += more.refusals;
        self.code = self.code.take().or(more.code);
        let room = ASKED.saturating_sub(self.refused.len());
        self.refused.extend(more.refused.into_iter().take(room));
    }

    /// Whether there is nothing in the bucket but what may not be deleted.
    fn is_last(&self) -> bool {
        self.seen as u64 == self.refusals
    }
}

/// Empties a bucket; answers what could not be deleted. What is deleted is counted at once.
///
/// # Errors
/// [`Failure`]; what was deleted stays deleted, and the call may be repeated.
pub async fn empty_bucket(
    store: &Store,
    bucket: &str,
    rate: &Rate,
    counter: &Counter,
) -> Result<Left, Failure> {
    let uploads = abort_uploads(store, bucket, rate, counter).await?;
    let objects = delete_objects(store, bucket, rate, counter).await?;
    Ok(Left {
        count: uploads.count + objects.count,
        code: objects.code.or(uploads.code),
        ..objects
    })
}

/// Aborts the unfinished uploads of a bucket; answers what could not be aborted.
///
/// # Errors
/// As for [`empty_bucket`].
pub async fn abort_uploads(
    store: &Store,
    bucket: &str,
    rate: &Rate,
    counter: &Counter,
) -> Result<Left, Failure> {
    let mut doubt = Doubt::default();
    for round in 0..ROUNDS {
        pause(round).await;
        let done = abort_all(store, bucket, doubt.now, rate, counter).await?;
        if done.is_last() {
            return Ok(Left {
                count: done.refusals,
                code: done.code,
                ..Left::default()
            });
        }
        doubt.note(done.first);
    }
    Err(again(bucket, "unfinished uploads"))
}

async fn abort_all(
    store: &Store,
    bucket: &str,
    doubting: bool,
    rate: &Rate,
    counter: &Counter,
) -> Result<Round, Failure> {
    let first = OnceLock::new();
    let pages = stream::try_unfold(Pages::of(store, bucket, doubting), async |mut pages| {
        let page = pages.uploads().await?;
        if let Some(upload) = page.iter().flatten().next() {
            first.get_or_init(|| format!("{} {}", upload.key, upload.id));
        }
        Ok::<_, Failure>(page.map(|page| (stream::iter(page.into_iter().map(Ok)), pages)))
    });
    let work = pages.try_flatten().map_ok(async |upload| {
        rate.take(1).await;
        let request = store.s3.abort_multipart_upload();
        let request = request
            .bucket(bucket)
            .key(&upload.key)
            .upload_id(&upload.id);
        let mut round = Round {
            seen: 1,
            ..Round::default()
        };
        let Err(error) = request.send().await else {
            counter.add(1, 0);
            return Ok(round);
        };
        if error
            .as_service_error()
            .is_some_and(|error| error.is_no_such_upload())
        {
            return Ok(round);
        }
        let what = format!("aborting an upload to bucket {bucket}");
        match judge(&what, bucket, &error) {
            Failure::Refused { code, .. } => {
                round.refusals = 1;
                round.code = Some(code);
                Ok(round)
            }
            failure => Err(failure),
        }
    });
    let round = collect(work.try_buffer_unordered(PARALLEL).boxed()).await?;
    Ok(Round {
        first: first.into_inner(),
        ..round
    })
}

/// Deletes all versions and delete markers of a bucket; answers what could not be deleted.
///
/// # Errors
/// As for [`empty_bucket`].
pub async fn delete_objects(
    store: &Store,
    bucket: &str,
    rate: &Rate,
    counter: &Counter,
) -> Result<Left, Failure> {
    let mut doubt = Doubt::default();
    for round in 0..ROUNDS {
        pause(round).await;
        let done = delete_all(store, bucket, doubt.now, rate, counter).await?;
        if done.is_last() {
            return Ok(explained(store, bucket, done).await);
        }
        doubt.note(done.first);
    }
    Err(again(bucket, "objects"))
}

async fn delete_all(
    store: &Store,
    bucket: &str,
    doubting: bool,
    rate: &Rate,
    counter: &Counter,
) -> Result<Round, Failure> {
    let first = OnceLock::new();
    let pages = stream::try_unfold(Pages::of(store, bucket, doubting), async |mut pages| {
        let page = pages.versions().await?;
        if let Some(entry) = page.iter().flatten().next() {
            first.get_or_init(|| format!("{} {:?}", entry.key, entry.version));
        }
        Ok::<_, Failure>(page.map(|page| (page, pages)))
    });
    let batches = pages.map_ok(|mut page: Vec<Entry>| {
        let size = rate.batch();
        let mut batches = Vec::with_capacity(page.len().div_ceil(size));
        while page.len() > size {
            batches.push(Ok(page.split_off(page.len() - size)));
        }
        batches.push(Ok(page));
        stream::iter(batches)
    });
    let work = batches.try_flatten().map_ok(async |entries: Vec<Entry>| {
        rate.take(entries.len()).await;
        let batch = Batch {
            store,
            bucket,
            rate,
            counter,
        };
        batch.delete(entries).await
    });
    let round = collect(work.try_buffer_unordered(PARALLEL).boxed()).await?;
    Ok(Round {
        first: first.into_inner(),
        ..round
    })
}

async fn collect(mut work: BoxStream<'_, Result<Round, Failure>>) -> Result<Round, Failure> {
    let mut sum = Round::default();
    while let Some(round) = work.next().await {
        sum.add(round?);
    }
    Ok(sum)
}

/// Why what is left is left.
async fn explained(store: &Store, bucket: &str, round: Round) -> Left {
    let mut left = Left {
        count: round.refusals,
        code: round.code,
        ..Left::default()
    };
    if left.count == 0 {
        return left;
    }
    let locks: Vec<(Option<i64>, Lock)> = stream::iter(round.refused)
        .map(async |entry| (entry.modified, store.lock_of(bucket, &entry).await))
        .buffer_unordered(PARALLEL)
        .collect()
        .await;
    left.held = locks.iter().any(|(_, lock)| lock.held);
    left.until = locks.iter().filter_map(|(_, lock)| lock.until).max();
    if left.until.is_none() && !left.held {
        // Objects that do not tell are locked as the bucket says.
        let length = store.default_lock(bucket).await;
        let modified = locks.iter().filter_map(|(modified, _)| *modified).max();
        left.until = modified.zip(length).and_then(|(modified, length)| {
            let end: SignedDuration = SignedDuration::from_secs(modified).checked_add(length)?;
            Timestamp::from_second(end.as_secs()).ok()
        });
    }
    left
}

/// Whether a round does not take the server at its word on how keys are written: what is listed again right after it was
/// deleted has a key that was read wrongly, maybe. radosgw encodes the keys of uploads and does not say so.
#[derive(Default)]
struct Doubt {
    now: bool,
    first: Option<String>,
}

impl Doubt {
    /// Takes note of what a round listed first.
    fn note(&mut self, first: Option<String>) {
        self.now = !self.now && first.is_some() && first == self.first;
        self.first = first;
    }
}

/// Before a bucket is gone through again, time for the server to show what was done.
async fn pause(round: u32) {
    if round > 1 {
        tokio::time::sleep(Duration::from_millis(250) * 2_u32.pow(round)).await;
    }
}

fn again(bucket: &str, what: &str) -> Failure {
    Failure::Temporary {
        what: format!("emptying bucket {bucket}"),
        why: format!(
            "it still lists {what} after it was gone through {ROUNDS} times; somebody may be writing to it"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_is_doubted_and_what_is_new_is_not() {
        let mut doubt = Doubt::default();
        let mut doubted = Vec::new();
        for first in ["a", "b", "b", "b+", "b", "b", "c"] {
            doubted.push(doubt.now);
            doubt.note(Some(first.to_owned()));
        }
        assert_eq!(doubted, [false, false, false, true, false, false, true]);
        doubt.note(None);
        doubt.note(None);
        assert!(!doubt.now);
    }
}
