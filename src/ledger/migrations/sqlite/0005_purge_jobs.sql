-- Terminations that take time: one row per job. Times are in ms since 1970.
CREATE TABLE purge_jobs (
    id              INTEGER PRIMARY KEY,
    account         INTEGER NOT NULL REFERENCES accounts (id),
    client          TEXT    NOT NULL,
    cluster         TEXT    NOT NULL,
    service_id      INTEGER NOT NULL,
    user_id         TEXT    NOT NULL, -- the S3 user that is to be deleted, and no other
    identity        TEXT    NOT NULL, -- its e-mail address
    policy          TEXT    NOT NULL CHECK (policy IN ('grace', 'purge')),
    state           TEXT    NOT NULL
        CHECK (state IN ('waiting', 'queued', 'running', 'blocked', 'deleted', 'cancelled')),
    stage           TEXT    NOT NULL
        CHECK (stage IN ('disable', 'revoke', 'uploads', 'objects', 'buckets', 'user', 'verify')),
    due_at          INTEGER NOT NULL,
    begun           INTEGER NOT NULL DEFAULT 0, -- 1: keys are being revoked, nothing can be restored
    keys_before     TEXT,             -- JSON list of the ids of the key pairs there were before the job's own was asked for
    key_id          TEXT,             -- the job's own key pair; its secret is never stored
    buckets_done    INTEGER NOT NULL DEFAULT 0,
    buckets_total   INTEGER NOT NULL DEFAULT 0,
    objects_done    INTEGER NOT NULL DEFAULT 0, -- versions, delete markers and aborted uploads
    bytes_done      INTEGER NOT NULL DEFAULT 0,
    bytes_total     INTEGER NOT NULL DEFAULT 0,
    deleting_ms     INTEGER NOT NULL DEFAULT 0, -- time spent deleting, for the estimate
    attempts        INTEGER NOT NULL DEFAULT 0, -- those that failed since something was last done
    next_attempt_at INTEGER,
    problem         TEXT,             -- a sentence
    blocked_until   INTEGER,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    finished_at     INTEGER
) STRICT;

-- A blocked job waits for a human and is still the account's job.
CREATE UNIQUE INDEX purge_jobs_open ON purge_jobs (account) WHERE state NOT IN ('deleted', 'cancelled');
CREATE INDEX purge_jobs_by_cluster ON purge_jobs (cluster, id);
CREATE INDEX purge_jobs_by_account ON purge_jobs (account, id);
