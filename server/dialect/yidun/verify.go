package yidun

import (
	"net/http"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// captchaTypes are the vendor's numbers for our kinds of puzzle.
var captchaTypes = map[captcha.Kind]int{captcha.KindSlider: 2, captcha.KindWords: 3, captcha.KindAudio: 12}

// reply is the vendor's answer, in the order of its sample. The first three
// members are always there, the next two where nothing is wrong with the request,
// and the last three for the backends that want them.
type reply struct {
	Result      bool    `json:"result"`
	Error       int     `json:"error"`
	Msg         string  `json:"msg"`
	Phone       *string `json:"phone,omitempty"`
	ExtraData   *string `json:"extraData,omitempty"`
	CaptchaType int     `json:"captchaType,omitempty"`
	Token       string  `json:"token,omitempty"`
	SDKReduce   any     `json:"sdkReduce,omitempty"` // a bool or a string
}

// verify is POST /api/{version}/verify.
func (d Dialect) verify(version string) func(c *gin.Context) error {
	return func(c *gin.Context) error {
		f, err := readForm(c.Request)
		if d.spoil(c, f["captchaId"]) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := d.Limiter.Allow(c.Request.Context(), limitVerify, dialect.Caller(c)); err != nil {
			return err
		}
		site, err := d.admit(c.Request.Context(), f, version)
		if err != nil {
			return err
		}
		challenge, record, err := d.Core.Redeem(c.Request.Context(), site, parsePass(f["validate"]))
		if err != nil {
			return err
		}
		write(c, http.StatusOK, passed(site, challenge, record))
		return nil
	}
}

// passed is the answer to the one redemption that is good.
func passed(site *captcha.Site, challenge captcha.Challenge, record captcha.Record) reply {
	extraData := dialect.VisitorIn(record.Details).UserInfo
	told := reply{Result: true, Msg: "ok", Phone: new(string), ExtraData: &extraData}
	if site.Settings.On(replyCaptchaType) {
		told.CaptchaType = captchaTypes[challenge.Kind]
	}
	if site.Settings.On(replyToken) {
		told.Token = challenge.ID.String()
	}
	switch site.Settings.Get(replySDKReduce) {
	case "string": // which the vendor's Go and Java SDKs need
		told.SDKReduce = "false"
	case "bool": // as documented; the Go SDK fails on it
		told.SDKReduce = false
	}
	return told
}

// notPassed is the answer to any other: the same for a Pass that is unknown,
// expired, used up or another Site's.
func notPassed(msg string) reply {
	return reply{Msg: msg, Phone: new(string), ExtraData: new(string)}
}

// jsonType is the vendor's own spelling.
const jsonType = "application/json;charset=UTF-8"

// write answers in JSON.
func write(c *gin.Context, status int, told reply) {
	c.Header("Content-Type", jsonType)
	c.PureJSON(status, told)
}
