package oneaccess

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajpoint"
)

// Attempt answers in clear, as a page written after the vendor's sample does.
func (Dialect) Attempt(_ *captcha.Site, id captcha.ID, given captcha.Answer, subject string) captcha.Attempt {
	attempt := captcha.Attempt{ID: id, Kind: captcha.KindSlider, Answer: given, Subject: subject}
	if len(given.Points) == 1 {
		attempt.Secret = ajpoint.PassText(id, fmt.Sprintf(`{"x":%.1f,"y":5.0}`, given.Points[0].X))
	}
	return attempt
}

// PagePass is {"captcha_token": ...}.
func (Dialect) PagePass(_ context.Context, _ *captcha.Site, pass captcha.Pass) (any, error) {
	return passReply{pass.Secret}, nil
}

// ParsePass reads a captcha_token, or the object around it.
func (Dialect) ParsePass(_ context.Context, _ *captcha.Site, pass json.RawMessage, sender string) (captcha.Pass, error) {
	text, err := dialect.PassText(pass, "captcha_token")
	if err != nil {
		return captcha.Pass{}, err
	}
	return parsePass(text, sender), nil
}

// parsePass finds the ID in a captcha_token in clear; an encrypted one is found
// by its text.
func parsePass(captchaToken, sender string) captcha.Pass {
	id, _ := ajpoint.PassID(captchaToken)
	return captcha.Pass{ID: id, Secret: captchaToken, Subject: sender}
}
