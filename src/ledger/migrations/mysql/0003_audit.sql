-- Every call that may change something: written before the first call to the gateway, finished after the last. A row
-- without an outcome was interrupted.
CREATE TABLE IF NOT EXISTS operations (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    client      VARCHAR(64)  NOT NULL,
    cluster     VARCHAR(64)  NOT NULL,
    service_id  BIGINT,                -- null: not about a service
    actor       TEXT,                  -- the person; null: WHMCS itself
    method      VARCHAR(64)  NOT NULL,
    user_id     VARCHAR(255),          -- the S3 user
    subject     TEXT,                  -- a bucket, key, account, address or object; never a secret
    detail      TEXT,
    request_id  TEXT         NOT NULL,
    started_at  BIGINT       NOT NULL,
    finished_at BIGINT,
    outcome     VARCHAR(64),           -- 'success' or the reason word of the error
    KEY operations_by_service (cluster, service_id, id),
    KEY operations_by_user (cluster, user_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
