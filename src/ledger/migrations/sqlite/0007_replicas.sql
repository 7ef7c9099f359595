-- A ledger in SQLite has one service at a time, which remembers these by itself and holds lock files, so there are no
-- tables here; the step is there so that both databases have the same ones.
SELECT 1;
