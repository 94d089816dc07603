-- +goose Up

-- Instants are nanoseconds since 1970; NULL is "not yet" or "never". Durations
-- are nanoseconds too. What Go keeps in maps and lists is JSON, as text: nobody
-- asks for what is in it, and it comes back as it was.

-- What has happened to one challenge (captcha.Record). Rows live for minutes.
--
-- Each row is written once or twice, changed once and deleted: room is left on
-- each page for the change (which touches no index, so that it stays on its page),
-- and what is dead is cleared away early and without pauses, so that the table
-- stays as large as what lives in it.
CREATE TABLE records (
    key         BIGINT NOT NULL,  -- the second of issue and a piece of the id: what is issued together lies together
    id          BYTEA  NOT NULL CHECK (length(id) = 16),
    version     BIGINT NOT NULL,  -- random, another one for each change
    attempts    BIGINT NOT NULL,
    solved_at   BIGINT,
    redeemed_at BIGINT,
    forget_at   BIGINT,
    subject     BYTEA  NOT NULL,  -- any bytes, and TEXT does not take all
    pass_digest BYTEA,
    details     TEXT,             -- JSON: {"name": "value"}
    alias_of    BYTEA,            -- an id, where the row only leads to another
    PRIMARY KEY (key, id)
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.05,
    toast.autovacuum_vacuum_scale_factor = 0.02,
    toast.autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX records_by_forget_at ON records (forget_at);

-- Since which second the ledger remembers, if it once lost its memory. A
-- challenge from before that may have had a record.
CREATE TABLE memory (since BIGINT NOT NULL);

-- The customers of this server (captcha.Site). Rows live for years.
CREATE TABLE sites (
    key           TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    tag           BIGINT  NOT NULL UNIQUE,  -- a digest of the key, part of every challenge's id
    name          TEXT    NOT NULL,
    dialect       TEXT    NOT NULL,
    secrets       TEXT    NOT NULL,         -- JSON: [{"id", "value", "until"}]
    attempts      BIGINT  NOT NULL,
    lifetime      BIGINT  NOT NULL,
    pass_lifetime BIGINT  NOT NULL,
    reusable      BOOLEAN NOT NULL,
    hosts         TEXT    NOT NULL,         -- JSON: ["host"]
    disabled      BOOLEAN NOT NULL,
    settings      TEXT    NOT NULL,         -- JSON: {"name": "value"}
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

-- Secrets of the server itself (captcha.Key).
CREATE TABLE keys (
    id         TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    purpose    TEXT   COLLATE "C" NOT NULL,
    secret     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);

CREATE INDEX keys_by_purpose ON keys (purpose, created_at);
