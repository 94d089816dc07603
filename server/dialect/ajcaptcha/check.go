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
	kind, token, point, err := d.checkMembers(site, body)
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
			d.lock.failed(c.Request.Context(), caller(c, site))
		}
		return inWords(err, limitedCheck)
	}
	captchaType, _ := body.Text("captchaType")
	succeed(c, nil, captchaData{
		CaptchaType: &captchaType, PointJSON: &point, Token: token, Result: true, TS: whole(body["ts"]),
	})
	return nil
}

// checkMembers reads what has to be there, in the documented order.
func (d Dialect) checkMembers(site *captcha.Site, body dialect.Object) (kind captcha.Kind, token, point string, err error) {
	kind, kindErr := d.kindOf(site, body)
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

// readPoint reads pointJson, which is encrypted unless the Site does without.
func readPoint(attempt *captcha.Attempt, site *captcha.Site, point string) {
	switch {
	case len(point) > ajpoint.MaxText:
	case site.Settings.On(withAES):
		ajpoint.AnswerEncrypted(attempt, point)
	default:
		ajpoint.AnswerInClear(attempt, point)
	}
}

// whole is a member that is echoed if it is a whole number.
func whole(raw json.RawMessage) json.RawMessage {
	if _, err := strconv.ParseInt(string(raw), 10, 64); err != nil {
		return nil
	}
	return raw
}
