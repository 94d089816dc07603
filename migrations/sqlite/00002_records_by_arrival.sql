-- +goose Up

-- What has happened to one challenge (captcha.Record), in the order of arrival:
-- what is written together lies together, and is forgotten together. Nobody can
-- tell when the rows of before were issued, so they are dropped, not moved.

-- Since which second the ledger remembers, if it once lost its memory. A
-- challenge from before that may have had a record.
CREATE TABLE memory (since INTEGER NOT NULL) STRICT;

INSERT INTO memory SELECT unixepoch() + 1 WHERE EXISTS (SELECT * FROM records);

DROP TABLE records;

CREATE TABLE records (
    key         INTEGER NOT NULL,  -- where to look for the id: the second of issue and a piece of the id
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    attempts    INTEGER NOT NULL,
    solved_at   INTEGER,
    redeemed_at INTEGER,
    forget_at   INTEGER,
    subject     TEXT    NOT NULL,
    pass_digest BLOB,
    details     TEXT,              -- JSON: {"name": "value"}
    alias_of    BLOB               -- an id, where the row only leads to another
) STRICT;

-- An index of the ids themselves would be read and written all over the place.
CREATE INDEX records_by_key ON records (key);

CREATE INDEX records_by_forget_at ON records (forget_at);
