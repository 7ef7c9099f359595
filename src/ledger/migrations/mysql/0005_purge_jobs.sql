-- Terminations that take time: one row per job. Times are in ms since 1970.
CREATE TABLE IF NOT EXISTS purge_jobs (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account         BIGINT       NOT NULL,
    client          VARCHAR(64)  NOT NULL,
    cluster         VARCHAR(64)  NOT NULL,
    service_id      BIGINT       NOT NULL,
    user_id         VARCHAR(255) NOT NULL, -- the S3 user that is to be deleted, and no other
    identity        VARCHAR(255) NOT NULL, -- its e-mail address
    policy          VARCHAR(16)  NOT NULL CHECK (policy IN ('grace', 'purge')),
    state           VARCHAR(16)  NOT NULL
        CHECK (state IN ('waiting', 'queued', 'running', 'blocked', 'deleted', 'cancelled')),
    stage           VARCHAR(16)  NOT NULL
        CHECK (stage IN ('disable', 'revoke', 'uploads', 'objects', 'buckets', 'user', 'verify')),
    due_at          BIGINT       NOT NULL,
    begun           BOOLEAN      NOT NULL DEFAULT FALSE, -- keys are being revoked, nothing can be restored
    keys_before     TEXT,                  -- JSON list of the ids of the key pairs there were before the job's own was asked for
    key_id          TEXT,                  -- the job's own key pair; its secret is never stored
    buckets_done    BIGINT       NOT NULL DEFAULT 0,
    buckets_total   BIGINT       NOT NULL DEFAULT 0,
    objects_done    BIGINT       NOT NULL DEFAULT 0, -- versions, delete markers and aborted uploads
    bytes_done      BIGINT       NOT NULL DEFAULT 0,
    bytes_total     BIGINT       NOT NULL DEFAULT 0,
    deleting_ms     BIGINT       NOT NULL DEFAULT 0, -- time spent deleting, for the estimate
    attempts        BIGINT       NOT NULL DEFAULT 0, -- those that failed since something was last done
    next_attempt_at BIGINT,
    problem         TEXT,                  -- a sentence
    blocked_until   BIGINT,
    created_at      BIGINT       NOT NULL,
    started_at      BIGINT,
    finished_at     BIGINT,
    -- A blocked job waits for a human and is still the account's job.
    open_account    BIGINT AS (CASE WHEN state NOT IN ('deleted', 'cancelled') THEN account END) STORED,
    UNIQUE KEY purge_jobs_open (open_account),
    KEY purge_jobs_by_cluster (cluster, id),
    KEY purge_jobs_by_account (account, id),
    CONSTRAINT purge_jobs_account FOREIGN KEY (account) REFERENCES accounts (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
