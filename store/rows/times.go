package rows

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// EncodeTime writes an instant to the nanosecond, so that the rules compare what
// they compared before. The zero time is NULL. An instant outside of 1678 to 2262
// has no such number and sets err.
func EncodeTime(t time.Time, err *error) sql.Null[int64] {
	if t.IsZero() {
		return sql.Null[int64]{}
	}
	nanos := t.UnixNano()
	if !time.Unix(0, nanos).Equal(t) {
		*err = errors.Join(*err, fmt.Errorf("the year %d cannot be stored", t.Year()))
	}
	return sql.Null[int64]{V: nanos, Valid: true}
}

// DecodeTime reads what [EncodeTime] wrote.
func DecodeTime(nanos sql.Null[int64]) time.Time {
	if !nanos.Valid {
		return time.Time{}
	}
	return time.Unix(0, nanos.V).UTC()
}
