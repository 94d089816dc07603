package redisstore

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
)

// recordJSON is a captcha.Record as Redis holds it, after its version: its names stay
// when those of the Go fields change. What may be any bytes is base64.
type recordJSON struct {
	Attempts   int               `json:"n,omitempty"`
	SolvedAt   time.Time         `json:"solved,omitzero"`
	RedeemedAt time.Time         `json:"redeemed,omitzero"`
	ForgetAt   time.Time         `json:"forget,omitzero"`
	Subject    []byte            `json:"subject,omitempty"`
	PassDigest []byte            `json:"pass,omitempty"`
	Details    map[string]string `json:"details,omitempty"`
	AliasOf    []byte            `json:"alias,omitempty"`
}

// versionLength is how many bytes of a value are the version.
const versionLength = 8

// encodeVersion gives "" for that of a Record that is not there.
func encodeVersion(version cas.Version) string {
	if version == 0 {
		return ""
	}
	return string(binary.BigEndian.AppendUint64(nil, uint64(version)))
}

func encode(record *captcha.Record, version cas.Version) (string, error) {
	kept := recordJSON{
		Attempts: record.Attempts, SolvedAt: record.SolvedAt.UTC(), RedeemedAt: record.RedeemedAt.UTC(), ForgetAt: record.ForgetAt.UTC(),
		Subject: []byte(record.Subject), PassDigest: record.PassDigest, Details: record.Details,
	}
	if record.AliasOf != (captcha.ID{}) {
		kept.AliasOf = record.AliasOf[:]
	}
	text, err := json.Marshal(kept)
	return encodeVersion(version) + string(text), err
}

func decode(value string) (record captcha.Record, version cas.Version, err error) {
	if len(value) < versionLength {
		return captcha.Record{}, 0, errors.New("read record: it is too short")
	}
	version = cas.Version(binary.BigEndian.Uint64([]byte(value[:versionLength])))
	var kept recordJSON
	if err := json.Unmarshal([]byte(value[versionLength:]), &kept); err != nil {
		return captcha.Record{}, 0, fmt.Errorf("read record: %w", err)
	}
	record = captcha.Record{
		Attempts: kept.Attempts, SolvedAt: kept.SolvedAt, RedeemedAt: kept.RedeemedAt, ForgetAt: kept.ForgetAt,
		Subject: string(kept.Subject), PassDigest: kept.PassDigest, Details: kept.Details,
	}
	copy(record.AliasOf[:], kept.AliasOf)
	return record, version, nil
}
