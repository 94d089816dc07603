package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/captchad/captchad/captcha"
)

// The statements of the hot path.
const (
	selectRecord = `SELECT ` + recordColumns + ` FROM records WHERE id = ?`
	upsertRecord = `INSERT INTO records (id, ` + recordColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET
			attempts = excluded.attempts, solved_at = excluded.solved_at, redeemed_at = excluded.redeemed_at,
			forget_at = excluded.forget_at, subject = excluded.subject, pass_digest = excluded.pass_digest,
			details = excluded.details, alias_of = excluded.alias_of`
	forgetRecords = `DELETE FROM records WHERE id IN
		(SELECT id FROM records WHERE forget_at < ? ORDER BY forget_at LIMIT ?)`
)

// forgetBatch is how many Records one call of Forget drops at most: others wait
// for no more than that.
const forgetBatch = 1000

// Update applies change to the Record of ch and keeps the result on the disk
// before it returns, unless change fails. The change runs on the writer's
// goroutine and may run more than once: it must be quick and must not use the
// Store. A panic of it is repeated in the caller's goroutine.
//
// A caller is never left unsure: once its change is being applied Update waits
// for the outcome, even if ctx ends meanwhile. Before that, the end of ctx means
// that nothing was applied. When too much is waiting already Update refuses with
// Busy at once.
func (s *Store) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	return s.writer.do(ctx, func(tx *session) (refused, failed error) {
		record, err := scanRecord(tx.selectRecord.QueryRow(ch.ID[:]))
		if err != nil {
			return nil, err
		}
		if err := change(&record); err != nil {
			return err, nil
		}
		row, err := newRecordRow(record)
		if err != nil {
			return fmt.Errorf("write record: %w", err), nil
		}
		if _, err := tx.upsertRecord.Exec(row.values(ch.ID)...); err != nil {
			return nil, fmt.Errorf("write record: %w", err)
		}
		return nil, nil
	})
}

// Record reads the Record of id: the zero Record if there is none.
func (s *Store) Record(ctx context.Context, id captcha.ID) (captcha.Record, error) {
	return scanRecord(s.readRecord.QueryRowContext(ctx, id[:]))
}

func scanRecord(row *sql.Row) (captcha.Record, error) {
	var read recordRow
	err := row.Scan(read.targets()...)
	if errors.Is(err, sql.ErrNoRows) {
		return captcha.Record{}, nil
	}
	if err != nil {
		return captcha.Record{}, fmt.Errorf("read record: %w", err)
	}
	record, err := read.record()
	if err != nil {
		return captcha.Record{}, fmt.Errorf("read record: %w", err)
	}
	return record, nil
}

// Forget drops Records whose ForgetAt is before the given time, at most
// forgetBatch of them. A Record without a ForgetAt stays.
func (s *Store) Forget(ctx context.Context, before time.Time) (int, error) {
	var outside error
	limit := encodeTime(before, &outside)
	if outside != nil {
		return 0, outside
	}
	var forgotten int64
	err := s.writer.do(ctx, func(tx *session) (refused, failed error) {
		result, err := tx.forgetRecords.Exec(limit, forgetBatch)
		if err != nil {
			return nil, fmt.Errorf("forget records: %w", err)
		}
		forgotten, err = result.RowsAffected()
		return nil, err
	})
	if err != nil {
		return 0, err
	}
	return int(forgotten), nil
}
