-- Key pairs that came to their holder through us, or were there when a user was adopted. Never a secret.
CREATE TABLE IF NOT EXISTS known_keys (
    cluster       VARCHAR(64)  NOT NULL,
    user_id       VARCHAR(255) NOT NULL,
    access_key_id VARCHAR(255) NOT NULL,
    PRIMARY KEY (cluster, user_id, access_key_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
