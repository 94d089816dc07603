package geetest

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// passReply is what getValidate() gives the page. Clients glue these texts into
// query strings without encoding them, so none has a character that would need it.
type passReply struct {
	CaptchaID     string `json:"captcha_id"`
	LotNumber     string `json:"lot_number"`
	PassToken     string `json:"pass_token"`     // 64 hex digits
	GenTime       string `json:"gen_time"`       // Unix seconds
	CaptchaOutput string `json:"captcha_output"` // 128 characters of url-safe base64
}

// secret is what the ledger keeps a digest of. All that is random or dated is in
// it, so one comparison, in constant time, covers the three.
func (p passReply) secret() string { return p.PassToken + "." + p.CaptchaOutput + "." + p.GenTime }

// Attempt draws the Pass in the vendor's form. It is bound to nobody: /validate
// could not tell for whom it is given back.
func (d Dialect) Attempt(_ *captcha.Site, id captcha.ID, given captcha.Answer, _ string) captcha.Attempt {
	drawn := make([]byte, 32+96)
	if _, err := io.ReadFull(d.random(), drawn); err != nil {
		panic(err) // there is no going on without randomness
	}
	pass := passReply{
		PassToken:     hex.EncodeToString(drawn[:32]),
		CaptchaOutput: base64.RawURLEncoding.EncodeToString(drawn[32:]),
		GenTime:       fmt.Sprint(d.Core.Now().Unix()),
	}
	return captcha.Attempt{ID: id, Answer: given, Secret: pass.secret()}
}

// PagePass is the five texts.
func (Dialect) PagePass(_ context.Context, site *captcha.Site, pass captcha.Pass) (any, error) {
	parts := strings.Split(pass.Secret, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("pass of %s: not one that this dialect has made", pass.ID)
	}
	return passReply{
		CaptchaID: site.Key, LotNumber: pass.ID.String(), PassToken: parts[0], CaptchaOutput: parts[1], GenTime: parts[2],
	}, nil
}

// errNoPass refuses what no page can have got.
var errNoPass = captcha.Refuse(captcha.Unknown, "this can be no pass")

// ParsePass reads the five texts.
func (Dialect) ParsePass(_ context.Context, site *captcha.Site, raw json.RawMessage, _ string) (captcha.Pass, error) {
	var given passReply
	if _, err := dialect.ParseObject(raw); err != nil || json.Unmarshal(raw, &given) != nil || given.CaptchaID != site.Key {
		return captcha.Pass{}, errNoPass
	}
	pass, ok := given.pass()
	if !ok {
		return captcha.Pass{}, errNoPass
	}
	return pass, nil
}

// pass is the Pass in the core's form.
func (p passReply) pass() (captcha.Pass, bool) {
	id, ok := captcha.ParseID(p.LotNumber)
	return captcha.Pass{ID: id, Secret: p.secret()}, ok
}
