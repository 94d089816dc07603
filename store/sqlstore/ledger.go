package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/captchad/captchad/captcha"
)

// The statements of the hot path.
const (
	selectRecord = `SELECT ` + recordColumns + `, rowid FROM records WHERE key = ? AND id = ?`
	insertRecord = `INSERT INTO records (` + recordColumns + `, key, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateRecord = `UPDATE records SET (` + recordColumns + `) = (?, ?, ?, ?, ?, ?, ?, ?) WHERE rowid = ?`
	// A redemption changes nothing else; what is not named here, the indexes
	// above all, need not be touched.
	redeemRecord  = `UPDATE records SET redeemed_at = ? WHERE rowid = ?`
	forgetRecords = `DELETE FROM records WHERE rowid IN
		(SELECT rowid FROM records WHERE forget_at < ? ORDER BY forget_at LIMIT ?)`
)

// forgetBatch is how many Records one call of Forget drops at most: others wait
// for no more than that.
const forgetBatch = 64

// lookupKey is the number by which the Record of ch is found, together with its
// ID. Challenges of one second are neighbours, so that however many Records
// there are, only the part of the index that is about the last minutes is used.
// Names of ours come from no second, and lie apart.
func lookupKey(ch captcha.Challenge) int64 {
	piece := int64(binary.BigEndian.Uint64(ch.ID[:]) >> 1)
	if ch.IssuedAt.IsZero() {
		return ^piece
	}
	return int64(uint32(ch.IssuedAt.Unix()))<<31 | piece>>32
}

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
	if !ch.IssuedAt.IsZero() && ch.IssuedAt.Unix() < s.since {
		return captcha.Refuse(captcha.Expired, "the challenge was issued before the ledger began to remember")
	}
	return s.writer.do(ctx, func(tx *session) (refused, failed error) {
		kept, err := tx.selectRecord.query(lookupKey(ch), ch.ID[:])
		if err != nil {
			return nil, fmt.Errorf("read record: %w", err)
		}
		var record captcha.Record
		if kept != nil {
			if record, err = decodeRecord(kept); err != nil {
				return nil, err
			}
		}
		before := record
		before.PassDigest, before.Details = bytes.Clone(record.PassDigest), maps.Clone(record.Details)
		if err := change(&record); err != nil {
			return err, nil
		}
		if kept != nil && onlyRedeemed(before, record) {
			return tx.redeem(record, kept[recordWidth])
		}
		return tx.keep(ch, kept, record)
	})
}

// redeem writes the one thing that a redemption changes.
func (s *session) redeem(record captcha.Record, rowid driver.Value) (refused, failed error) {
	at, err := encodeInstant(record.RedeemedAt)
	if err != nil {
		return fmt.Errorf("write record: %w", err), nil
	}
	if _, err := s.redeemRecord.exec(at, rowid); err != nil {
		return nil, fmt.Errorf("write record: %w", err)
	}
	return nil, nil
}

// keep writes all of a Record. Kept is the row that is there already, or nil.
func (s *session) keep(ch captcha.Challenge, kept []driver.Value, record captcha.Record) (refused, failed error) {
	row, err := encodeRecord(record)
	if err != nil {
		return fmt.Errorf("write record: %w", err), nil
	}
	if kept == nil {
		_, err = s.insertRecord.exec(append(row, lookupKey(ch), ch.ID[:])...)
	} else {
		_, err = s.updateRecord.exec(append(row, kept[recordWidth])...)
	}
	if err != nil {
		return nil, fmt.Errorf("write record: %w", err)
	}
	return nil, nil
}

// Record reads the Record of ch: the zero Record if there is none.
func (s *Store) Record(ctx context.Context, ch captcha.Challenge) (captcha.Record, error) {
	var row [recordWidth + 1]driver.Value
	var targets [len(row)]any
	for i := range row {
		targets[i] = (*any)(&row[i])
	}
	err := s.readRecord.QueryRowContext(ctx, lookupKey(ch), ch.ID[:]).Scan(targets[:]...)
	if errors.Is(err, sql.ErrNoRows) {
		return captcha.Record{}, nil
	}
	if err != nil {
		return captcha.Record{}, fmt.Errorf("read record: %w", err)
	}
	return decodeRecord(row[:])
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
		if forgotten, failed = tx.forgetRecords.exec(limit.V, int64(forgetBatch)); failed != nil {
			return nil, fmt.Errorf("forget records: %w", failed)
		}
		return nil, nil
	})
	if err != nil {
		return 0, err
	}
	return int(forgotten), nil
}
