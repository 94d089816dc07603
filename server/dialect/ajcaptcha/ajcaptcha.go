// Package ajcaptcha speaks the HTTP interface of AJ-Captcha, an open-source
// library whose clients are everywhere: POST /captcha/get, /captcha/check and
// /captcha/verify.
//
// The Pass never travels from us to the page: both sides compute it from the ID
// and from the point exactly as the client sent it. Results, refusals among
// them, have status 200, because several clients hang on any other.
package ajcaptcha

import (
	"fmt"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Name is the Dialect of Sites that speak AJ-Captcha.
const Name = "ajcaptcha"

// What a Site may choose.
var (
	isDefault = captcha.SwitchSetting(Name+".default", false,
		"this is the site behind /captcha and /captcha-api, whose paths name none")
	withAES = captcha.SwitchSetting(Name+".aes", true,
		"give the client an AES key, and take encrypted points only; off: everything in clear")
	verifyRoute = captcha.SwitchSetting(Name+".verify_route", true,
		"redeem by POST /captcha/verify, which asks for no secret")
	clickWord = captcha.SwitchSetting(Name+".click_word", true,
		"let clients ask for characters to click, of which theirs take three")
)

// Dialect speaks AJ-Captcha.
type Dialect struct {
	dialect.Deps
	lock *lock
}

var (
	_ dialect.Dialect     = Dialect{}
	_ dialect.SiteChecker = Dialect{}
)

// New makes the Dialect.
func New(deps dialect.Deps) Dialect { return Dialect{Deps: deps, lock: newLock(deps)} }

// Name is "ajcaptcha".
func (Dialect) Name() string { return Name }

// Defaults are AJ-Captcha's own: a token dies at its first check.
func (Dialect) Defaults() captcha.Rules {
	return captcha.Rules{Attempts: 1, Lifetime: 120 * time.Second, PassLifetime: 180 * time.Second}
}

// Settings are what a Site may choose.
func (Dialect) Settings() []captcha.Setting {
	return []captcha.Setting{isDefault, withAES, verifyRoute, clickWord}
}

// Kinds are the slider and, unless the Site does without, characters to click.
func (Dialect) Kinds(site *captcha.Site) []captcha.Kind {
	if site.Settings.On(clickWord) {
		return []captcha.Kind{captcha.KindSlider, captcha.KindWords}
	}
	return []captcha.Kind{captcha.KindSlider}
}

// CheckSite holds the puzzle of clicks to what the clients can show: three words.
func (Dialect) CheckSite(site *captcha.Site) error {
	count, alphabet := site.Settings["words.count"], site.Settings["words.alphabet"]
	if site.Settings.On(clickWord) && (count != "" && count != "3" || alphabet == "icons") {
		return fmt.Errorf("settings: AJ-Captcha's clients ask for three words, and show no icons: leave words.count and words.alphabet, or set %s=off", clickWord.Name)
	}
	return nil
}

// The names of the limits.
const (
	limitGet    = Name + ".get"
	limitCheck  = Name + ".check"
	limitVerify = Name + ".verify"
	limitFailed = Name + ".failed" // wrong Answers a minute; more of them lock the caller out
)

// Limits are per Site and address. The lock is off: one address may be that of
// many users.
func (Dialect) Limits() map[string]int {
	return map[string]int{limitGet: 120, limitCheck: 600, limitVerify: 600, limitFailed: 0}
}

// bases are where the three calls are found: for the default Site under the path
// of AJ-Captcha's samples and that of its public demo, which most clients have
// built in, and for each Site under its key.
var bases = []string{"/captcha/", "/captcha-api/captcha/", "/aj/:site/captcha/"}

// Routes are the three calls under each base.
func (d Dialect) Routes() []dialect.Route {
	var routes []dialect.Route
	for _, base := range bases {
		routes = append(routes,
			dialect.Route{Method: http.MethodPost, Path: base + "get", Handle: d.get, Step: captcha.Issued},
			dialect.Route{Method: http.MethodPost, Path: base + "check", Handle: d.check, Step: captcha.Answered},
			dialect.Route{Method: http.MethodPost, Path: base + "verify", Handle: d.verify, Step: captcha.Redeemed},
		)
	}
	return routes
}

// pageSite is the Site whose list of hosts counts: the one in the path, or else the
// default one.
func (d Dialect) pageSite(c *gin.Context) string {
	if site, err := d.site(c); err == nil {
		return site.Key
	}
	return c.Param("site")
}

// CORS allows credentials: the react-native sample sends some.
func (d Dialect) CORS() dialect.CORS {
	return dialect.CORS{
		Dialect:     Name,
		SiteKey:     d.pageSite,
		Headers:     []string{"content-type", "x-requested-with"},
		Credentials: true,
	}
}
