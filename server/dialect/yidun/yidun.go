// Package yidun speaks the one call that NetEase Yidun's captcha has for backends:
// POST /api/v2/verify, a signed form that redeems the Pass of a page.
//
// The vendor's page talks a protocol of its own that nobody can point elsewhere;
// ours uses the native API. In the vendor's words captchaId is the Site's key,
// secretId and secretKey are a Secret of it, validate is the Pass, and token the
// ID of the Challenge.
//
// What shapes this package most is how the vendor's clients read answers: a
// refusal is HTTP 200 with a number, because some of them let the visitor in at
// any other status; and every answer has result, error and msg, because the Go
// SDK's callers follow them as pointers.
package yidun

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// Name is the Dialect of Sites that speak Yidun.
const Name = "yidun"

// What a Site may choose.
var (
	timestampWindow = captcha.IntSetting(Name+".timestamp_window", 10, 0, 24*60,
		"minutes that a request's timestamp may be off, either way; 0: any")
	strict = captcha.SwitchSetting(Name+".strict", false,
		"refuse timestamps that are no milliseconds; off: such a one may be anything")
	nonceCheck = captcha.SwitchSetting(Name+".nonce_check", false,
		"refuse a nonce that was seen before, and with it the vendor's own SDKs when they repeat a request")
	perSecond = captcha.IntSetting(Name+".rate", 0, 0, 1_000_000,
		"well-signed requests a second, on each node; 0: any number")
	replyCaptchaType = captcha.SwitchSetting(Name+".reply_captcha_type", false,
		"tell the backend captchaType, a number")
	replyToken = captcha.SwitchSetting(Name+".reply_token", false,
		"tell the backend token, the challenge's id")
	replySDKReduce = captcha.ChoiceSetting(Name+".reply_sdk_reduce",
		`tell the backend sdkReduce, as the vendor's SDKs read it ("false") or as its page shows it (false)`, "off", "string", "bool")
	kinds = captcha.KindsSetting(Name+".kinds", captcha.KindSlider)
)

// Dialect speaks Yidun.
type Dialect struct {
	dialect.Deps
	nonces *nonces
}

var (
	_ dialect.Dialect      = Dialect{}
	_ dialect.SiteChecker  = Dialect{}
	_ dialect.FaultChecker = Dialect{}
)

// New makes the Dialect.
func New(deps dialect.Deps) Dialect { return Dialect{deps, newNonces()} }

// Name is "yidun".
func (Dialect) Name() string { return Name }

// Defaults are one Answer to a Challenge, as the vendor's page takes a new one
// after each failure, and the documented life of a Pass. The vendor tells no life
// of a Challenge: ten minutes leave time to fill in a form.
func (Dialect) Defaults() captcha.Rules {
	return captcha.Rules{Attempts: 1, Lifetime: 10 * time.Minute, PassLifetime: maxPassLifetime}
}

// What a Pass may live, in whole minutes: documented.
const minPassLifetime, maxPassLifetime = time.Minute, 20 * time.Minute

var captchaIDs = regexp.MustCompile(`^[0-9a-f]{32}$`)

// CheckSite holds a Site to what the vendor's clients and pages expect. That no
// two keys go by one secretId it cannot see, as it knows one Site at a time; where
// they do, each Site goes by its own.
func (d Dialect) CheckSite(site *captcha.Site) error {
	lifetime := site.Rules.PassLifetime
	switch {
	case !captchaIDs.MatchString(site.Key):
		return fmt.Errorf("key %q: want 32 of 0-9 a-f, as every captchaId", site.Key)
	case lifetime < minPassLifetime || lifetime > maxPassLifetime || lifetime%time.Minute != 0:
		return errors.New("pass_lifetime: want 1m to 20m, in whole minutes")
	}
	for _, kind := range d.Kinds(site) {
		if captchaTypes[kind] == 0 {
			return fmt.Errorf("settings: %s: Yidun has no captcha of kind %s", kinds.Name, kind)
		}
	}
	return nil
}

// Settings are what a Site may choose.
func (Dialect) Settings() []captcha.Setting {
	return []captcha.Setting{timestampWindow, strict, nonceCheck, perSecond, replyCaptchaType, replyToken, replySDKReduce, kinds}
}

// Kinds are what the Site has chosen.
func (Dialect) Kinds(site *captcha.Site) []captcha.Kind { return site.Settings.Kinds(kinds) }

// Limits are none by default: all of an app's visitors come from the address of its
// backend. A Site's rate counts well-signed requests only.
func (Dialect) Limits() map[string]int { return map[string]int{limitVerify: 0} }

// limitVerify is the name of the limit on the one call, signed well or not.
const limitVerify = Name + ".verify"

// maxBody is how many bytes a body may have, as it comes and inflated.
const maxBody = 64 << 10

// Routes are the vendor's path and an older one, which early versions of its Java
// and C# samples call.
func (d Dialect) Routes() []dialect.Route {
	return []dialect.Route{
		{Method: http.MethodPost, Path: "/api/v2/verify", Handle: d.verify("v2"), Step: captcha.Redeemed, MaxBody: maxBody},
		{Method: http.MethodPost, Path: "/api/v1/verify", Handle: d.verify("v1"), Step: captcha.Redeemed, MaxBody: maxBody},
	}
}

// CORS is none: only backends call.
func (Dialect) CORS() dialect.CORS { return dialect.CORS{None: true} }
