package ajcaptcha

import (
	"encoding/json"
	"strconv"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/gin-gonic/gin"
)

// check is POST /captcha/check. What is missing uses up no attempt; a point that
// cannot be read, or is for another kind of puzzle, is a wrong Answer.
func (d Dialect) check(c *gin.Context) error {
	site, err := d.site(c)
	if err != nil {
		return err
	}
	body, err := dialect.ReadObject(c)
	if err != nil {
		return err
	}
	kind, token, point, err := checkMembers(body)
	if err != nil {
		return err
	}
	if err := d.allow(c, site, limitCheck, limitedCheck); err != nil {
		return err
	}
	id, ok := captcha.ParseID(token)
	if !ok {
		return captcha.Refuse(captcha.Unknown, "the token is no ID")
	}
	attempt := captcha.Attempt{ID: id, Kind: kind}
	readPoint(&attempt, site, point)
	if _, err := d.Core.Answer(c.Request.Context(), site, attempt); err != nil {
		if captcha.CodeOf(err) == captcha.Wrong {
			d.lock.failed(caller(c, site))
		}
		return err
	}
	captchaType, _ := body.Text("captchaType")
	succeed(c, nil, captchaData{
		CaptchaType: &captchaType, PointJSON: &point, Token: token, Result: true, TS: whole(body["ts"]),
	})
	return nil
}

// checkMembers reads what has to be there, in the documented order.
func checkMembers(body dialect.Object) (kind captcha.Kind, token, point string, err error) {
	kind, kindErr := kindOf(body)
	token, tokenIsText := body.Text("token")
	point, pointIsText := body.Text("pointJson")
	switch {
	case kindErr == emptyType:
		return 0, "", "", emptyType
	case tokenIsText && token == "":
		return 0, "", "", emptyToken
	case !pointIsText || point == "":
		return 0, "", "", emptyPoint
	}
	return kind, token, point, kindErr
}

// readPoint reads the Answer out of pointJson, and sets the Pass that the client
// computes for it. What cannot be read leaves the zero Answer.
func readPoint(attempt *captcha.Attempt, site *captcha.Site, point string) {
	if len(point) > ajpoint.MaxText {
		return
	}
	if !site.Settings.On(withAES) {
		attempt.Answer, _ = ajpoint.ParseSlider(point)
		attempt.Secret = ajpoint.PassText(attempt.ID, point)
		return
	}
	key := ajpoint.Key(attempt.ID)
	clear, ok := ajpoint.Decrypt(key, point)
	if !ok {
		return
	}
	attempt.Answer, _ = ajpoint.ParseSlider(clear)
	attempt.Secret = ajpoint.Encrypt(key, ajpoint.PassText(attempt.ID, clear))
	attempt.HidesID = true
}

// whole is a member that is echoed if it is a whole number.
func whole(raw json.RawMessage) json.RawMessage {
	if _, err := strconv.ParseInt(string(raw), 10, 64); err != nil {
		return nil
	}
	return raw
}
