-- Calls of staff are recorded beside those of WHMCS: they need not be about a service, and somebody makes them.
CREATE TABLE operations_new (
    id          INTEGER PRIMARY KEY,
    client      TEXT    NOT NULL,
    cluster     TEXT    NOT NULL,
    service_id  INTEGER,             -- null: not about a service
    actor       TEXT,                -- the person; null: WHMCS itself
    method      TEXT    NOT NULL,
    user_id     TEXT,                -- the S3 user
    subject     TEXT,                -- a bucket, key, account, address or object; never a secret
    detail      TEXT,
    request_id  TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT                 -- 'success' or the reason word of the error
);

INSERT INTO operations_new (id, client, cluster, service_id, method, detail, request_id, started_at, finished_at, outcome)
SELECT id, client, cluster, service_id, method, detail, request_id, started_at, finished_at, outcome FROM operations;

DROP TABLE operations;
ALTER TABLE operations_new RENAME TO operations;

CREATE INDEX operations_by_service ON operations (cluster, service_id, id);
CREATE INDEX operations_by_user ON operations (cluster, user_id, id) WHERE user_id IS NOT NULL;
