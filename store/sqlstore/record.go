package sqlstore

import (
	"bytes"
	"database/sql"
	"errors"
	"maps"

	"zombiezen.com/go/sqlite"

	"github.com/captchad/captchad/captcha"
)

// recordColumns are what the table holds of a captcha.Record.
const recordColumns = "attempts, solved_at, redeemed_at, forget_at, subject, pass_digest, details, alias_of"

// recordRow is a captcha.Record as the table holds it, its fields in the order
// of recordColumns. An empty value but the subject's is NULL.
type recordRow struct {
	attempts                       int64
	solvedAt, redeemedAt, forgetAt sql.Null[int64]
	subject                        string
	passDigest                     []byte
	details                        string // JSON
	aliasOf                        []byte
}

func newRecordRow(record *captcha.Record) (row recordRow, err error) {
	row = recordRow{
		attempts:   int64(record.Attempts),
		solvedAt:   encodeTime(record.SolvedAt, &err),
		redeemedAt: encodeTime(record.RedeemedAt, &err),
		forgetAt:   encodeTime(record.ForgetAt, &err),
		subject:    record.Subject,
		passDigest: record.PassDigest,
	}
	if record.AliasOf != (captcha.ID{}) {
		row.aliasOf = record.AliasOf[:]
	}
	details, failed := encodeDetails(record.Details)
	row.details = details
	return row, errors.Join(err, failed)
}

func (r *recordRow) record() (record captcha.Record, err error) {
	record = captcha.Record{
		Attempts:   int(r.attempts),
		SolvedAt:   decodeTime(r.solvedAt),
		RedeemedAt: decodeTime(r.redeemedAt),
		ForgetAt:   decodeTime(r.forgetAt),
		Subject:    r.subject,
		PassDigest: r.passDigest,
	}
	copy(record.AliasOf[:], r.aliasOf)
	record.Details, err = decodeDetails(r.details)
	return record, err
}

// bind makes the row the first values of a statement.
func (r *recordRow) bind(to *sqlite.Stmt) {
	to.BindInt64(1, r.attempts)
	bindTime(to, 2, r.solvedAt)
	bindTime(to, 3, r.redeemedAt)
	bindTime(to, 4, r.forgetAt)
	to.BindText(5, r.subject)
	bindBytes(to, 6, r.passDigest)
	if r.details == "" {
		to.BindNull(7)
	} else {
		to.BindText(7, r.details)
	}
	bindBytes(to, 8, r.aliasOf)
}

func bindTime(to *sqlite.Stmt, place int, nanos sql.Null[int64]) {
	if nanos.Valid {
		to.BindInt64(place, nanos.V)
	} else {
		to.BindNull(place)
	}
}

func bindBytes(to *sqlite.Stmt, place int, value []byte) {
	if len(value) > 0 {
		to.BindBytes(place, value)
	} else {
		to.BindNull(place)
	}
}

// readRecordRow is the row that the statement is at.
func readRecordRow(from *sqlite.Stmt) recordRow {
	return recordRow{
		attempts:   from.ColumnInt64(0),
		solvedAt:   columnTime(from, 1),
		redeemedAt: columnTime(from, 2),
		forgetAt:   columnTime(from, 3),
		subject:    from.ColumnText(4),
		passDigest: columnBytes(from, 5),
		details:    from.ColumnText(6),
		aliasOf:    columnBytes(from, 7),
	}
}

func columnTime(from *sqlite.Stmt, place int) sql.Null[int64] {
	if from.ColumnIsNull(place) {
		return sql.Null[int64]{}
	}
	return sql.Null[int64]{V: from.ColumnInt64(place), Valid: true}
}

func columnBytes(from *sqlite.Stmt, place int) []byte {
	length := from.ColumnLen(place)
	if length == 0 {
		return nil
	}
	value := make([]byte, length)
	from.ColumnBytes(place, value)
	return value
}

// onlyRedeemed tells whether a redemption is all that has changed.
func onlyRedeemed(before, after *captcha.Record) bool {
	return before.Attempts == after.Attempts && before.SolvedAt.Equal(after.SolvedAt) && before.ForgetAt.Equal(after.ForgetAt) &&
		before.Subject == after.Subject && bytes.Equal(before.PassDigest, after.PassDigest) &&
		maps.Equal(before.Details, after.Details) && before.AliasOf == after.AliasOf
}
