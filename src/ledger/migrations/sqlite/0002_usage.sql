-- Every S3 user that belongs or belonged to a service: what it uses is the service's usage.
CREATE TABLE account_users (
    cluster    TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    account    INTEGER NOT NULL REFERENCES accounts (id),
    adopted_at INTEGER,          -- ms since 1970; null: made here, so all it ever stored counts
    PRIMARY KEY (cluster, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX account_users_by_account ON account_users (account);

INSERT INTO account_users (cluster, user_id, account, adopted_at)
SELECT cluster, user_id, id, CASE WHEN absent_at IS NULL THEN created_at END
FROM accounts WHERE user_id IS NOT NULL;

INSERT INTO account_users (cluster, user_id, account)
SELECT cluster, former_user_id, id FROM accounts WHERE former_user_id IS NOT NULL
ON CONFLICT DO NOTHING;

-- How far the metering of a cluster has come; times are the gateway's, in seconds since 1970.
CREATE TABLE metering (
    cluster        TEXT    PRIMARY KEY,
    period         INTEGER,      -- longest nominal period of a statistics object, seconds
    known_from     INTEGER,      -- start of the oldest statistics object counted
    complete_until INTEGER,      -- every object that starts before is counted, as far as can be known
    collected_at   INTEGER,      -- the last run that saw all objects
    sampled_from   INTEGER,      -- the first sample of bucket sizes
    sampled_at     INTEGER       -- the last one
) STRICT;

-- Statistics objects that are counted. The name stays for ever: it keeps the object from being counted twice.
CREATE TABLE statistics_objects (
    id           INTEGER PRIMARY KEY,
    cluster      TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    start        INTEGER NOT NULL, -- seconds since 1970
    fingerprint  BLOB    NOT NULL, -- SHA-256 of the items, in order
    items        TEXT,             -- JSON; null once older than usage.keep_raw
    collected_at INTEGER NOT NULL, -- ms since 1970
    UNIQUE (cluster, name)
) STRICT;

CREATE INDEX statistics_objects_by_start ON statistics_objects (cluster, start);

-- Objects that are not counted: unreadable, or seen again with other content.
CREATE TABLE statistics_problems (
    cluster    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    problem    TEXT    NOT NULL,   -- a sentence
    items      TEXT,               -- JSON of the items that were set aside
    first_seen INTEGER NOT NULL,   -- the gateway's clock, seconds since 1970
    last_seen  INTEGER NOT NULL,
    PRIMARY KEY (cluster, name)
) STRICT;

-- Traffic of a user and bucket in a quarter of an hour: slot = seconds since 1970 / 900.
CREATE TABLE usage_slots (
    cluster    TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    slot       INTEGER NOT NULL,
    bucket     TEXT    NOT NULL,   -- empty: requests that address no bucket
    ops_put    INTEGER NOT NULL,
    ops_get    INTEGER NOT NULL,
    ops_list   INTEGER NOT NULL,
    ops_other  INTEGER NOT NULL,
    uploaded   INTEGER NOT NULL,   -- bytes
    downloaded INTEGER NOT NULL,   -- bytes
    PRIMARY KEY (cluster, user_id, slot, bucket)
) STRICT, WITHOUT ROWID;

-- The same by UTC month, so that a nightly run does not read every slot: month = year * 12 + month - 1.
CREATE TABLE usage_months (
    cluster    TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    month      INTEGER NOT NULL,
    ops_put    INTEGER NOT NULL,
    ops_get    INTEGER NOT NULL,
    ops_list   INTEGER NOT NULL,
    ops_other  INTEGER NOT NULL,
    uploaded   INTEGER NOT NULL,
    downloaded INTEGER NOT NULL,
    PRIMARY KEY (cluster, user_id, month)
) STRICT, WITHOUT ROWID;

-- Buckets by incarnation. Hours count from 1970. Byte-hours beyond 63 bits are possible, hence text.
CREATE TABLE buckets (
    id              INTEGER PRIMARY KEY,
    cluster         TEXT    NOT NULL,
    owner_id        TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    created         INTEGER NOT NULL, -- seconds since 1970
    incarnation     INTEGER NOT NULL, -- 0, and one more each time the gateway's count began anew
    hour            INTEGER NOT NULL, -- of the last sample
    h_integral      TEXT    NOT NULL, -- the gateway's byte-hours then
    current         INTEGER NOT NULL, -- bytes then
    booked          TEXT    NOT NULL, -- byte-hours counted
    open_start      INTEGER NOT NULL, -- first hour of the span that ends with the last sample
    open_byte_hours INTEGER NOT NULL,
    missing_since   INTEGER,          -- seconds since 1970: the first listing without it
    UNIQUE (cluster, owner_id, name, created, incarnation)
) STRICT;

-- Earlier spans of a bucket: byte-hours evenly over whole hours, never across the end of a UTC month.
CREATE TABLE storage_spans (
    bucket     INTEGER NOT NULL REFERENCES buckets (id),
    start_hour INTEGER NOT NULL,
    end_hour   INTEGER NOT NULL,
    byte_hours INTEGER NOT NULL,
    PRIMARY KEY (bucket, start_hour)
) STRICT, WITHOUT ROWID;

-- What was last delivered for a calendar month of WHMCS.
CREATE TABLE deliveries (
    account    INTEGER NOT NULL REFERENCES accounts (id),
    period     TEXT    NOT NULL,   -- YYYY-MM
    ops_put    INTEGER NOT NULL,
    ops_get    INTEGER NOT NULL,
    ops_list   INTEGER NOT NULL,
    ops_other  INTEGER NOT NULL,
    uploaded   INTEGER NOT NULL,
    downloaded INTEGER NOT NULL,
    tib_hours  INTEGER NOT NULL,   -- byte-hours / 2^40
    byte_hours INTEGER NOT NULL,   -- and the remainder
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (account, period)
) STRICT, WITHOUT ROWID;
