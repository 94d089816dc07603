-- +goose Up

-- Instants are nanoseconds since 1970; NULL is "not yet" or "never". Durations
-- are nanoseconds too. What Go keeps in maps and lists is JSON.

-- Of several programs that start on one new database only one can note that it
-- took a step; the others' whole transaction fails, and they look again.
CREATE UNIQUE INDEX goose_db_version_once ON goose_db_version (version_id);

-- What has happened to one challenge (captcha.Record). Rows live for minutes.
CREATE TABLE records (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    attempts    INTEGER NOT NULL,
    solved_at   INTEGER,
    redeemed_at INTEGER,
    forget_at   INTEGER,
    subject     TEXT    NOT NULL,
    pass_digest BLOB,
    details     TEXT,              -- JSON: {"name": "value"}
    alias_of    BLOB               -- an id, where the row only leads to another
) STRICT, WITHOUT ROWID;

CREATE INDEX records_by_forget_at ON records (forget_at);

-- The customers of this server (captcha.Site). Rows live for years.
CREATE TABLE sites (
    key           TEXT    NOT NULL PRIMARY KEY,
    tag           INTEGER NOT NULL UNIQUE,  -- a digest of the key, part of every challenge's id
    name          TEXT    NOT NULL,
    dialect       TEXT    NOT NULL,
    secrets       TEXT    NOT NULL,         -- JSON: [{"id", "value", "until"}]
    attempts      INTEGER NOT NULL,
    lifetime      INTEGER NOT NULL,
    pass_lifetime INTEGER NOT NULL,
    reusable      INTEGER NOT NULL,
    hosts         TEXT    NOT NULL,         -- JSON: ["host"]
    disabled      INTEGER NOT NULL,
    settings      TEXT    NOT NULL,         -- JSON: {"name": "value"}
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

-- Secrets of the server itself (captcha.Key).
CREATE TABLE keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    secret     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

CREATE INDEX keys_by_purpose ON keys (purpose, created_at);
