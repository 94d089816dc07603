package ajcaptcha

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/gin-gonic/gin"
)

// maxPass is how many characters a captchaVerification may have.
const maxPass = 4096

var verified = "成功"

// verify is POST /captcha/verify, by which the app's backend redeems the Pass.
func (d Dialect) verify(c *gin.Context) error {
	site, err := d.site(c)
	if err != nil {
		return err
	}
	if !site.Settings.On(verifyRoute) {
		return dialect.ErrNoRoute
	}
	body, err := dialect.ReadObject(c)
	if err != nil {
		return err
	}
	text, isText := body.Text("captchaVerification")
	if !isText || text == "" {
		return emptyPass
	}
	if err := d.allow(c, site, limitVerify, limitedVerify); err != nil {
		return err
	}
	if len(text) > maxPass {
		return captcha.Refuse(captcha.Unknown, "too long for a pass")
	}
	if _, _, err := d.Core.Redeem(c.Request.Context(), site, parsePass(text)); err != nil {
		return inWords(err, limitedVerify)
	}
	succeed(c, &verified, nil)
	return nil
}

// parsePass finds the ID in a Pass in clear. An encrypted one is found by its
// text.
func parsePass(text string) captcha.Pass {
	id, _ := ajpoint.PassID(text)
	return captcha.Pass{ID: id, Secret: text}
}

// passObject is what AJ-Captcha's clients hand to the page.
type passObject struct {
	CaptchaVerification string `json:"captchaVerification"`
}

// Attempt answers as aj-captcha-react does. AJ-Captcha binds a Pass to nobody.
func (Dialect) Attempt(site *captcha.Site, id captcha.ID, given captcha.Answer, _ string) captcha.Attempt {
	attempt := captcha.Attempt{ID: id, Kind: captcha.KindSlider}
	if len(given.Points) > 1 {
		attempt.Kind = captcha.KindWords
	}
	point := pointText(given.Points)
	if point == "" {
		return attempt
	}
	if site.Settings.On(withAES) {
		point = ajpoint.Encrypt(ajpoint.Key(id), point)
	}
	readPoint(&attempt, site, point)
	attempt.Answer, attempt.Or = given, captcha.Answer{} // exactly, whatever the text says
	return attempt
}

// pointText is pointJson in clear, of a slider or of clicks.
func pointText(points []captcha.Point) string {
	switch len(points) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(`{"x":%v,"y":5}`, points[0].X)
	}
	var clicks []string
	for _, p := range points {
		clicks = append(clicks, fmt.Sprintf(`{"x":%v,"y":%v}`, p.X, p.Y))
	}
	return "[" + strings.Join(clicks, ",") + "]"
}

// PagePass is {"captchaVerification": ...}.
func (Dialect) PagePass(_ context.Context, _ *captcha.Site, pass captcha.Pass) (any, error) {
	return passObject{pass.Secret}, nil
}

// ParsePass reads a captchaVerification, or the object around it.
func (Dialect) ParsePass(_ context.Context, _ *captcha.Site, pass json.RawMessage, _ string) (captcha.Pass, error) {
	text, err := dialect.PassText(pass, "captchaVerification")
	if err != nil {
		return captcha.Pass{}, err
	}
	return parsePass(text), nil
}
