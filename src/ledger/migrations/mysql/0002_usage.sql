-- Every S3 user that belongs or belonged to a service: what it uses is the service's usage.
CREATE TABLE IF NOT EXISTS account_users (
    cluster    VARCHAR(64)  NOT NULL,
    user_id    VARCHAR(255) NOT NULL,
    account    BIGINT       NOT NULL,
    adopted_at BIGINT,                -- ms since 1970; null: made here, so all it ever stored counts
    PRIMARY KEY (cluster, user_id),
    KEY account_users_by_account (account),
    CONSTRAINT account_users_account FOREIGN KEY (account) REFERENCES accounts (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far the metering of a cluster has come; times are the gateway's, in seconds since 1970.
CREATE TABLE IF NOT EXISTS metering (
    cluster        VARCHAR(64) NOT NULL PRIMARY KEY,
    period         BIGINT,      -- longest nominal period of a statistics object, seconds
    known_from     BIGINT,      -- start of the oldest statistics object counted
    complete_until BIGINT,      -- every object that starts before is counted, as far as can be known
    collected_at   BIGINT,      -- the last run that saw all objects
    sampled_from   BIGINT,      -- the first sample of bucket sizes
    sampled_at     BIGINT       -- the last one
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Statistics objects that are counted. The name stays for ever: it keeps the object from being counted twice.
CREATE TABLE IF NOT EXISTS statistics_objects (
    id           BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    cluster      VARCHAR(64)   NOT NULL,
    name         VARCHAR(255)  NOT NULL,
    start        BIGINT        NOT NULL, -- seconds since 1970
    fingerprint  VARBINARY(32) NOT NULL, -- SHA-256 of the items, in order
    items        LONGTEXT,               -- JSON; null once older than usage.keep_raw
    collected_at BIGINT        NOT NULL, -- ms since 1970
    UNIQUE KEY statistics_objects_by_name (cluster, name),
    KEY statistics_objects_by_start (cluster, start)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Objects that are not counted: unreadable, or seen again with other content.
CREATE TABLE IF NOT EXISTS statistics_problems (
    cluster    VARCHAR(64)  NOT NULL,
    name       VARCHAR(255) NOT NULL,
    problem    TEXT         NOT NULL,   -- a sentence
    items      LONGTEXT,                -- JSON of the items that were set aside
    first_seen BIGINT       NOT NULL,   -- the gateway's clock, seconds since 1970
    last_seen  BIGINT       NOT NULL,
    PRIMARY KEY (cluster, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Traffic of a user and bucket in a quarter of an hour: slot = seconds since 1970 / 900.
CREATE TABLE IF NOT EXISTS usage_slots (
    cluster    VARCHAR(64)  NOT NULL,
    user_id    VARCHAR(255) NOT NULL,
    slot       BIGINT       NOT NULL,
    bucket     VARCHAR(255) NOT NULL,   -- empty: requests that address no bucket
    ops_put    BIGINT       NOT NULL,
    ops_get    BIGINT       NOT NULL,
    ops_list   BIGINT       NOT NULL,
    ops_other  BIGINT       NOT NULL,
    uploaded   BIGINT       NOT NULL,   -- bytes
    downloaded BIGINT       NOT NULL,   -- bytes
    PRIMARY KEY (cluster, user_id, slot, bucket)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The same by UTC month, so that a nightly run does not read every slot: month = year * 12 + month - 1.
CREATE TABLE IF NOT EXISTS usage_months (
    cluster    VARCHAR(64)  NOT NULL,
    user_id    VARCHAR(255) NOT NULL,
    month      BIGINT       NOT NULL,
    ops_put    BIGINT       NOT NULL,
    ops_get    BIGINT       NOT NULL,
    ops_list   BIGINT       NOT NULL,
    ops_other  BIGINT       NOT NULL,
    uploaded   BIGINT       NOT NULL,
    downloaded BIGINT       NOT NULL,
    PRIMARY KEY (cluster, user_id, month)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Buckets by incarnation. Hours count from 1970. Byte-hours beyond 63 bits are possible, hence text.
CREATE TABLE IF NOT EXISTS buckets (
    id              BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    cluster         VARCHAR(64)  NOT NULL,
    owner_id        VARCHAR(255) NOT NULL,
    name            VARCHAR(255) NOT NULL,
    created         BIGINT       NOT NULL, -- seconds since 1970
    incarnation     BIGINT       NOT NULL, -- 0, and one more each time the gateway's count began anew
    hour            BIGINT       NOT NULL, -- of the last sample
    h_integral      VARCHAR(40)  NOT NULL, -- the gateway's byte-hours then
    current         BIGINT       NOT NULL, -- bytes then
    booked          VARCHAR(40)  NOT NULL, -- byte-hours counted
    open_start      BIGINT       NOT NULL, -- first hour of the span that ends with the last sample
    open_byte_hours BIGINT       NOT NULL,
    missing_since   BIGINT,                -- seconds since 1970: the first listing without it
    UNIQUE KEY buckets_by_name (cluster, owner_id, name, created, incarnation)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Earlier spans of a bucket: byte-hours evenly over whole hours, never across the end of a UTC month.
CREATE TABLE IF NOT EXISTS storage_spans (
    bucket     BIGINT NOT NULL,
    start_hour BIGINT NOT NULL,
    end_hour   BIGINT NOT NULL,
    byte_hours BIGINT NOT NULL,
    PRIMARY KEY (bucket, start_hour),
    CONSTRAINT storage_spans_bucket FOREIGN KEY (bucket) REFERENCES buckets (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was last delivered for a calendar month of WHMCS.
CREATE TABLE IF NOT EXISTS deliveries (
    account    BIGINT      NOT NULL,
    period     VARCHAR(16) NOT NULL,   -- YYYY-MM
    ops_put    BIGINT      NOT NULL,
    ops_get    BIGINT      NOT NULL,
    ops_list   BIGINT      NOT NULL,
    ops_other  BIGINT      NOT NULL,
    uploaded   BIGINT      NOT NULL,
    downloaded BIGINT      NOT NULL,
    tib_hours  BIGINT      NOT NULL,   -- byte-hours / 2^40
    byte_hours BIGINT      NOT NULL,   -- and the remainder
    updated_at BIGINT      NOT NULL,
    PRIMARY KEY (account, period),
    CONSTRAINT deliveries_account FOREIGN KEY (account) REFERENCES accounts (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
