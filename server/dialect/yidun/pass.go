package yidun

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// pagePass is what the page gives to onVerify and to the form.
type pagePass struct {
	Validate string `json:"validate"`
}

// Attempt is the plain Answer. The vendor's Passes are bound to nobody: its user
// is never compared.
func (Dialect) Attempt(_ *captcha.Site, id captcha.ID, given captcha.Answer, _ string) captcha.Attempt {
	return captcha.Attempt{ID: id, Answer: given}
}

// PagePass is {"validate": "<ID>.<secret>"}: letters, digits, ".", "_" and "-"
// only, because the vendor's Go sample does not encode its form.
func (Dialect) PagePass(_ context.Context, _ *captcha.Site, pass captcha.Pass) (any, error) {
	return pagePass{pass.ID.String() + "." + pass.Secret}, nil
}

// ParsePass reads a validate, or the object around it.
func (Dialect) ParsePass(_ context.Context, _ *captcha.Site, pass json.RawMessage, _ string) (captcha.Pass, error) {
	text, err := dialect.PassText(pass, "validate")
	if err != nil {
		return captcha.Pass{}, err
	}
	return parsePass(text), nil
}

// parsePass finds the ID in a validate. One that shows none is looked for by its
// text, as mock mode and tests may give a Pass with a text of their own.
func parsePass(validate string) captcha.Pass {
	idText, secret, _ := strings.Cut(validate, ".")
	if id, ok := captcha.ParseID(idText); ok && secret != "" {
		return captcha.Pass{ID: id, Secret: secret}
	}
	return captcha.Pass{Secret: validate}
}
