-- One row per service of a WHMCS installation on a cluster; it stays for ever.
CREATE TABLE accounts (
    id             INTEGER PRIMARY KEY,
    client         TEXT    NOT NULL,
    cluster        TEXT    NOT NULL,
    service_id     INTEGER NOT NULL,
    client_id      INTEGER,          -- WHMCS's number of the customer; null when adopted unseen
    email          TEXT,             -- the customer's address, for people who look; never a key
    identity       TEXT    NOT NULL, -- e-mail address of the S3 user
    user_id        TEXT,             -- null until the S3 user is known, and after it is deleted
    former_user_id TEXT,             -- the S3 user before this one
    access_key_id  TEXT,             -- the key pair last handed out; its secret is never stored
    state          TEXT    NOT NULL
        CHECK (state IN ('creating', 'active', 'suspended', 'terminating', 'terminated')),
    plan           TEXT,             -- JSON; null when the plan is not known (adopted)
    absent_at      INTEGER,          -- when the identity was found absent, ms since 1970
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    UNIQUE (client, cluster, service_id),
    UNIQUE (cluster, identity),
    UNIQUE (cluster, user_id)
);

-- Every call that may change something: written before the first call to the gateway, finished
-- after the last. A row without an outcome was interrupted.
CREATE TABLE operations (
    id          INTEGER PRIMARY KEY,
    client      TEXT    NOT NULL,
    cluster     TEXT    NOT NULL,
    service_id  INTEGER NOT NULL,
    method      TEXT    NOT NULL,
    detail      TEXT,
    request_id  TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT                 -- 'success' or the reason word of the error
);

CREATE INDEX operations_by_service ON operations (client, cluster, service_id, id);
