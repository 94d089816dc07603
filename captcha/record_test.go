package captcha_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

var (
	start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	rules = captcha.Rules{Attempts: 3, Lifetime: 2 * time.Minute, PassLifetime: 3 * time.Minute}
	ch    = captcha.Challenge{ID: captcha.ID{1}, Kind: captcha.KindSlider, IssuedAt: start}
	pass  = captcha.Pass{ID: ch.ID, Secret: "a secret", Subject: "12345678901"}
)

const (
	right = true
	wrong = false
)

// answered is a Record after an Answer at start.
func answered(t *testing.T, verdict bool) captcha.Record {
	t.Helper()
	var r captcha.Record
	if err := r.Answer(start, ch, rules, verdict, pass, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

func wantCode(t *testing.T, err error, want captcha.Code) {
	t.Helper()
	if got := captcha.CodeOf(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestRecordAnswer(t *testing.T) {
	t.Run("wrong answers use up attempts until none is left", func(t *testing.T) {
		var r captcha.Record
		for range rules.Attempts {
			wantCode(t, r.Answer(start, ch, rules, wrong, pass, nil), "")
		}
		wantCode(t, r.Answer(start, ch, rules, right, pass, nil), captcha.Exhausted)
		if r.Attempts != rules.Attempts || !r.SolvedAt.IsZero() {
			t.Errorf("the refused answer left a trace: %+v", r)
		}
	})
	t.Run("the last attempt may still be right", func(t *testing.T) {
		var r captcha.Record
		for range rules.Attempts - 1 {
			wantCode(t, r.Answer(start, ch, rules, wrong, pass, nil), "")
		}
		wantCode(t, r.Answer(start, ch, rules, right, pass, nil), "")
		wantCode(t, r.Redeem(start, rules, pass), "")
	})
	t.Run("a solved challenge takes no answer, right or wrong", func(t *testing.T) {
		r := answered(t, right)
		wantCode(t, r.Answer(start, ch, rules, right, pass, nil), captcha.Used)
		wantCode(t, r.Answer(start, ch, rules, wrong, pass, nil), captcha.Used)
	})
	t.Run("it can be answered until its lifetime is over", func(t *testing.T) {
		var r captcha.Record
		wantCode(t, r.Answer(start.Add(rules.Lifetime-1), ch, rules, wrong, pass, nil), "")
		wantCode(t, r.Answer(start.Add(rules.Lifetime), ch, rules, right, pass, nil), captcha.Expired)
	})
	t.Run("a wrong answer makes no pass", func(t *testing.T) {
		r := answered(t, wrong)
		wantCode(t, r.Redeem(start, rules, pass), captcha.Unknown)
	})
	t.Run("the secret itself is not kept", func(t *testing.T) {
		if r := answered(t, right); strings.Contains(string(r.PassDigest), pass.Secret) {
			t.Error("the record holds the secret")
		}
	})
	t.Run("details are copied, and cut at MaxDetails", func(t *testing.T) {
		var r captcha.Record
		details := map[string]string{"a": "1"}
		wantCode(t, r.Answer(start, ch, rules, right, pass, details), "")
		details["a"] = "2"
		if !maps.Equal(r.Details, map[string]string{"a": "1"}) {
			t.Errorf("kept %v", r.Details)
		}
		var full captcha.Record
		wantCode(t, full.Answer(start, ch, rules, right, pass, map[string]string{"b": strings.Repeat("x", captcha.MaxDetails)}), "")
		if len(full.Details) != 0 {
			t.Errorf("kept %d bytes more than allowed", len(full.Details["b"]))
		}
	})
}

func TestRecordRedeem(t *testing.T) {
	t.Run("a pass is good once", func(t *testing.T) {
		r := answered(t, right)
		wantCode(t, r.Redeem(start, rules, pass), "")
		wantCode(t, r.Redeem(start, rules, pass), captcha.Used)
	})
	t.Run("a check changes nothing", func(t *testing.T) {
		r := answered(t, right)
		wantCode(t, r.Check(start, rules, pass), "")
		wantCode(t, r.Check(start, rules, pass), "")
		wantCode(t, r.Redeem(start, rules, pass), "")
		wantCode(t, r.Check(start, rules, pass), captcha.Used)
	})
	t.Run("it is good until its lifetime is over", func(t *testing.T) {
		r := answered(t, right)
		wantCode(t, r.Redeem(start.Add(rules.PassLifetime), rules, pass), captcha.Expired)
		wantCode(t, r.Redeem(start.Add(rules.PassLifetime-1), rules, pass), "")
	})
	t.Run("a used pass stays used when it is too old", func(t *testing.T) {
		r := answered(t, right)
		wantCode(t, r.Redeem(start, rules, pass), "")
		wantCode(t, r.Redeem(start.Add(rules.PassLifetime), rules, pass), captcha.Used)
	})
	t.Run("another secret or another subject uses up nothing", func(t *testing.T) {
		r := answered(t, right)
		other := pass
		other.Secret = "another secret"
		wantCode(t, r.Redeem(start, rules, other), captcha.Unknown)
		other = pass
		other.Subject = ""
		wantCode(t, r.Redeem(start, rules, other), captcha.Foreign)
		wantCode(t, r.Redeem(start, rules, pass), "")
	})
	t.Run("a record without a pass knows none, not even the empty one", func(t *testing.T) {
		var r captcha.Record
		wantCode(t, r.Redeem(start, rules, captcha.Pass{}), captcha.Unknown)
	})
}

func TestRecordsStayAsLongAsSomethingHangsOnThem(t *testing.T) {
	t.Run("a wrong answer, until the challenge can no longer be answered", func(t *testing.T) {
		if r := answered(t, wrong); !r.ForgetAt.Equal(start.Add(rules.Lifetime)) {
			t.Errorf("forgotten at %v", r.ForgetAt)
		}
	})
	t.Run("a pass, for twice its lifetime", func(t *testing.T) {
		if r := answered(t, right); !r.ForgetAt.Equal(start.Add(2 * rules.PassLifetime)) {
			t.Errorf("forgotten at %v", r.ForgetAt)
		}
	})
	t.Run("a short pass, until the challenge can no longer be answered", func(t *testing.T) {
		short := rules
		short.PassLifetime = time.Second
		var r captcha.Record
		wantCode(t, r.Answer(start, ch, short, right, pass, nil), "")
		if !r.ForgetAt.Equal(start.Add(rules.Lifetime)) {
			t.Errorf("forgotten at %v", r.ForgetAt)
		}
	})
}
