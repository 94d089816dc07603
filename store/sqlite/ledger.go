package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/rows"
)

// The statements of the hot path.
const (
	selectRecord = `SELECT ` + rows.RecordColumns + `, rowid FROM records WHERE key = ? AND id = ?`
	insertRecord = `INSERT INTO records (` + rows.RecordColumns + `, key, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateRecord = `UPDATE records SET (` + rows.RecordColumns + `) = (?, ?, ?, ?, ?, ?, ?, ?) WHERE rowid = ?`
	// A redemption changes nothing else; what is not named here, the indexes
	// above all, need not be touched.
	redeemRecord  = `UPDATE records SET redeemed_at = ? WHERE rowid = ?`
	forgetRecords = `DELETE FROM records WHERE rowid IN
		(SELECT rowid FROM records WHERE forget_at < ? ORDER BY forget_at LIMIT ?)`
)

// forgetBatch is how many Records one call of Forget drops at most: others wait
// for no more than that.
const forgetBatch = 64

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
	if err := ch.Remembered(s.since); err != nil {
		return err
	}
	return s.writer.do(ctx, func(tx *session) (refused, failed error) {
		row, rowid, err := tx.find(ch)
		if err != nil {
			return nil, err
		}
		record, err := row.Record()
		if err != nil {
			return nil, err
		}
		if err := change(&record); err != nil {
			return err, nil
		}
		if rowid != 0 && row.OnlyRedeemed(&record) {
			return tx.redeem(rowid, record.RedeemedAt)
		}
		return tx.keep(ch, rowid, &record)
	})
}

// find reads the row of ch and tells its number, or 0 if there is none.
func (s *session) find(ch captcha.Challenge) (row rows.Record, rowid int64, err error) {
	s.selectRecord.BindInt64(1, rows.LookupKey(ch))
	s.selectRecord.BindBytes(2, ch.ID[:])
	found, err := s.selectRecord.Step()
	if found {
		row, rowid = readRow(s.selectRecord), s.selectRecord.ColumnInt64(8)
	}
	if err = errors.Join(err, s.selectRecord.Reset()); err != nil {
		return rows.Record{}, 0, fmt.Errorf("read record: %w", err)
	}
	return row, rowid, nil
}

// redeem writes the one thing that a redemption changes.
func (s *session) redeem(rowid int64, at time.Time) (refused, failed error) {
	var outside error
	bindTime(s.redeemRecord, 1, rows.EncodeTime(at, &outside))
	s.redeemRecord.BindInt64(2, rowid)
	return write(s.redeemRecord, outside)
}

// keep writes all of a Record. Rowid is that of the row that is there already,
// or 0.
func (s *session) keep(ch captcha.Challenge, rowid int64, record *captcha.Record) (refused, failed error) {
	row, outside := rows.NewRecord(record)
	statement := s.insertRecord
	if rowid != 0 {
		statement = s.updateRecord
		statement.BindInt64(9, rowid)
	} else {
		statement.BindInt64(9, rows.LookupKey(ch))
		statement.BindBytes(10, ch.ID[:])
	}
	bind(&row, statement)
	return write(statement, outside)
}

// write runs a statement, unless it is refused.
func write(statement *sqlite.Stmt, refused error) (_, failed error) {
	if refused != nil {
		return fmt.Errorf("write record: %w", refused), nil
	}
	if err := exec(statement); err != nil {
		return nil, fmt.Errorf("write record: %w", err)
	}
	return nil, nil
}

// Record reads the Record of ch: the zero Record if there is none.
func (s *Store) Record(ctx context.Context, ch captcha.Challenge) (captcha.Record, error) {
	var row rows.Record
	var details sql.NullString
	var rowid int64
	err := s.readRecord.QueryRowContext(ctx, rows.LookupKey(ch), ch.ID[:]).Scan(&row.Attempts, &row.SolvedAt, &row.RedeemedAt,
		&row.ForgetAt, &row.Subject, &row.PassDigest, &details, &row.AliasOf, &rowid)
	if errors.Is(err, sql.ErrNoRows) {
		return captcha.Record{}, nil
	}
	if err != nil {
		return captcha.Record{}, fmt.Errorf("read record: %w", err)
	}
	row.Details = details.String
	return row.Record()
}

// Forget drops Records whose ForgetAt is before the given time, at most
// forgetBatch of them. A Record without a ForgetAt stays.
func (s *Store) Forget(ctx context.Context, before time.Time) (int, error) {
	var outside error
	limit := rows.EncodeTime(before, &outside)
	if outside != nil {
		return 0, outside
	}
	var forgotten int
	err := s.writer.do(ctx, func(tx *session) (refused, failed error) {
		tx.forgetRecords.BindInt64(1, limit.V)
		tx.forgetRecords.BindInt64(2, forgetBatch)
		if err := exec(tx.forgetRecords); err != nil {
			return nil, fmt.Errorf("forget records: %w", err)
		}
		forgotten = tx.conn.Changes()
		return nil, nil
	})
	if err != nil {
		return 0, err
	}
	return forgotten, nil
}
