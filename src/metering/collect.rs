//! One run over the statistics objects of a cluster: list, read what is settled, count, delete.
//!
//! An object is deleted only after the transaction that counts it is committed, so a run may end anywhere: the next
//! one finds the object counted, by its name, and only deletes it.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use futures::{StreamExt, join, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

use crate::app::{Cluster, Services};
use crate::config;
use crate::ledger::{Booked, Booking, Item, Ledger, StatisticsRecord, Traffic};
use crate::ostor::{self, Counters, StatisticsItem, StatisticsName, StatisticsObject};

use super::Error;
use super::listing::list;

/// How long a run waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Most objects of one transaction.
const BATCH: usize = 64;

/// Items with which a transaction waits for no more objects: they are all in memory, and there is one transaction being
/// written, one ready and one being made.
const BATCH_ITEMS: usize = 16_000;

/// How long a transaction waits for more objects.
const GATHER: Duration = Duration::from_millis(200);

/// Before this no gateway wrote statistics; such names come from clocks that were not set.
pub(super) const EARLIEST: Timestamp = Timestamp::constant(1_262_304_000, 0);

/// Longest nominal period that makes sense, in seconds.
const LONGEST_PERIOD: u32 = 86_400;

/// Nominal period that is reckoned with until an object shows the real one, in seconds.
const ASSUMED_PERIOD: i64 = 3600;

/// How long an object that cannot be counted holds back what is told as complete.
const HOLD: SignedDuration = SignedDuration::from_hours(24);

/// How far a run has come: objects dealt with, of those that are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Objects dealt with.
    pub done: usize,
    /// Objects found settled.
    pub total: usize,
}

/// What a run found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Objects counted now.
    pub counted: usize,
    /// Their items.
    pub items: usize,
    /// Objects that were counted before and only had to be deleted.
    pub known: usize,
    /// Objects that may still change.
    pub open: usize,
    /// Objects that are counted but could not be deleted; the next run tries again.
    pub undeleted: usize,
    /// Names that make no sense and were left alone.
    pub strange: Vec<String>,
    /// Objects that were not counted, each with the reason.
    pub problems: Vec<(String, String)>,
    /// Whether the gateway showed all names.
    pub whole: bool,
    /// Everything before this is counted, as far as can be known.
    pub complete_until: Option<Timestamp>,
}

/// Counts the settled statistics objects of a cluster and deletes them. Another run on the same cluster is waited for.
///
/// # Errors
/// [`Error`]; what was counted stays counted, and the next run goes on.
pub async fn collect(
    services: &Services,
    name: &str,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Collected, Error> {
    let cluster = super::cluster(services, name)?;
    let turn = services.ledger.metering_turn(name, PATIENCE).await?;
    let turn = turn.ok_or_else(|| Error::Busy(name.to_owned()))?;
    let mut run = Run {
        services,
        ledger: turn.ledger(),
        cluster,
        name,
        progress,
        report: Mutex::default(),
        finished: HashSet::new(),
        waiting_since: AtomicI64::new(i64::MAX),
        done: AtomicUsize::new(0),
        total: 0,
        period: turn.ledger().standing(name).await?.period.unwrap_or(0),
    };
    run.all().await
}

/// A run under way.
struct Run<'a> {
    services: &'a Services,
    ledger: &'a Ledger,
    cluster: &'a Cluster,
    name: &'a str,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    report: Mutex<Collected>,
    /// Names that need nothing more in this run.
    finished: HashSet<String>,
    /// Start of the oldest object that covers more than its nominal period and is waited for, in seconds since 1970.
    waiting_since: AtomicI64,
    done: AtomicUsize,
    total: usize,
    /// Longest nominal period seen, in seconds.
    period: i64,
}

/// A settled object that is to be read.
struct Due {
    name: String,
    start: Timestamp,
    period: u32,
}

/// What reading an object came to.
enum Fetched {
    /// What it holds, and the seconds it covers: its period, or more.
    Record(Box<StatisticsRecord>, i64),
    /// It may still change; with its start.
    Open(Timestamp),
    Gone(String),
    Problem(String, String),
}

/// Objects that are dealt with at once.
#[derive(Default)]
struct Batch {
    objects: usize,
    booking: Option<Booking>,
    open: Vec<Timestamp>,
    gone: Vec<String>,
    problems: Vec<(String, String)>,
}

impl Batch {
    fn new(cluster: &str, objects: Vec<Fetched>) -> Self {
        let mut batch = Self {
            objects: objects.len(),
            ..Self::default()
        };
        let mut records = Vec::new();
        for object in objects {
            match object {
                Fetched::Record(record, _) => records.push(*record),
                Fetched::Open(start) => batch.open.push(start),
                Fetched::Gone(name) => batch.gone.push(name),
                Fetched::Problem(name, problem) => batch.problems.push((name, problem)),
            }
        }
        if !records.is_empty() {
            batch.booking = Some(Booking::new(cluster, records));
        }
        batch
    }
}

impl Run<'_> {
    async fn all(&mut self) -> Result<Collected, Error> {
        loop {
            let listing = list(&self.cluster.gateway).await?;
            let due = self.sort(&listing.names, listing.at);
            let some = !due.is_empty();
            self.work_off(due, listing.at).await?;
            // An early end of the listing shows more once the first names are deleted.
            if listing.whole || !some {
                return self.conclude(listing.whole, listing.at).await;
            }
        }
    }

    fn is_settled(&self, start: Timestamp, period: i64, now: Timestamp) -> bool {
        start.as_second() + settling(&self.services.usage, self.cluster, period) < now.as_second()
    }

    /// The objects to be read, oldest first: a run that is cut short has then done the most useful part.
    fn sort(&mut self, names: &[String], now: Timestamp) -> Vec<Due> {
        let mut due = Vec::new();
        let mut report = Collected::default();
        for text in names {
            let parsed = text.parse::<StatisticsName>().ok().filter(|name| {
                name.start >= EARLIEST
                    && name.start.as_second() < now.as_second() + 86_400
                    && name.period <= LONGEST_PERIOD
            });
            let Some(name) = parsed else {
                report.strange.push(text.clone());
                continue;
            };
            let period = i64::from(name.period);
            self.period = self.period.max(period);
            if !self.is_settled(name.start, period, now) {
                report.open += 1;
            } else if !self.finished.contains(text) {
                due.push(Due {
                    name: text.clone(),
                    start: name.start,
                    period: name.period,
                });
            }
        }
        due.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
        self.finished.extend(due.iter().map(|due| due.name.clone()));
        self.total += due.len();
        let mut known = super::lock(&self.report);
        known.strange = report.strange;
        known.open = report.open;
        drop(known);
        due
    }

    /// Reads, counts and deletes, each as far as the one before it has come. Half of the calls the cluster takes at
    /// once are left to customers' orders.
    async fn work_off(&self, due: Vec<Due>, now: Timestamp) -> Result<(), Error> {
        let quarter = (self.cluster.settings.max_parallel / 4).max(1);
        let quarter = usize::try_from(quarter).unwrap_or(1);
        let (fetched, to_gather) = mpsc::channel(quarter);
        let (gathered, to_count) = mpsc::channel(1);
        let (counted, to_delete) = mpsc::channel(BATCH);
        let (read, (), booked, ()) = join!(
            self.read(due, now, quarter, fetched),
            self.gather(to_gather, gathered),
            self.count(now, to_count, counted),
            self.delete(to_delete, quarter),
        );
        booked?;
        read
    }

    async fn read(
        &self,
        due: Vec<Due>,
        now: Timestamp,
        readers: usize,
        fetched: mpsc::Sender<Fetched>,
    ) -> Result<(), Error> {
        // In tasks of their own: taking an object apart is work for another core than the one that counts.
        let mut objects = stream::iter(due)
            .map(|due| {
                let gateway = self.cluster.gateway.clone();
                AbortOnDropHandle::new(tokio::spawn(fetch(gateway, due)))
            })
            .buffer_unordered(readers);
        while let Some(object) = objects.next().await {
            let object = match answer_of(object).await? {
                Fetched::Record(record, period) if !self.is_settled(record.start, period, now) => {
                    Fetched::Open(record.start)
                }
                object => object,
            };
            if fetched.send(object).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Makes transactions of objects, ahead of the one that is written.
    async fn gather(&self, mut fetched: mpsc::Receiver<Fetched>, gathered: mpsc::Sender<Batch>) {
        loop {
            let objects = fill(&mut fetched).await;
            if objects.is_empty() {
                break;
            }
            let cluster = self.name.to_owned();
            let batch = tokio::task::spawn_blocking(move || Batch::new(&cluster, objects)).await;
            if gathered.send(answer_of(batch).await).await.is_err() {
                break;
            }
        }
    }

    async fn count(
        &self,
        now: Timestamp,
        mut gathered: mpsc::Receiver<Batch>,
        counted: mpsc::Sender<String>,
    ) -> Result<(), Error> {
        while let Some(mut batch) = gathered.recv().await {
            for start in &batch.open {
                super::lock(&self.report).open += 1;
                self.waiting_since
                    .fetch_min(start.as_second(), Ordering::Relaxed);
            }
            self.judge_gone(batch.gone, &mut batch.problems).await?;
            let ledger = self.ledger;
            if let Some(booking) = batch.booking {
                for (record, booked) in ledger.book_statistics(now, booking).await? {
                    self.note(&record, booked);
                    if booked != Booked::Conflict && counted.send(record.name).await.is_err() {
                        return Ok(());
                    }
                }
            }
            if !batch.problems.is_empty() {
                ledger.set_aside(self.name, now, &batch.problems).await?;
            }
            self.advance(batch.objects, batch.problems);
        }
        Ok(())
    }

    /// An object that is gone after it was listed was deleted by an earlier run, or by somebody else.
    async fn judge_gone(
        &self,
        gone: Vec<String>,
        problems: &mut Vec<(String, String)>,
    ) -> Result<(), Error> {
        if gone.is_empty() {
            return Ok(());
        }
        let counted = self.ledger.counted(self.name, &gone).await?;
        let lost = gone.into_iter().filter(|name| !counted.contains(name));
        problems.extend(lost.map(|name| {
            let sentence = "it was listed and then gone before it was read; something else deletes statistics objects of this cluster";
            (name, sentence.to_owned())
        }));
        Ok(())
    }

    fn note(&self, record: &StatisticsRecord, booked: Booked) {
        let mut report = super::lock(&self.report);
        match booked {
            Booked::Counted => {
                report.counted += 1;
                report.items += record.items.len();
            }
            Booked::Known => report.known += 1,
            Booked::Conflict => {
                let sentence = "it was counted before and came again with other content";
                report
                    .problems
                    .push((record.name.clone(), sentence.to_owned()));
            }
        }
    }

    fn advance(&self, more: usize, problems: Vec<(String, String)>) {
        let mut report = super::lock(&self.report);
        report.problems.extend(problems);
        drop(report);
        (self.progress)(Progress {
            done: self.done.fetch_add(more, Ordering::Relaxed) + more,
            total: self.total,
        });
    }

    async fn delete(&self, counted: mpsc::Receiver<String>, workers: usize) {
        let names = stream::unfold(counted, async |mut counted| {
            let name = counted.recv().await?;
            Some((name, counted))
        });
        names
            .for_each_concurrent(workers, async |name| {
                let gateway = &self.cluster.gateway;
                if let Err(error) = gateway.delete_statistics_object(&name).await {
                    tracing::warn!(
                        cluster = self.name,
                        name,
                        error = error.to_string(),
                        "a counted statistics object could not be deleted; the next run tries again"
                    );
                    super::lock(&self.report).undeleted += 1;
                }
            })
            .await;
    }

    /// Usage is complete up to the time at which an object that began then would have settled by now, unless an
    /// object from before is not counted.
    async fn conclude(&self, whole: bool, now: Timestamp) -> Result<Collected, Error> {
        let mut report = std::mem::take(&mut *super::lock(&self.report));
        report.whole = whole;
        if !whole {
            return Ok(report);
        }
        let until = now.as_second() - settling(&self.services.usage, self.cluster, self.period);
        let mut until = until.min(self.waiting_since.load(Ordering::Relaxed));
        let ledger = self.ledger;
        for problem in ledger.statistics_problems(self.name).await? {
            let fresh = problem.first_seen + HOLD.as_secs() > now.as_second();
            let start = problem.name.parse::<StatisticsName>().ok();
            let counted = ledger.counted(self.name, std::slice::from_ref(&problem.name));
            if let Some(start) = start.filter(|_| fresh)
                && counted.await?.is_empty()
            {
                until = until.min(start.start.as_second());
            }
        }
        let until = Timestamp::from_second(until).unwrap_or(now);
        ledger
            .set_complete(self.name, now, until, self.period)
            .await?;
        report.complete_until = Some(until);
        Ok(report)
    }
}

/// Time from the start of an object of a nominal `period` until it cannot change any more, in seconds. A period of 0
/// is one that is not known yet.
pub(super) fn settling(usage: &config::Usage, cluster: &Cluster, period: i64) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX / 4);
    let period = if period > 0 { period } else { ASSUMED_PERIOD };
    period + seconds(cluster.settings.statistics_cache_timeout) + seconds(usage.settle_margin)
}

/// What a task came to.
async fn answer_of<T>(ended: Result<T, JoinError>) -> T {
    match ended.map_err(JoinError::try_into_panic) {
        Ok(answer) => answer,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime ends, and this with it: nothing must be concluded from what was not done.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// Gathers objects for one transaction; none when there are no more. A commit costs as much as many objects, so it
/// waits a little for more of them.
async fn fill(fetched: &mut mpsc::Receiver<Fetched>) -> Vec<Fetched> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut next = fetched.recv().await;
    let deadline = tokio::time::Instant::now() + GATHER;
    let mut items = 0;
    while let Some(object) = next.take() {
        if let Fetched::Record(record, _) = &object {
            items += record.items.len();
        }
        batch.push(object);
        if batch.len() < BATCH && items < BATCH_ITEMS {
            let more = tokio::time::timeout_at(deadline, fetched.recv()).await;
            next = more.unwrap_or_default();
        }
    }
    batch
}

async fn fetch(gateway: ostor::Client, due: Due) -> Result<Fetched, Error> {
    match gateway.statistics_object(&due.name).await {
        Ok(Some(object)) => {
            let longest = i64::from(LONGEST_PERIOD);
            let covered = i64::try_from(object.period).map_or(longest, |time| time.min(longest));
            let period = covered.max(i64::from(due.period));
            Ok(Fetched::Record(Box::new(record(due, object)), period))
        }
        Ok(None) => Ok(Fetched::Gone(due.name)),
        // These say something about this object, every other error about the cluster.
        Err(error @ (ostor::Error::Malformed { .. } | ostor::Error::Rejected { .. })) => {
            Ok(Fetched::Problem(due.name, error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

fn record(due: Due, object: StatisticsObject) -> StatisticsRecord {
    let item = |item: StatisticsItem| Item {
        user_id: item.user_id,
        bucket: item.bucket,
        epoch: i64::try_from(item.epoch).unwrap_or(i64::MAX),
        traffic: traffic(&item.counters),
    };
    let items = object.items.into_iter().map(item).collect();
    StatisticsRecord::new(due.name, due.start, items)
}

/// Counters of the gateway are at most 2^60.
fn traffic(counters: &Counters) -> Traffic {
    let figure = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    Traffic {
        put: figure(counters.put),
        get: figure(counters.get),
        list: figure(counters.list),
        other: figure(counters.other),
        uploaded: figure(counters.uploaded),
        downloaded: figure(counters.downloaded),
    }
}
