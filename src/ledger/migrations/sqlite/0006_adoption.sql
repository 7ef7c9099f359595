-- no-transaction
-- Two S3 users that were not made here may have the same address: what is unique is the address of one that was.
-- Other tables refer to this one, so it is made anew without looking at them, all at once.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

DROP TABLE IF EXISTS accounts_new;
CREATE TABLE accounts_new (
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
    adopted_at     INTEGER,          -- when a user that was not made here became the service's, ms since 1970
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    UNIQUE (client, cluster, service_id),
    UNIQUE (cluster, user_id)
);

INSERT INTO accounts_new (id, client, cluster, service_id, client_id, email, identity, user_id, former_user_id,
                          access_key_id, state, plan, absent_at, adopted_at, created_at, updated_at)
SELECT a.id, a.client, a.cluster, a.service_id, a.client_id, a.email, a.identity, a.user_id, a.former_user_id,
       a.access_key_id, a.state, a.plan, a.absent_at, u.adopted_at, a.created_at, a.updated_at
FROM accounts a LEFT JOIN account_users u ON u.cluster = a.cluster AND u.user_id = a.user_id;

DROP TABLE accounts;
ALTER TABLE accounts_new RENAME TO accounts;

CREATE UNIQUE INDEX accounts_by_identity ON accounts (cluster, identity) WHERE adopted_at IS NULL;

-- Key pairs that came to their holder through us, or were there when a user was adopted. Never a secret.
CREATE TABLE IF NOT EXISTS known_keys (
    cluster       TEXT NOT NULL,
    user_id       TEXT NOT NULL,
    access_key_id TEXT NOT NULL,
    PRIMARY KEY (cluster, user_id, access_key_id)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO known_keys (cluster, user_id, access_key_id)
SELECT cluster, user_id, access_key_id FROM accounts WHERE user_id IS NOT NULL AND access_key_id IS NOT NULL;

COMMIT;
PRAGMA foreign_keys = ON;
