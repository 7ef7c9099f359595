-- One row per service of a WHMCS installation on a cluster; it stays for ever. Names compare byte by byte.
CREATE TABLE IF NOT EXISTS accounts (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    client         VARCHAR(64)  NOT NULL,
    cluster        VARCHAR(64)  NOT NULL,
    service_id     BIGINT       NOT NULL,
    client_id      BIGINT,                -- WHMCS's number of the customer; null when adopted unseen
    email          TEXT,                  -- the customer's address, for people who look; never a key
    identity       VARCHAR(255) NOT NULL, -- e-mail address of the S3 user
    user_id        VARCHAR(255),          -- null until the S3 user is known, and after it is deleted
    former_user_id VARCHAR(255),          -- the S3 user before this one
    access_key_id  TEXT,                  -- the key pair last handed out; its secret is never stored
    state          VARCHAR(16)  NOT NULL
        CHECK (state IN ('creating', 'active', 'suspended', 'terminating', 'terminated')),
    plan           TEXT,                  -- JSON; null when the plan is not known (adopted)
    absent_at      BIGINT,                -- when the identity was found absent, ms since 1970
    adopted_at     BIGINT,                -- when a user that was not made here became the service's, ms since 1970
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    -- Two S3 users that were not made here may have the same address: what is unique is the address of one that was.
    made_identity  VARCHAR(255) AS (CASE WHEN adopted_at IS NULL THEN identity END) STORED,
    UNIQUE KEY accounts_by_service (client, cluster, service_id),
    UNIQUE KEY accounts_by_user (cluster, user_id),
    UNIQUE KEY accounts_by_identity (cluster, made_identity)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
