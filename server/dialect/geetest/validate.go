package geetest

import (
	"fmt"
	"net/http"
	"regexp"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// validateReply is the vendor's answer, in the order of its sample.
type validateReply struct {
	Status string `json:"status"`
	Result string `json:"result"`
	Reason string `json:"reason"`
	Args   any    `json:"captcha_args"`
}

// captchaArgs is what a backend is told of a Challenge. The last five members are
// in two clients' typings, and not documented.
type captchaArgs struct {
	UsedType   string `json:"used_type"`
	UserIP     string `json:"user_ip"` // the browser's when it answered
	LotNumber  string `json:"lot_number"`
	Scene      string `json:"scene"`
	Referer    string `json:"referer"`
	IPType     int    `json:"ip_type"` // 4 or 6: our reading
	UserInfo   string `json:"user_info"`
	ClientType string `json:"client_type"`
	UserAgent  string `json:"ua"`
	FailCount  int    `json:"fail_count"`
}

// usedTypes are the vendor's words for kinds of puzzle; it has none for text.
var usedTypes = map[captcha.Kind]string{captcha.KindSlider: "slide", captcha.KindText: "text", captcha.KindAudio: "voice", captcha.KindWords: "word"}

// validate is GET and POST /validate.
func (d Dialect) validate(c *gin.Context) error {
	params, err := readParams(c)
	if err != nil {
		return err
	}
	if len(params) == 0 && c.Request.ContentLength != 0 {
		dialect.Because(c.Request.Context(), func() string {
			return fmt.Sprintf("no parameter was found: want application/x-www-form-urlencoded, got %q", c.ContentType())
		})
	}
	site, err := d.site(c, params["captcha_id"])
	if err != nil {
		return err
	}
	if done := d.spoilValidate(c, site, params["lot_number"]); done {
		return nil
	}
	pass, err := readPass(params)
	if err != nil {
		return err
	}
	if !signed(site, params["lot_number"], params["sign_token"], d.Core.Now()) {
		dialect.Because(c.Request.Context(), func() string { return wrongSign(site, params) })
		return signTokenError
	}
	challenge, record, err := d.Core.Redeem(c.Request.Context(), site, pass)
	return d.writeOutcome(c, site, challenge, record, err)
}

// site finds the Site that a request names. The vendor tells apart those that were
// deleted; here they are forgotten, and as unknown as any.
func (d Dialect) site(c *gin.Context, captchaID string) (*captcha.Site, error) {
	switch {
	case captchaID == "":
		return nil, notCaptchaID
	case !captchaIDs.MatchString(captchaID):
		return nil, illegalCaptchaID
	}
	return d.Core.Site(c.Request.Context(), Name, captchaID)
}

// genTimes are Unix seconds, as far as the vendor looks at them before the rest.
var genTimes = regexp.MustCompile(`^[0-9]{1,20}$`)

// readPass reads what proves the solved Challenge. What is missing or altered in
// the two opaque texts is found when the Pass is redeemed.
func readPass(params dialect.Form) (captcha.Pass, error) {
	given := passReply{
		LotNumber: params["lot_number"], PassToken: params["pass_token"],
		CaptchaOutput: params["captcha_output"], GenTime: params["gen_time"],
	}
	if !genTimes.MatchString(given.GenTime) {
		return captcha.Pass{}, illegalGenTime
	}
	if given.LotNumber == "" {
		return captcha.Pass{}, notLotNumber
	}
	pass, ok := given.pass()
	if !ok {
		return captcha.Pass{}, illegalLotNumber
	}
	return pass, nil
}

// reasons are the vendor's words for a Pass that is not good.
var reasons = map[captcha.Code]string{
	"":              "",
	captcha.Unknown: "pass_token error",
	captcha.Used:    "pass_token used",
	captcha.Expired: "pass_token expire",
}

// writeOutcome answers a well-signed request. Only who has brought the right Pass
// is told about its Challenge.
func (d Dialect) writeOutcome(c *gin.Context, site *captcha.Site, challenge captcha.Challenge, record captcha.Record, outcome error) error {
	code := captcha.CodeOf(outcome)
	reason, ours := reasons[code]
	switch {
	case !ours:
		return outcome
	case code == "":
		c.PureJSON(http.StatusOK, validateReply{"success", "success", "", newArgs(site, challenge, record)})
	case record.SolvedAt.IsZero(): // Unknown, or Expired by a ledger that has lost its memory
		writeFail(c, reason)
	default:
		c.PureJSON(http.StatusOK, validateReply{"success", "fail", reason, newArgs(site, challenge, record)})
	}
	return nil
}

// writeFail refuses a Pass, and tells nothing more.
func writeFail(c *gin.Context, reason string) {
	c.PureJSON(http.StatusOK, validateReply{"success", "fail", reason, struct{}{}})
}

func newArgs(site *captcha.Site, challenge captcha.Challenge, record captcha.Record) captchaArgs {
	visitor := dialect.VisitorIn(record.Details)
	return captchaArgs{
		UsedType: usedTypes[challenge.Kind], UserIP: visitor.Address, LotNumber: challenge.ID.String(),
		Scene: site.Settings.Get(scene), Referer: visitor.Referer, IPType: ipType(visitor.Address),
		UserInfo: visitor.UserInfo, ClientType: visitor.ClientType, UserAgent: visitor.UserAgent, FailCount: visitor.Failures,
	}
}
