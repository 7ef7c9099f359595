-- What there was before a key pair was asked for: a pair that shows up and was not there was made by that call, also
-- when its answer was lost. Gone once the pair is handed out. User ids never come again, so old rows hurt nobody.
CREATE TABLE IF NOT EXISTS key_intents (
    cluster     VARCHAR(64)  NOT NULL,
    user_id     VARCHAR(255) NOT NULL,
    sub_account VARCHAR(255) NOT NULL, -- empty: the S3 user itself
    pairs       TEXT,                  -- JSON list of the ids of its pairs; null: there was no such sub-account
    PRIMARY KEY (cluster, user_id, sub_account)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
