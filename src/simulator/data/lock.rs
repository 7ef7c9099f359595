//! Object lock: versions that cannot be deleted before a date, or while a hold is on them.
//!
//! As Amazon's documentation of S3 Object Lock describes it. Time is the simulator's.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::bucket::{Bucket as Held, Versioning};
use super::objects::{bucket, bucket_mut, find, time};
use super::{Answer, answer};
use crate::simulator::state::State;

/// How strictly a version is retained.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Who asks for it by `x-amz-bypass-governance-retention` may delete all the same.
    Governance,
    /// Nobody may, and nobody may shorten it.
    Compliance,
}

/// Until when a version is retained.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Retention {
    mode: Mode,
    until: jiff::Timestamp,
}

/// What keeps one version from being deleted.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Lock {
    retention: Option<Retention>,
    /// `None` when nobody ever said anything about it.
    hold: Option<bool>,
}

/// How long new versions are retained.
#[derive(Clone, Copy)]
enum Term {
    Days(i32),
    Years(i32),
}

/// Object lock of a bucket.
#[derive(Default)]
pub(super) struct BucketLock {
    default: Option<(Mode, Term)>,
}

/// What a request wishes for the version it writes, as its headers have it.
pub(super) struct Wish {
    pub(super) mode: Option<ObjectLockMode>,
    pub(super) until: Option<ObjectLockRetainUntilDate>,
    pub(super) hold: Option<ObjectLockLegalHoldStatus>,
}

impl Mode {
    fn read(name: &str) -> S3Result<Self> {
        match name {
            ObjectLockMode::GOVERNANCE => Ok(Self::Governance),
            ObjectLockMode::COMPLIANCE => Ok(Self::Compliance),
            _ => Err(s3_error!(InvalidArgument, "Unknown wormMode directive.")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Governance => ObjectLockMode::GOVERNANCE,
            Self::Compliance => ObjectLockMode::COMPLIANCE,
        }
    }
}

impl Term {
    fn from(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Days(days) => {
                let hours = i64::from(days).checked_mul(24)?;
                now.checked_add(SignedDuration::from_hours(hours)).ok()
            }
            Self::Years(years) => {
                let now = now.to_zoned(TimeZone::UTC);
                let then = now.checked_add(i64::from(years).years()).ok()?;
                Some(then.timestamp())
            }
        }
    }
}

impl Lock {
    /// Nobody may delete it before `until`.
    pub(super) fn until(until: Timestamp) -> Self {
        let mode = Mode::Compliance;
        Self {
            retention: Some(Retention { mode, until }),
            hold: None,
        }
    }

    /// Mode and date as `GET` and `HEAD` of the object tell them.
    pub(super) fn retained(
        &self,
    ) -> (
        Option<ObjectLockMode>,
        Option<ObjectLockRetainUntilDate>,
        Option<ObjectLockLegalHoldStatus>,
    ) {
        let mode = self
            .retention
            .map(|kept| ObjectLockMode::from_static(kept.mode.name()));
        let until = self.retention.and_then(|kept| time(kept.until));
        (mode, until, self.hold.map(hold_status))
    }
}

fn hold_status(on: bool) -> ObjectLockLegalHoldStatus {
    ObjectLockLegalHoldStatus::from_static(if on {
        ObjectLockLegalHoldStatus::ON
    } else {
        ObjectLockLegalHoldStatus::OFF
    })
}

fn read_hold(status: &ObjectLockLegalHoldStatus) -> S3Result<bool> {
    match status.as_str() {
        ObjectLockLegalHoldStatus::ON => Ok(true),
        ObjectLockLegalHoldStatus::OFF => Ok(false),
        _ => Err(s3_error!(
            InvalidArgument,
            "Legal hold must be either of 'ON' or 'OFF'."
        )),
    }
}

fn read_retention(mode: &str, until: &Date, now: Timestamp) -> S3Result<Retention> {
    let mode = Mode::read(mode)?;
    let mut text = Vec::new();
    let written = until.format(TimestampFormat::DateTime, &mut text);
    let until = std::str::from_utf8(&text)
        .ok()
        .filter(|_| written.is_ok())
        .and_then(|text| text.parse::<Timestamp>().ok())
        .ok_or_else(|| s3_error!(InvalidArgument, "The retain until date is not a time."))?;
    if until <= now {
        return Err(s3_error!(
            InvalidArgument,
            "The retain until date must be in the future!"
        ));
    }
    Ok(Retention { mode, until })
}

fn locked_bucket(bucket: &Held) -> S3Result<&BucketLock> {
    bucket.lock.as_ref().ok_or_else(|| {
        s3_error!(
            InvalidRequest,
            "Bucket is missing Object Lock Configuration"
        )
    })
}

fn not_set() -> s3s::S3Error {
    s3_error!(
        NoSuchObjectLockConfiguration,
        "The specified object does not have a ObjectLock configuration"
    )
}

/// The lock a request wishes for. Refuses one on a bucket without object lock, and half of one.
pub(super) fn wished(bucket: &Held, wish: &Wish, now: Timestamp) -> S3Result<Lock> {
    let retention = match (&wish.mode, &wish.until) {
        (None, None) => None,
        (Some(mode), Some(until)) => Some(read_retention(mode.as_str(), until, now)?),
        _ => {
            return Err(s3_error!(
                InvalidArgument,
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
            ));
        }
    };
    let hold = wish.hold.as_ref().map(read_hold).transpose()?;
    let lock = Lock { retention, hold };
    if lock != Lock::default() {
        locked_bucket(bucket)?;
    }
    Ok(lock)
}

/// The lock a new version gets: what was wished, else the bucket's default.
pub(super) fn settled(bucket: &Held, wished: Lock, now: Timestamp) -> Option<Box<Lock>> {
    let default = bucket.lock.as_ref().and_then(|lock| lock.default);
    let by_default = default.and_then(|(mode, term)| {
        let until = term.from(now)?;
        Some(Retention { mode, until })
    });
    let lock = Lock {
        retention: wished.retention.or(by_default),
        hold: wished.hold,
    };
    kept(lock)
}

/// Refuses to delete a version that is locked now.
pub(super) fn check_deletion(
    bucket: &Held,
    key: &str,
    version_id: Option<&str>,
    bypass: bool,
    now: Timestamp,
) -> S3Result<()> {
    let Some(version_id) = version_id else {
        return Ok(());
    };
    let stored = bucket
        .version(key, Some(version_id))
        .and_then(|version| version.stored.as_ref());
    let Some(lock) = stored.and_then(|stored| stored.lock.as_deref()) else {
        return Ok(());
    };
    let retained = lock.retention.is_some_and(|retention| {
        retention.until > now && !(bypass && retention.mode == Mode::Governance)
    });
    if retained || lock.hold == Some(true) {
        return Err(s3_error!(
            AccessDenied,
            "Access Denied because object protected by object lock."
        ));
    }
    Ok(())
}

/// Refuses to stop keeping versions where object lock depends on them.
pub(super) fn check_versioning(bucket: &Held, wanted: Versioning) -> S3Result<()> {
    if bucket.lock.is_some() && wanted != Versioning::Enabled {
        return Err(s3_error!(
            InvalidBucketState,
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
        ));
    }
    Ok(())
}

pub(super) fn configuration(bucket: &Held) -> Answer<GetObjectLockConfigurationOutput> {
    let lock = bucket.lock.as_ref().ok_or_else(|| {
        s3_error!(
            ObjectLockConfigurationNotFoundError,
            "Object Lock configuration does not exist for this bucket"
        )
    })?;
    let rule = lock.default.map(|(mode, term)| {
        let (days, years) = match term {
            Term::Days(days) => (Some(days), None),
            Term::Years(years) => (None, Some(years)),
        };
        ObjectLockRule {
            default_retention: Some(DefaultRetention {
                days,
                mode: Some(ObjectLockRetentionMode::from_static(mode.name())),
                years,
            }),
        }
    });
    let enabled = ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED);
    answer(GetObjectLockConfigurationOutput {
        object_lock_configuration: Some(ObjectLockConfiguration {
            object_lock_enabled: Some(enabled),
            rule,
        }),
    })
}

/// Sets the default retention. Object lock itself begins with the bucket, as in every edition of S3
/// until 2023.
pub(super) fn configure(
    state: &mut State,
    input: PutObjectLockConfigurationInput,
) -> Answer<PutObjectLockConfigurationOutput> {
    let found = bucket_mut(state, &input.bucket)?;
    let wanted = input.object_lock_configuration.unwrap_or_default();
    if found.lock.is_none() {
        return Err(s3_error!(
            InvalidBucketState,
            "Object Lock configuration cannot be enabled on existing buckets"
        ));
    }
    let enabled = wanted.object_lock_enabled.as_ref();
    if enabled.map(ObjectLockEnabled::as_str) != Some(ObjectLockEnabled::ENABLED) {
        return Err(s3_error!(MalformedXML));
    }
    let default = wanted.rule.map(default_retention).transpose()?;
    found.lock = Some(BucketLock { default });
    answer(PutObjectLockConfigurationOutput::default())
}

fn default_retention(rule: ObjectLockRule) -> S3Result<(Mode, Term)> {
    let Some(DefaultRetention {
        mode: Some(mode),
        days,
        years,
    }) = rule.default_retention
    else {
        return Err(s3_error!(MalformedXML));
    };
    let mode = Mode::read(mode.as_str()).map_err(|_| s3_error!(MalformedXML))?;
    let (count, term) = match (days, years) {
        (Some(days), None) => (days, Term::Days(days)),
        (None, Some(years)) => (years, Term::Years(years)),
        _ => return Err(s3_error!(MalformedXML)),
    };
    if count < 1 {
        return Err(s3_error!(
            InvalidArgument,
            "Default retention period must be a positive integer value."
        ));
    }
    Ok((mode, term))
}

pub(super) fn retention(
    found: &Held,
    input: &GetObjectRetentionInput,
) -> Answer<GetObjectRetentionOutput> {
    locked_bucket(found)?;
    let kept = lock_of(found, &input.key, input.version_id.as_deref())?
        .and_then(|lock| lock.retention)
        .ok_or_else(not_set)?;
    answer(GetObjectRetentionOutput {
        retention: Some(ObjectLockRetention {
            mode: Some(ObjectLockRetentionMode::from_static(kept.mode.name())),
            retain_until_date: time(kept.until),
        }),
    })
}

/// Retains a version. A date may be brought forward, or a governed retention taken off, by those alone
/// who bypass governance; nobody may do so to compliance.
pub(super) fn retain(
    state: &mut State,
    input: PutObjectRetentionInput,
    now: Timestamp,
) -> Answer<PutObjectRetentionOutput> {
    let found = bucket(state, &input.bucket)?;
    locked_bucket(found)?;
    let wanted = match input.retention {
        Some(ObjectLockRetention {
            mode: Some(mode),
            retain_until_date: Some(until),
        }) => Some(read_retention(mode.as_str(), &until, now)?),
        None
        | Some(ObjectLockRetention {
            mode: None,
            retain_until_date: None,
        }) => None,
        Some(_) => return Err(s3_error!(MalformedXML)),
    };
    let kept = lock_of(found, &input.key, input.version_id.as_deref())?
        .and_then(|lock| lock.retention)
        .filter(|kept| kept.until > now);
    let bypass = input.bypass_governance_retention.unwrap_or(false);
    let allowed = kept.is_none_or(|kept| {
        let longer = wanted.is_some_and(|new| new.mode == kept.mode && new.until >= kept.until);
        longer || (bypass && kept.mode == Mode::Governance)
    });
    if !allowed {
        return Err(s3_error!(
            AccessDenied,
            "Access Denied because object protected by object lock."
        ));
    }
    change(
        state,
        &input.bucket,
        &input.key,
        input.version_id.as_deref(),
        |lock| lock.retention = wanted,
    )?;
    answer(PutObjectRetentionOutput::default())
}

pub(super) fn legal_hold(
    found: &Held,
    input: &GetObjectLegalHoldInput,
) -> Answer<GetObjectLegalHoldOutput> {
    locked_bucket(found)?;
    let on = lock_of(found, &input.key, input.version_id.as_deref())?
        .and_then(|lock| lock.hold)
        .ok_or_else(not_set)?;
    answer(GetObjectLegalHoldOutput {
        legal_hold: Some(ObjectLockLegalHold {
            status: Some(hold_status(on)),
        }),
    })
}

pub(super) fn hold(
    state: &mut State,
    input: PutObjectLegalHoldInput,
) -> Answer<PutObjectLegalHoldOutput> {
    locked_bucket(bucket(state, &input.bucket)?)?;
    let status = input.legal_hold.and_then(|hold| hold.status);
    let status = status.ok_or_else(|| s3_error!(MalformedXML))?;
    let on = read_hold(&status).map_err(|_| s3_error!(MalformedXML))?;
    change(
        state,
        &input.bucket,
        &input.key,
        input.version_id.as_deref(),
        |lock| lock.hold = Some(on),
    )?;
    answer(PutObjectLegalHoldOutput::default())
}

fn lock_of<'a>(bucket: &'a Held, key: &str, id: Option<&str>) -> S3Result<Option<&'a Lock>> {
    let (_, stored) = find(bucket, key, id)?;
    Ok(stored.lock.as_deref())
}

fn change(
    state: &mut State,
    name: &str,
    key: &str,
    id: Option<&str>,
    change: impl FnOnce(&mut Lock),
) -> S3Result<()> {
    find(bucket(state, name)?, key, id)?;
    if let Some(stored) = bucket_mut(state, name)?.stored_mut(key, id) {
        let mut lock = stored.lock.take().map_or_else(Lock::default, |lock| *lock);
        change(&mut lock);
        stored.lock = kept(lock);
    }
    Ok(())
}

/// A lock that locks nothing takes no room.
fn kept(lock: Lock) -> Option<Box<Lock>> {
    (lock != Lock::default()).then(|| Box::new(lock))
}
