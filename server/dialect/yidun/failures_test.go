package yidun_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/yidun"
)

func TestAFaultComesBeforeAllChecksAndChangesNothing(t *testing.T) {
	for fault, want := range map[string]struct {
		status int
		body   string
	}{
		"http:500": {500, `{"result":false,"error":500,"msg":"INTERNAL_ERROR"}`},
		"http:404": {404, `{"result":false,"error":404,"msg":"INTERNAL_ERROR"}`},
		"empty":    {200, ""},
		"badjson":  {200, `{"result":true,"error":`},
	} {
		t.Run(fault, func(t *testing.T) {
			b := newBackend(t, set("nonce_check", "on"), set("rate", "1"))
			same := encode(sign(b.fields(b.pass())))
			b.faults.set(fault)
			for _, sent := range []string{same, same, "captchaId=" + captchaID} {
				response := b.post("/api/v2/verify", sent)
				if got := body(t, response); response.StatusCode != want.status || got != want.body {
					t.Errorf("got %d %q", response.StatusCode, got)
				}
			}
			b.faults.set("")
			if got := b.outcome(b.post("/api/v2/verify", same)); got != "true" {
				t.Errorf("the third time: %s", got)
			}
		})
	}
}

func TestADelayedAnswerIsAsEver(t *testing.T) {
	b := newBackend(t)
	b.faults.set("delay:20")
	start := time.Now()
	b.wantGood(b.pass())
	if waited := time.Since(start); waited < 20*time.Millisecond {
		t.Errorf("after %v", waited)
	}
}

func TestFaultsThatThereAre(t *testing.T) {
	checker := newBackend(t).Dialects[yidun.Name].(dialect.FaultChecker)
	for fault, known := range map[string]bool{
		"http:400": true, "http:599": true, "empty": true, "badjson": true, "delay:1": true, "delay:50000": true,
		"": false, "http": false, "http:": false, "http:200": false, "http:600": false, "http:5xx": false, "empty:1": false,
		"delay": false, "delay:0": false, "delay:50001": false, "pass": false,
	} {
		if err := checker.CheckFault(fault); (err == nil) != known {
			t.Errorf("%q: %v", fault, err)
		}
	}
}

// failing is a core one step of which ends with err, once it is told which.
type failing struct {
	dialect.Core
	step string
	err  error
}

func (f *failing) Site(ctx context.Context, name, key string) (*captcha.Site, error) {
	if f.step == "site" {
		return nil, f.err
	}
	return f.Core.Site(ctx, name, key)
}

func (f *failing) Sites(ctx context.Context, name string) ([]*captcha.Site, error) {
	if f.step == "sites" {
		return nil, f.err
	}
	return f.Core.Sites(ctx, name)
}

func (f *failing) Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	if f.step == "redeem" {
		return captcha.Challenge{}, captcha.Record{}, f.err
	}
	return f.Core.Redeem(ctx, site, pass)
}

func TestAFailureOfOursIsA500ThatShowsNothingAndUsesNothingUp(t *testing.T) {
	disk := errors.New("write /secret/path: disk full")
	for name, c := range map[string]struct {
		step, captchaID string
		err             error
		logged          bool
	}{
		"no site can be found":        {"site", captchaID, disk, true},
		"no sites can be listed":      {"sites", otherID, disk, true},
		"a redemption cannot be kept": {"redeem", captchaID, disk, true},
		"too much to do":              {"redeem", captchaID, captcha.Refuse(captcha.Busy, "shutting down"), false},
	} {
		t.Run(name, func(t *testing.T) {
			core := &failing{}
			b := backend{Server: dialecttest.New(t, func(c *server.Config) { core.Core, c.Deps.Core = c.Deps.Core, core }), t: t}
			b.Clock.Set(sent)
			b.site = b.addSite(captchaID)
			pass := b.pass()
			core.step, core.err = c.step, c.err
			response := b.post("/api/v2/verify", encode(sign(changed(b.fields(pass), "captchaId", c.captchaID))))
			if got := body(t, response); got != `{"result":false,"error":500,"msg":"INTERNAL_ERROR"}` || response.StatusCode != 500 {
				t.Errorf("got %d %s", response.StatusCode, got)
			}
			if logged := strings.Contains(b.Log(), "disk full"); logged != c.logged {
				t.Errorf("log: %s", b.Log())
			}
			core.step = ""
			b.wantGood(pass)
			for _, hidden := range []string{secretKey, pass[33:]} {
				if strings.Contains(b.Log(), hidden) {
					t.Errorf("the log shows a secret: %s", b.Log())
				}
			}
		})
	}
}

func TestAnOperatorsWordKeepsItsNumber(t *testing.T) {
	own := map[string]dialect.Word{
		"yidun.415": {Text: "signature is wrong"}, "yidun.419": {Code: "4190"}, "yidun.0": {Text: "no"}, "yidun.421": {Code: "x"},
	}
	b := backend{Server: dialecttest.New(t, func(c *server.Config) { c.Deps.Words = own }), t: t}
	b.Clock.Set(sent)
	b.site = b.addSite(captchaID)
	for _, c := range []struct {
		change func(map[string]string)
		want   string
	}{
		{with("signatureMethod", "CRC32"), `{"result":false,"error":415,"msg":"signature is wrong"}`},
		{with("timestamp", "x"), `{"result":false,"error":4190,"msg":"PARAM_ERROR"}`},
		{with("version", "v3"), `{"result":false,"error":421,"msg":"VERSION_NOT_MATCH"}`},
		{with("validate", "x"), `{"result":false,"error":0,"msg":"no","phone":"","extraData":""}`},
	} {
		fields := b.fields("x")
		c.change(fields)
		if got := body(t, b.post("/api/v2/verify", encode(sign(fields)))); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
