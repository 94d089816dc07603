package sqlstore

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/captchad/captchad/captcha"
)

// recordColumns are what the table holds of a captcha.Record. A row is their
// values, as the driver takes and gives them, and may have more behind.
const recordColumns = "attempts, solved_at, redeemed_at, forget_at, subject, pass_digest, details, alias_of"

// The places of the columns in a row.
const (
	attempts = iota
	solvedAt
	redeemedAt
	forgetAt
	subject
	passDigest
	details
	aliasOf
	recordWidth
)

// encodeRecord makes a row, with space for two values more.
func encodeRecord(record captcha.Record) (row []driver.Value, err error) {
	instant := func(t time.Time) driver.Value {
		value, failed := encodeInstant(t)
		err = errors.Join(err, failed)
		return value
	}
	row = make([]driver.Value, recordWidth, recordWidth+2)
	row[attempts] = int64(record.Attempts)
	row[solvedAt] = instant(record.SolvedAt)
	row[redeemedAt] = instant(record.RedeemedAt)
	row[forgetAt] = instant(record.ForgetAt)
	row[subject] = record.Subject
	if len(record.PassDigest) > 0 {
		row[passDigest] = record.PassDigest
	}
	if len(record.Details) > 0 {
		// Bytes that are no UTF-8 become U+FFFD.
		text, failed := json.Marshal(record.Details)
		row[details], err = string(text), errors.Join(err, failed)
	}
	if record.AliasOf != (captcha.ID{}) {
		row[aliasOf] = record.AliasOf[:]
	}
	return row, err
}

// encodeInstant makes the value of a column out of a time: nil if it is none.
func encodeInstant(t time.Time) (driver.Value, error) {
	var err error
	if nanos := encodeTime(t, &err); nanos.Valid {
		return nanos.V, err
	}
	return nil, err
}

// decodeRecord reads a row. The table is STRICT, so a value has the type of its
// column, or is nil.
func decodeRecord(row []driver.Value) (captcha.Record, error) {
	instant := func(value driver.Value) time.Time {
		nanos, ok := value.(int64)
		return decodeTime(sql.Null[int64]{V: nanos, Valid: ok})
	}
	var record captcha.Record
	count, _ := row[attempts].(int64)
	record.Attempts = int(count)
	record.SolvedAt = instant(row[solvedAt])
	record.RedeemedAt = instant(row[redeemedAt])
	record.ForgetAt = instant(row[forgetAt])
	record.Subject, _ = row[subject].(string)
	digest, _ := row[passDigest].([]byte)
	record.PassDigest = bytes.Clone(digest)
	alias, _ := row[aliasOf].([]byte)
	copy(record.AliasOf[:], alias)
	if text, ok := row[details].(string); ok {
		if err := json.Unmarshal([]byte(text), &record.Details); err != nil {
			return captcha.Record{}, fmt.Errorf("read record: details: %w", err)
		}
	}
	return record, nil
}

// onlyRedeemed tells whether a redemption is all that has changed.
func onlyRedeemed(before, after captcha.Record) bool {
	return before.Attempts == after.Attempts && before.SolvedAt.Equal(after.SolvedAt) && before.ForgetAt.Equal(after.ForgetAt) &&
		before.Subject == after.Subject && bytes.Equal(before.PassDigest, after.PassDigest) &&
		maps.Equal(before.Details, after.Details) && before.AliasOf == after.AliasOf
}
