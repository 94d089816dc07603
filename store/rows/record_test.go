package rows_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/rows"
)

// solved is a Record whose Pass can be redeemed, with details that are written as
// they are or have to be escaped.
func solved(userInfo string) captcha.Record {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	return captcha.Record{
		Attempts: 1, SolvedAt: at, ForgetAt: at.Add(time.Minute), Subject: "a@example.com", PassDigest: []byte("digest"),
		Details: map[string]string{"address": "192.0.2.1", "user_info": userInfo},
		AliasOf: captcha.ID{7},
	}
}

func TestARedemptionIsToldFromOtherChanges(t *testing.T) {
	tests := map[string]struct {
		change       func(*captcha.Record)
		onlyRedeemed bool
	}{
		"nothing":                  {func(*captcha.Record) {}, true},
		"a redemption":             {func(r *captcha.Record) { r.RedeemedAt = r.SolvedAt.Add(1) }, true},
		"attempts":                 {func(r *captcha.Record) { r.Attempts++ }, false},
		"the time of the answer":   {func(r *captcha.Record) { r.SolvedAt = r.SolvedAt.Add(1) }, false},
		"no time of the answer":    {func(r *captcha.Record) { r.SolvedAt = time.Time{} }, false},
		"when it is forgotten":     {func(r *captcha.Record) { r.ForgetAt = time.Time{} }, false},
		"a time that no row holds": {func(r *captcha.Record) { r.ForgetAt = time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) }, false},
		"the subject":              {func(r *captcha.Record) { r.Subject = "" }, false},
		"a byte of the digest":     {func(r *captcha.Record) { r.PassDigest[0]++ }, false},
		"a detail":                 {func(r *captcha.Record) { r.Details["address"] = "192.0.2.2" }, false},
		"a detail less":            {func(r *captcha.Record) { delete(r.Details, "address") }, false},
		"a detail more":            {func(r *captcha.Record) { r.Details["referer"] = "" }, false},
		"another detail":           {func(r *captcha.Record) { delete(r.Details, "address"); r.Details["addresses"] = "192.0.2.1" }, false},
		"no details":               {func(r *captcha.Record) { r.Details = nil }, false},
		"the alias":                {func(r *captcha.Record) { r.AliasOf = captcha.ID{} }, false},
	}
	for name, test := range tests {
		for _, userInfo := range []string{"plain", `"quoted"`} {
			t.Run(fmt.Sprintf("%s, with %s details", name, userInfo), func(t *testing.T) {
				before := solved(userInfo)
				row, err := rows.NewRecord(&before)
				if err != nil {
					t.Fatal(err)
				}
				record, err := row.Record()
				if err != nil {
					t.Fatal(err)
				}
				test.change(&record)
				if got := row.OnlyRedeemed(&record); got != test.onlyRedeemed {
					t.Errorf("only redeemed: %v, want %v", got, test.onlyRedeemed)
				}
			})
		}
	}
}
