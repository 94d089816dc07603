package captcha_test

import (
	"context"
	"errors"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/google/go-cmp/cmp"
)

// redemptions are the ways to bring a Pass back.
var redemptions = map[string]func(*world, captcha.Pass) (captcha.Challenge, captcha.Record, error){
	"redeem": func(w *world, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
		return w.Redeem(w.t.Context(), w.site, pass)
	},
	"redeem a reusable pass": func(w *world, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
		reusing := *w.site
		reusing.Rules.Reusable = true
		return w.Redeem(w.t.Context(), &reusing, pass)
	},
	"spend": func(w *world, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
		return w.Spend(w.t.Context(), w.site, pass)
	},
	"check": func(w *world, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
		return w.Check(w.t.Context(), w.site, pass)
	},
}

func TestWhoBringsTheRightPassTooLateIsToldOfIt(t *testing.T) {
	for name, bring := range redemptions {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			attempt := w.attempt(0)
			attempt.Details = map[string]string{"address": "192.0.2.1"}
			pass, err := w.Answer(t.Context(), w.site, attempt)
			if err != nil {
				t.Fatal(err)
			}
			w.clock.Advance(rules.PassLifetime)
			ch, record, err := bring(w, pass)
			wantCode(t, err, captcha.Expired)
			if ch.ID != attempt.ID || record.Subject != "me" || record.Details["address"] != "192.0.2.1" || !record.SolvedAt.Equal(start) || !record.RedeemedAt.IsZero() {
				t.Errorf("of an expired pass: %+v, %+v", ch, record)
			}

			attempt = w.attempt(0)
			attempt.Details = map[string]string{"address": "192.0.2.2"}
			if pass, err = w.Answer(t.Context(), w.site, attempt); err != nil {
				t.Fatal(err)
			}
			redeemedAt := w.Now()
			if _, _, err := w.Redeem(t.Context(), w.site, pass); err != nil {
				t.Fatal(err)
			}
			w.clock.Advance(1)
			ch, record, err = bring(w, pass)
			wantCode(t, err, captcha.Used)
			if ch.ID != attempt.ID || record.Subject != "me" || record.Details["address"] != "192.0.2.2" || !record.RedeemedAt.Equal(redeemedAt) {
				t.Errorf("of a used pass: %+v, %+v", ch, record)
			}
			record.Details["address"] = "spoilt"
			if _, again, _ := bring(w, pass); again.Details["address"] != "192.0.2.2" {
				t.Error("what was told can be used to change the ledger")
			}
		})
	}
}

func TestWhoBringsAnotherPassIsToldNothing(t *testing.T) {
	for name, bring := range redemptions {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			pass := w.pass()
			wantNothing := func(brought captcha.Pass, want captcha.Code) {
				t.Helper()
				_, record, err := bring(w, brought)
				wantCode(t, err, want)
				if diff := cmp.Diff(captcha.Record{}, record); diff != "" {
					t.Errorf("%q: %s", want, diff)
				}
			}
			guess := captcha.Pass{ID: pass.ID, Secret: "guess", Subject: "me"}
			foreign := captcha.Pass{ID: pass.ID, Secret: pass.Secret, Subject: "you"}
			wantNothing(guess, captcha.Unknown)
			wantNothing(foreign, captcha.Foreign)
			wantNothing(captcha.Pass{ID: captcha.ID{1}, Secret: pass.Secret, Subject: "me"}, captcha.Unknown)
			if _, _, err := w.Redeem(t.Context(), w.site, pass); err != nil {
				t.Fatal(err)
			}
			wantNothing(guess, captcha.Unknown)
			wantNothing(foreign, captcha.Foreign)
			w.clock.Advance(rules.PassLifetime)
			wantNothing(guess, captcha.Unknown)
			wantNothing(foreign, captcha.Foreign)
		})
	}
}

// forgetful is a Ledger that fails to keep what was changed.
type forgetful struct {
	captcha.Ledger
	fails bool
}

func (f *forgetful) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	return f.Ledger.Update(ctx, ch, func(r *captcha.Record) error {
		if err := change(r); err != nil || !f.fails {
			return err
		}
		return errDisk
	})
}

func TestARedemptionThatIsNotKeptTellsNothing(t *testing.T) {
	ledger := &forgetful{}
	w := newWorld(t, func(c *captcha.Config) { ledger.Ledger = c.Ledger; c.Ledger = ledger })
	pass := w.pass()
	ledger.fails = true
	_, record, err := w.Redeem(t.Context(), w.site, pass)
	if diff := cmp.Diff(captcha.Record{}, record); diff != "" || !errors.Is(err, errDisk) {
		t.Errorf("%v %s", err, diff)
	}
	ledger.fails = false
	_, _, err = w.Redeem(t.Context(), w.site, pass)
	wantCode(t, err, "")
}
