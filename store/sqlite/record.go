package sqlite

import (
	"database/sql"

	"zombiezen.com/go/sqlite"

	"github.com/captchad/captchad/store/rows"
)

// bind makes the row the first values of a statement.
func bind(r *rows.Record, to *sqlite.Stmt) {
	to.BindInt64(1, r.Attempts)
	bindTime(to, 2, r.SolvedAt)
	bindTime(to, 3, r.RedeemedAt)
	bindTime(to, 4, r.ForgetAt)
	to.BindText(5, r.Subject)
	bindBytes(to, 6, r.PassDigest)
	if r.Details == "" {
		to.BindNull(7)
	} else {
		to.BindText(7, r.Details)
	}
	bindBytes(to, 8, r.AliasOf)
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

// readRow is the row that the statement is at.
func readRow(from *sqlite.Stmt) rows.Record {
	return rows.Record{
		Attempts:   from.ColumnInt64(0),
		SolvedAt:   columnTime(from, 1),
		RedeemedAt: columnTime(from, 2),
		ForgetAt:   columnTime(from, 3),
		Subject:    from.ColumnText(4),
		PassDigest: columnBytes(from, 5),
		Details:    from.ColumnText(6),
		AliasOf:    columnBytes(from, 7),
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
