package oneaccess

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/gin-gonic/gin"
)

// senders are whom a Pass may be bound to: a phone number or an e-mail address.
var senders = regexp.MustCompile(`^(\+?[0-9]{5,20}|[^@\s]+@[^@\s]+)$`)

// passReply is what the page gets for a right Answer.
type passReply struct {
	CaptchaToken string `json:"captcha_token"`
}

// verify is POST /api/v2/sdk/captcha/verify.
func (d Dialect) verify(c *gin.Context) error {
	site, body, err := d.post(c)
	if err != nil {
		return err
	}
	attempt, err := readAttempt(site, body)
	if err != nil {
		return err
	}
	pass, err := d.Core.Answer(c.Request.Context(), site, attempt)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, passReply{pass.Secret})
	return nil
}

// readAttempt reads the body of verify, with its checks in the documented order.
// What it refuses here uses up no attempt.
func readAttempt(site *captcha.Site, body dialect.Object) (captcha.Attempt, error) {
	point, errPoint := member(body, "point_json", ajpoint.MaxText)
	token, errToken := member(body, "token", 64)
	sender, errSender := member(body, "sender", 254)
	for _, err := range []error{errPoint, errToken, errSender} {
		if err != nil {
			return captcha.Attempt{}, err
		}
	}
	switch {
	case point == "":
		return captcha.Attempt{}, coordinatesRequired
	case token == "":
		return captcha.Attempt{}, tokenRequired
	case !senders.MatchString(sender):
		return captcha.Attempt{}, invalidParameter("sender")
	}
	id, ok := captcha.ParseID(token)
	if !ok {
		return captcha.Attempt{}, captcha.Refuse(captcha.Unknown, "the token is no ID")
	}
	attempt := captcha.Attempt{ID: id, Kind: captcha.KindSlider, Subject: sender}
	readPoint(&attempt, site, point)
	return attempt, nil
}

// readPoint reads point_json, which is in clear or encrypted. The Pass comes in
// the same form: it is the client's own text behind the ID.
func readPoint(attempt *captcha.Attempt, site *captcha.Site, point string) {
	switch {
	case strings.HasPrefix(strings.TrimLeft(point, " \t\r\n"), "{"):
		ajpoint.AnswerInClear(attempt, point)
	case site.Settings.On(secretKey):
		ajpoint.AnswerEncrypted(attempt, point)
	}
}
