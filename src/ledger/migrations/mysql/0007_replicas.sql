-- Rights that one of several replicas has for a while: to change a service, or to do a job. Who has one says so again and
-- again; one who says nothing for a whole term has lost it.
CREATE TABLE IF NOT EXISTS leases (
    name    VARCHAR(128) NOT NULL PRIMARY KEY,
    token   VARCHAR(64)  NOT NULL, -- of this one holding: what is written under it checks it in the same transaction
    holder  VARCHAR(255) NOT NULL, -- the replica, for people who look
    beats   BIGINT       NOT NULL, -- one more each time the holder shows that it lives
    beat_at BIGINT       NOT NULL  -- when it last did, by the database's clock, ms since 1970
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Tokens of callers that were used, for as long as they could be used again.
CREATE TABLE IF NOT EXISTS spent_tokens (
    print   BINARY(16) NOT NULL PRIMARY KEY,
    ends_at BIGINT     NOT NULL,   -- seconds since 1970
    KEY spent_tokens_by_end (ends_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The oldest step that a program must know to work with this schema; none while all steps only added.
CREATE TABLE IF NOT EXISTS schema_needs (
    step BIGINT NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
