-- What there was before a key pair was asked for: a pair that shows up and was not there was made by that call, also
-- when its answer was lost. Gone once the pair is handed out. User ids never come again, so old rows hurt nobody.
CREATE TABLE key_intents (
    cluster     TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    sub_account TEXT NOT NULL, -- empty: the S3 user itself
    pairs       TEXT,          -- JSON list of the ids of its pairs; null: there was no such sub-account
    PRIMARY KEY (cluster, user_id, sub_account)
) STRICT, WITHOUT ROWID;
