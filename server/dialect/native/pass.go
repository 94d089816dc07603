package native

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// passReply is the native Pass as a page gets it: "<ID>.<secret>".
type passReply struct {
	Pass string `json:"pass"`
}

// Attempt is the plain Answer: what kind it is for shows in its parts, and the
// core draws the Pass.
func (Dialect) Attempt(_ *captcha.Site, id captcha.ID, given captcha.Answer, subject string) captcha.Attempt {
	return captcha.Attempt{ID: id, Answer: given, Subject: subject}
}

// PagePass is {"pass": "<ID>.<secret>"}.
func (Dialect) PagePass(_ context.Context, _ *captcha.Site, pass captcha.Pass) (any, error) {
	return passReply{pass.ID.String() + "." + pass.Secret}, nil
}

// ParsePass reads "<ID>.<secret>", or the object around it.
func (Dialect) ParsePass(_ context.Context, _ *captcha.Site, pass json.RawMessage, subject string) (captcha.Pass, error) {
	text, err := dialect.PassText(pass, "pass")
	if err != nil {
		return captcha.Pass{}, err
	}
	idText, secret, _ := strings.Cut(text, ".")
	id, ok := captcha.ParseID(idText)
	if !ok || secret == "" {
		return captcha.Pass{}, captcha.Refuse(captcha.Unknown, "this can be no pass")
	}
	return captcha.Pass{ID: id, Secret: secret, Subject: subject}, nil
}

// vendor is the Dialect that the Site's page and backend speak.
func (d Dialect) vendor(site *captcha.Site) (dialect.Dialect, error) {
	if site.Dialect == Name {
		return d, nil
	}
	vendor, ok := d.vendors[site.Dialect]
	if !ok {
		return nil, fmt.Errorf("site %s: no dialect is called %q", site.Key, site.Dialect)
	}
	return vendor, nil
}
