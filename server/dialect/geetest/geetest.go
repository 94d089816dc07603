// Package geetest speaks GeeTest v4: the one call that it has for backends, the one
// that its own loader makes, and the browser script behind every page.
//
// In the vendor's words captcha_id is the Site's key, captcha_key its secret,
// lot_number the ID of a Challenge, and the five texts of getValidate() the Pass,
// which /validate redeems. The page talks the native API; the vendor's own protocol
// between page and server is encrypted and changes with each of its releases.
//
// What shapes this package most: the vendor's samples take any status but 200 for
// "the vendor is down" and let the visitor in, and the page chooses most of what
// its backend sends. So nothing that a request holds makes /validate answer other than
// 200, up to what no page should be let send (32 MiB), and there is no limit on it.
package geetest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// Name is the Dialect of Sites that speak GeeTest.
const Name = "geetest"

// What a Site may choose.
var (
	scene = captcha.Setting{Name: Name + ".scene", Help: "label of the site, told to the backend in captcha_args", Check: checkScene}
	kinds = captcha.KindsSetting(Name+".kinds", captcha.KindSlider)
)

// maxScene is how many bytes a label may have.
const maxScene = 256

func checkScene(value string) error {
	if len(value) > maxScene || !utf8.ValidString(value) {
		return fmt.Errorf("want at most %d bytes of UTF-8", maxScene)
	}
	return nil
}

// Dialect speaks GeeTest.
type Dialect struct{ dialect.Deps }

var (
	_ dialect.Dialect      = Dialect{}
	_ dialect.SiteChecker  = Dialect{}
	_ dialect.Filer        = Dialect{}
	_ dialect.FaultChecker = Dialect{}
)

// New makes the Dialect.
func New(deps dialect.Deps) Dialect { return Dialect{deps} }

// Name is "geetest".
func (Dialect) Name() string { return Name }

// Defaults are ours, as the vendor publishes none: a wrong Answer ends a Challenge,
// as its widget then loads another; ten minutes outlive the eight after which that
// widget starts afresh by itself.
func (Dialect) Defaults() captcha.Rules {
	return captcha.Rules{Attempts: 1, Lifetime: 10 * time.Minute, PassLifetime: 10 * time.Minute}
}

// captchaIDs have one form in every client.
var captchaIDs = regexp.MustCompile(`^[0-9a-f]{32}$`)

// CheckSite holds the key to the form that clients check, and the kinds to those
// of which the first can be shown without being asked for by name.
func (d Dialect) CheckSite(site *captcha.Site) error {
	if !captchaIDs.MatchString(site.Key) {
		return fmt.Errorf("key %q: want 32 of 0-9 a-f, as every captcha_id", site.Key)
	}
	if site.Rules.Reusable {
		return errors.New("reusable: GeeTest's passes are good once")
	}
	if d.Kinds(site)[0] == captcha.KindAudio {
		return fmt.Errorf("settings: %s: want a kind to see first", kinds.Name)
	}
	return nil
}

// Settings are what a Site may choose.
func (Dialect) Settings() []captcha.Setting { return []captcha.Setting{scene, kinds} }

// Kinds are what the Site has chosen.
func (Dialect) Kinds(site *captcha.Site) []captcha.Kind { return site.Settings.Kinds(kinds) }

// RedeemsFreely: the vendor's samples let a visitor in when /validate does not answer
// as it should, and none of its answers says "too many".
func (Dialect) RedeemsFreely() bool { return true }

// limitLoad is the name of the limit on /load.
const limitLoad = Name + ".load"

// Limits are for pages alone; /validate has none.
func (Dialect) Limits() map[string]int { return map[string]int{limitLoad: 120} }

// Routes are the vendor's paths.
func (d Dialect) Routes() []dialect.Route {
	return []dialect.Route{
		{Method: http.MethodGet, Path: "/validate", Handle: d.validate, Step: captcha.Redeemed, MaxBody: maxSent},
		{Method: http.MethodPost, Path: "/validate", Handle: d.validate, Step: captcha.Redeemed, MaxBody: maxSent},
		{Method: http.MethodGet, Path: "/load", Handle: d.load},
	}
}

// CORS is open to what a Site allows, or to all pages where it names none: the
// vendor asks nobody where his page is. The vendor's own paths have no CORS.
func (Dialect) CORS() dialect.CORS { return dialect.CORS{None: true, Open: true} }

// random is what Passes are drawn from.
func (d Dialect) random() io.Reader {
	if d.Random != nil {
		return d.Random
	}
	return rand.Reader
}
