// Package oneaccess speaks the captcha API of Huawei OneAccess: a slider by
// GET /api/v2/sdk/captcha, its Answer by POST /api/v2/sdk/captcha/verify, and
// the two calls that redeem the Pass by sending a one-time code.
//
// The vendor documents no browser script and no call for backends; a backend
// that wants to redeem a Pass itself uses the native API.
package oneaccess

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Name is the Dialect of Sites that speak OneAccess.
const Name = "oneaccess"

// What a Site may choose.
var (
	secretKey = captcha.SwitchSetting("oneaccess.secret_key", true,
		"give the client an AES key and take encrypted points; off: null, and plain points only")
	lenientHeaders = captcha.SwitchSetting("oneaccess.lenient_headers", false,
		"do without the device headers and Content-Type")
	mobilePattern = captcha.Setting{Name: "oneaccess.mobile_pattern", Default: `^[0-9]{11}$`,
		Help: "regular expression for the phone numbers that sms/send takes",
		Check: func(value string) error {
			_, err := regexp.Compile(value)
			return err
		}}
	webhook = captcha.Setting{Name: "oneaccess.webhook",
		Help: "URL that delivers the codes of sms/send and email/send",
		Check: func(value string) error {
			u, err := url.Parse(value)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
				return fmt.Errorf("%q is no http or https URL", value)
			}
			return nil
		}}
)

// Dialect speaks OneAccess.
type Dialect struct{ dialect.Deps }

var _ dialect.Dialect = Dialect{}

// New makes the Dialect.
func New(deps dialect.Deps) Dialect { return Dialect{deps} }

// Name is "oneaccess".
func (Dialect) Name() string { return Name }

// Defaults are AJ-Captcha's lifetimes; the vendor documents none. Three answers
// forgive a finger that slips.
func (Dialect) Defaults() captcha.Rules {
	return captcha.Rules{Attempts: 3, Lifetime: 120 * time.Second, PassLifetime: 180 * time.Second}
}

// Settings are what a Site may choose.
func (Dialect) Settings() []captcha.Setting {
	return []captcha.Setting{secretKey, lenientHeaders, mobilePattern, webhook}
}

// Kinds are the slider: the vendor's samples show nothing else.
func (Dialect) Kinds(*captcha.Site) []captcha.Kind { return []captcha.Kind{captcha.KindSlider} }

// The names of the limits.
const (
	limitIssue = Name + ".issue" // GET
	limitPost  = Name + ".post"
)

// Limits are per address, over all Sites.
func (Dialect) Limits() map[string]int { return map[string]int{limitIssue: 120, limitPost: 600} }

// Routes are the vendor's paths.
func (d Dialect) Routes() []dialect.Route {
	return []dialect.Route{
		{Method: http.MethodGet, Path: "/api/v2/sdk/captcha", Handle: d.issue, Step: captcha.Issued},
		{Method: http.MethodPost, Path: "/api/v2/sdk/captcha/verify", Handle: d.verify, Step: captcha.Answered},
		{Method: http.MethodPost, Path: "/api/v2/sdk/sms/send", Handle: d.sendSMS, Step: captcha.Redeemed},
		{Method: http.MethodPost, Path: "/api/v2/sdk/email/send", Handle: d.sendEmail, Step: captcha.Redeemed},
	}
}

// CORS lets a Site's pages send the vendor's headers.
func (Dialect) CORS() dialect.CORS {
	return dialect.CORS{
		Dialect: Name,
		SiteKey: func(c *gin.Context) string { return c.GetHeader("X-client-id") },
		Headers: []string{"content-type", "x-operating-sys-version", "x-device-fingerprint", "x-device-ip",
			"x-agent", "x-l", "x-client-id", "x-tenant-id"},
	}
}

// Refuse writes {"error_code","error_msg"}.
func (d Dialect) Refuse(c *gin.Context, err error) {
	word := d.Word(Name, wordFor(err))
	c.PureJSON(word.Status, struct {
		Code string `json:"error_code"`
		Text string `json:"error_msg"`
	}{word.Code, word.Text})
}

// wordFor finds the vendor's word for what went wrong.
func wordFor(err error) dialect.Word {
	if own, ok := errors.AsType[wireError](err); ok {
		return dialect.Word(own)
	}
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		return dialect.Word{Status: http.StatusNotFound, Text: "Not found."}
	case errors.Is(err, errNotSent):
		return notSent
	case errors.Is(err, dialect.ErrMethod):
		return dialect.Word{Status: http.StatusMethodNotAllowed, Text: "Method not allowed."}
	}
	if word, ok := words[captcha.CodeOf(err)]; ok {
		return word
	}
	return internal
}
