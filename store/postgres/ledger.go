package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
	"github.com/captchad/captchad/store/rows"
)

// The statements of the hot path.
const (
	selectRecord = `SELECT ` + rows.RecordColumns + `, version FROM records WHERE key = $1 AND id = $2`
	insertRecord = `INSERT INTO records (` + rows.RecordColumns + `, version, key, id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`
	updateRecord = `UPDATE records SET (` + rows.RecordColumns + `, version) = ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		WHERE key = $10 AND id = $11 AND version = $12`
	// Several replicas forget at once, each something else.
	forgetRecords = `DELETE FROM records WHERE ctid = ANY (ARRAY(
		SELECT ctid FROM records WHERE forget_at < $1 ORDER BY forget_at LIMIT $2 FOR UPDATE SKIP LOCKED))`
)

// forgetBatch is how many Records one call of Forget drops at most: small transactions
// hold up nobody, and what they leave can be cleared away soon.
const forgetBatch = 500

// Update applies change to the Record of ch and keeps the result on the database's disk
// before it returns, unless change fails. See [cas.Updater].
func (s *Store) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	return s.updater.Update(ctx, ch, change)
}

// Find is for [cas.Updater].
func (s *Store) Find(ctx context.Context, ch captcha.Challenge) (captcha.Record, cas.Version, error) {
	if err := ch.Remembered(s.since); err != nil {
		return captcha.Record{}, 0, err
	}
	conn, err := s.acquire(ctx)
	if err != nil {
		return captcha.Record{}, 0, fmt.Errorf("read record: %w", err)
	}
	defer conn.Release()
	var row rows.Record
	var subject []byte
	var details sql.NullString
	var version cas.Version
	err = conn.QueryRow(ctx, selectRecord, rows.LookupKey(ch), ch.ID[:]).Scan(&row.Attempts, &row.SolvedAt, &row.RedeemedAt,
		&row.ForgetAt, &subject, &row.PassDigest, &details, &row.AliasOf, &version)
	if errors.Is(err, pgx.ErrNoRows) {
		return captcha.Record{}, 0, nil
	}
	if err != nil {
		return captcha.Record{}, 0, fmt.Errorf("read record: %w", s.noted(err))
	}
	row.Subject, row.Details = string(subject), details.String
	record, err := row.Record()
	return record, version, err
}

// Swap is for [cas.Updater].
func (s *Store) Swap(ctx context.Context, ch captcha.Challenge, record *captcha.Record, before, next cas.Version) (bool, error) {
	row, err := rows.NewRecord(record)
	if err != nil {
		return false, fmt.Errorf("write record: %w", err)
	}
	values := []any{row.Attempts, row.SolvedAt, row.RedeemedAt, row.ForgetAt, []byte(row.Subject), row.PassDigest,
		sql.NullString{String: row.Details, Valid: row.Details != ""}, row.AliasOf, next, rows.LookupKey(ch), ch.ID[:]}
	statement := insertRecord
	if before != 0 {
		statement, values = updateRecord, append(values, before)
	}
	conn, err := s.acquire(ctx)
	if err != nil {
		return false, fmt.Errorf("write record: %w", err)
	}
	defer conn.Release()
	kept, err := conn.Exec(ctx, statement, values...)
	if err != nil {
		return false, fmt.Errorf("write record: %w", s.noted(err))
	}
	return kept.RowsAffected() == 1, nil
}

// Record reads the Record of ch: the zero Record if there is none. It refuses, as
// Expired, a Challenge that was issued before the ledger began to remember.
func (s *Store) Record(ctx context.Context, ch captcha.Challenge) (captcha.Record, error) {
	return s.updater.Record(ctx, ch)
}

// Forget drops Records whose ForgetAt is [cas.Margin] and more before the given time, at
// most forgetBatch of them. A Record without a ForgetAt stays.
func (s *Store) Forget(ctx context.Context, before time.Time) (int, error) {
	var outside error
	limit := rows.EncodeTime(before.Add(-cas.Margin), &outside)
	if outside != nil {
		return 0, outside
	}
	forgotten, err := s.pool.Exec(ctx, forgetRecords, limit.V, forgetBatch)
	if err != nil {
		return 0, fmt.Errorf("forget records: %w", err)
	}
	return int(forgotten.RowsAffected()), nil
}

// acquire gives a connection, or refuses with Busy where none was free all the time that
// there was. So only what was not sent is Busy: what was may be kept.
func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := s.pool.Acquire(ctx)
	use := s.pool.Stat()
	if errors.Is(err, context.DeadlineExceeded) && use.TotalConns() == use.MaxConns() && use.IdleConns() == 0 {
		return nil, captcha.Refuse(captcha.Busy, "too many wait for the database")
	}
	return conn, s.noted(err)
}

// noted is the same error. Where a connection broke the others did as well, most likely:
// the server was restarted, or another one took its place.
func (s *Store) noted(err error) error {
	if err != nil && isBroken(err) {
		s.pool.Reset()
	}
	return err
}

// isBroken tells whether another connection may do better.
func isBroken(err error) bool {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(failure.Code, "57P") || // the server shuts down, or starts
			failure.Code == "25006" // it can only be read: another one is in charge now
	}
	return !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}
