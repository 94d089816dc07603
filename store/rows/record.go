package rows

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"

	"github.com/captchad/captchad/captcha"
)

// RecordColumns are what the table records holds of a [captcha.Record].
const RecordColumns = "attempts, solved_at, redeemed_at, forget_at, subject, pass_digest, details, alias_of"

// Record is a [captcha.Record] as the table holds it, its fields in the order of
// [RecordColumns]. An empty value but the subject's is NULL.
type Record struct {
	Attempts                       int64
	SolvedAt, RedeemedAt, ForgetAt sql.Null[int64]
	Subject                        string
	PassDigest                     []byte
	Details                        string // JSON
	AliasOf                        []byte
}

// NewRecord is the row of a record. It fails if that holds an instant which no row can.
func NewRecord(record *captcha.Record) (row Record, err error) {
	row = Record{
		Attempts:   int64(record.Attempts),
		SolvedAt:   EncodeTime(record.SolvedAt, &err),
		RedeemedAt: EncodeTime(record.RedeemedAt, &err),
		ForgetAt:   EncodeTime(record.ForgetAt, &err),
		Subject:    record.Subject,
		PassDigest: record.PassDigest,
	}
	if record.AliasOf != (captcha.ID{}) {
		row.AliasOf = record.AliasOf[:]
	}
	details, failed := EncodeDetails(record.Details)
	row.Details = details
	return row, errors.Join(err, failed)
}

// Record is what the row holds. It shares no memory with it.
func (r *Record) Record() (record captcha.Record, err error) {
	record = captcha.Record{
		Attempts:   int(r.Attempts),
		SolvedAt:   DecodeTime(r.SolvedAt),
		RedeemedAt: DecodeTime(r.RedeemedAt),
		ForgetAt:   DecodeTime(r.ForgetAt),
		Subject:    r.Subject,
		PassDigest: bytes.Clone(r.PassDigest),
		AliasOf:    r.alias(),
	}
	record.Details, err = DecodeDetails(r.Details)
	return record, err
}

// OnlyRedeemed tells whether a redemption is all that record differs in from what
// the row holds.
func (r *Record) OnlyRedeemed(record *captcha.Record) bool {
	var outside error
	same := r.Attempts == int64(record.Attempts) && r.SolvedAt == EncodeTime(record.SolvedAt, &outside) &&
		r.ForgetAt == EncodeTime(record.ForgetAt, &outside) && r.Subject == record.Subject &&
		bytes.Equal(r.PassDigest, record.PassDigest) && sameDetails(r.Details, record.Details) && record.AliasOf == r.alias()
	return same && outside == nil
}

// alias is where the row leads to, if it leads anywhere.
func (r *Record) alias() (id captcha.ID) {
	copy(id[:], r.AliasOf)
	return id
}

// LookupKey is the number by which the Record of ch is found, together with its
// ID. Challenges of one second are neighbours, so that however many Records
// there are, only the part of the index that is about the last minutes is used.
// Names of ours come from no second, and lie apart.
func LookupKey(ch captcha.Challenge) int64 {
	piece := int64(binary.BigEndian.Uint64(ch.ID[:]) >> 1)
	if ch.IssuedAt.IsZero() {
		return ^piece
	}
	return int64(uint32(ch.IssuedAt.Unix()))<<31 | piece>>32
}
