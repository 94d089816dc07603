package geetest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

func TestOfFiftyParallelRedemptionsOneSucceeds(t *testing.T) {
	a := newApp(t)
	body := a.signed(a.solve()).Encode()
	counts := dialecttest.Parallel(50, func(int) string { return a.validate(body, formType).Reason })
	if diff := cmp.Diff(map[string]int{"": 1, "pass_token used": 49}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsTooLargeIsRefusedBeforeItIsLookedAt(t *testing.T) {
	a := newApp(t)
	pass := a.solve()
	large := strings.Repeat("x", 1<<20)
	for _, mediaType := range []string{formType, "application/json", "text/plain"} {
		if got := a.validate("captcha_output="+large+"&"+a.signed(pass).Encode(), mediaType); got.Code != "-50005" {
			t.Errorf("%s: %+v", mediaType, got)
		}
	}
	if got := a.redeem(pass); got.Result != "success" {
		t.Errorf("afterwards: %+v", got)
	}
}

func TestABackendIsNeverLimited(t *testing.T) {
	a := newApp(t, func(c *server.Config) { c.Limits = server.DefaultLimits() })
	for range 2000 {
		if got := a.validate("gen_time=1", formType); got.Code != "-50302" {
			t.Fatalf("%+v", got)
		}
	}
	if got := a.redeem(a.solve()); got.Result != "success" {
		t.Errorf("%+v", got)
	}
}

func TestRotatedSecretsSignAsLongAsTheyLive(t *testing.T) {
	a := newApp(t)
	a.site.Secrets = []captcha.Secret{
		{Value: "another secret"}, {Value: captchaKey, Until: dialecttest.Start.Add(1)},
	}
	if err := a.Store.SaveSite(t.Context(), a.site); err != nil {
		t.Fatal(err)
	}
	pass := a.solve()
	if got := a.redeem(pass); got.Result != "success" {
		t.Errorf("by the old secret: %+v", got)
	}
	a.Clock.Advance(1)
	if got := a.redeem(a.solve()); got.Reason != "sign_token error" {
		t.Errorf("by the old secret, when it has ended: %+v", got)
	}
}

// broken is a core whose ledger fails, or panics.
type broken struct {
	dialect.Core
	err error
}

func (b broken) Redeem(context.Context, *captcha.Site, captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	if b.err == nil {
		panic("disk on fire")
	}
	return captcha.Challenge{}, captcha.Record{}, b.err
}

func TestAFailureIs200AndNoSuccess(t *testing.T) {
	for _, err := range []error{errors.New("disk full"), captcha.Refuse(captcha.Busy, "too much to do"), nil} {
		a := newApp(t, func(c *server.Config) { c.Deps.Core = broken{c.Deps.Core, err} })
		if got := a.redeem(a.solve()); got.Code != "-50000" {
			t.Errorf("%v: %+v", err, got)
		}
	}
}

func FuzzValidate(f *testing.F) {
	a := newApp(f)
	pass := a.signed(a.solve())
	pass.Set("gen_time", "1")
	f.Add(pass.Encode(), formType)
	f.Add("gen_time=1&lot_number=%00;x=%zz&&=", formType)
	f.Add("\xff\xfe", "multipart/form-data; boundary=\"")
	f.Add("--x\r\n\r\n--x--", "multipart/form-data; boundary=x")
	f.Add("[", "application/json")
	f.Fuzz(func(t *testing.T, body, mediaType string) {
		a := a
		a.t = t
		if strings.ContainsAny(mediaType, "\r\n\x00") {
			return // is no header
		}
		if got := a.validate(body, mediaType); got.Result == "success" {
			t.Errorf("%q succeeds", body)
		}
	})
}

func TestPassesNeedNoEncoding(t *testing.T) {
	a := newApp(t)
	for range 100 {
		for name, values := range a.solve() {
			if strings.Trim(values[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Fatalf("%s: %q", name, values[0])
			}
		}
	}
}

func TestFilesAreThereForPagesOfEveryOrigin(t *testing.T) {
	a := newApp(t)
	for path, want := range map[string]string{
		"/v4/gt4.js":                        "initGeetest4",
		"/geetest/v4/gt4.js":                "initGeetest4",
		"/v4/static/v1.9/js/gcaptcha4.js":   "Geetest4",
		"/v4/static/v1.9/css/gcaptcha4.css": "",
		"/v4/gct/gct4.js":                   "",
		"/v4/bypass.js":                     "isOffline",
	} {
		response := a.Do(dialecttest.Request{Method: "GET", Path: path, Header: http.Header{"Origin": {"null"}}})
		if text := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d %.80s", path, response.StatusCode, text)
		}
		if response.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", path, response.Header)
		}
	}
}
