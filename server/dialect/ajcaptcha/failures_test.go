package ajcaptcha_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajcaptcha"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// failing is a core one step of which ends with err, once it is told which.
type failing struct {
	dialect.Core
	step string
	err  error
}

var errDisk = errors.New("write /secret/path: disk full")

func (f *failing) Sites(ctx context.Context, name string) ([]*captcha.Site, error) {
	if f.step == "sites" {
		return nil, f.err
	}
	return f.Core.Sites(ctx, name)
}

func (f *failing) Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, *captcha.Puzzle, error) {
	if f.step == "issue" {
		return captcha.Challenge{}, nil, f.err
	}
	return f.Core.Issue(ctx, site, kind)
}

func (f *failing) Answer(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (captcha.Pass, error) {
	if f.step == "answer" {
		return captcha.Pass{}, f.err
	}
	return f.Core.Answer(ctx, site, attempt)
}

func (f *failing) Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	if f.step == "redeem" {
		return captcha.Challenge{}, captcha.Record{}, f.err
	}
	return f.Core.Redeem(ctx, site, pass)
}

func newFailing(t *testing.T) (visitor, *failing) {
	core := &failing{}
	v := visitor{dialecttest.New(t, func(c *server.Config) { core.Core, c.Deps.Core = c.Deps.Core, core }), t}
	v.AddSite(t, ajcaptcha.Name, "aj")
	return v, core
}

const (
	internalReply  = `{"repCode":"9999","repMsg":"服务器内部异常","repData":null,"success":false,"error":true}` + "\n"
	noPictureReply = `{"repCode":"6112","repMsg":"获取验证码失败,请联系管理员","repData":null,"success":false,"error":true}` + "\n"
)

// R10: AJ puts the text of exceptions into repMsg, and has status 500 for some.
func TestAFailureOfOursHasFixedWordsAndStatus200(t *testing.T) {
	for name, c := range map[string]struct{ step, path, want string }{
		"no site can be found":         {"sites", "get", internalReply},
		"nothing can be drawn":         {"issue", "get", noPictureReply},
		"an answer cannot be kept":     {"answer", "check", internalReply},
		"a redemption cannot be kept":  {"redeem", "verify", internalReply},
		"no site, when answers arrive": {"sites", "check", internalReply},
		"no site, when passes return":  {"sites", "verify", internalReply},
	} {
		t.Run(name, func(t *testing.T) {
			v, core := newFailing(t)
			token := v.get().token
			core.step, core.err = c.step, errDisk
			response := v.call(c.path, `{"captchaType":"blockPuzzle","token":"`+token+`","pointJson":"x","captchaVerification":"x"}`)
			if got := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || got != c.want {
				t.Errorf("%d %s", response.StatusCode, got)
			}
			if !strings.Contains(v.Log(), errDisk.Error()) {
				t.Errorf("the log does not tell why: %s", v.Log())
			}
		})
	}
}

// Whatever is wrong with a Pass, AJ-Captcha has one code for it: a caller cannot
// learn which.
func TestEveryRefusalHasItsCode(t *testing.T) {
	v, core := newFailing(t)
	core.step = "redeem"
	for refusal, want := range map[captcha.Code]string{
		captcha.Unknown: "6110", captcha.Foreign: "6110", captcha.Expired: "6110", captcha.Used: "6110", captcha.Exhausted: "6110",
		captcha.Wrong: "6111", captcha.Invalid: "0011", captcha.Limited: "6205", captcha.Busy: "9999", captcha.Internal: "9999",
	} {
		core.err = captcha.Refuse(refusal, "secret detail")
		body := dialecttest.Body(t, v.call("verify", `{"captchaVerification":"x"}`))
		if !strings.HasPrefix(body, `{"repCode":"`+want+`"`) || strings.Contains(body, "detail") {
			t.Errorf("%s: %s, want %s", refusal, body, want)
		}
	}
}
