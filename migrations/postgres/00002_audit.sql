-- +goose Up

-- What has happened to challenges (captcha.AuditEntry), for those who look back.
-- Only written where the operator wants it.
CREATE TABLE audit (
    seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- never used again: readers go on after it
    at        BIGINT NOT NULL,
    step      TEXT   NOT NULL,
    dialect   TEXT   NOT NULL,
    site      TEXT   NOT NULL,
    kind      TEXT   NOT NULL,  -- '' where it is not known
    challenge TEXT   NOT NULL,  -- its id, or ''
    code      TEXT   NOT NULL,  -- why it was refused, or ''
    address   TEXT   NOT NULL
);

CREATE INDEX audit_by_at ON audit (at);
