// Package cloudbase speaks the image-code API of Tencent CloudBase: a picture of
// characters by POST /auth/v1/captcha/data, its Answer by .../data/verify, and
// three ways for an app's backend to check the captcha_token that comes of it.
//
// The captcha_token is a JWT (RS256): its subject is the Challenge's ID, its jti
// the Pass's secret. So a backend can check it offline, and we can redeem it. The
// vendor documents no way to check one; those here are our own.
//
// What shapes this package most is how the vendor's SDK reads answers: one that
// is not JSON, or that a browser may not read, makes it send the same request
// three times. So every answer is JSON with CORS headers, and every error has
// both a name and a number: some clients look at the one, some at the other.
package cloudbase

import (
	"fmt"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Name is the Dialect of Sites that speak CloudBase.
const Name = "cloudbase"

// What a Site may choose.
var (
	isDefault = captcha.SwitchSetting(Name+".default", false, "this is the site of requests that name none")
	withAudio = captcha.SwitchSetting(Name+".audio", false, "offer recordings too, by the native API: for people who cannot see, and weak")
)

// Dialect speaks CloudBase.
type Dialect struct {
	dialect.Deps
	keys *keys
}

var (
	_ dialect.Dialect     = Dialect{}
	_ dialect.SiteChecker = Dialect{}
	_ dialect.Preparer    = Dialect{}
)

// New makes the Dialect.
func New(deps dialect.Deps) Dialect { return Dialect{deps, &keys{deps: deps}} }

// Name is "cloudbase".
func (Dialect) Name() string { return Name }

// Defaults are the documented lifetimes, and five Answers. Passes are reusable,
// because the vendor's SDK keeps one for as long as it lives and never drops it.
func (Dialect) Defaults() captcha.Rules {
	return captcha.Rules{Attempts: 5, Lifetime: 300 * time.Second, PassLifetime: 300 * time.Second, Reusable: true}
}

// What Challenges and Passes may live. Verification keys are kept for as long as a
// Pass may live at most after their last signature.
const minLifetime, maxPassLifetime = 60 * time.Second, 600 * time.Second

// CheckSite refuses lifetimes that the vendor's clients do not expect, and Passes
// that would outlive their keys.
func (Dialect) CheckSite(site *captcha.Site) error {
	for name, lifetime := range map[string]time.Duration{"lifetime": site.Rules.Lifetime, "pass_lifetime": site.Rules.PassLifetime} {
		if lifetime < minLifetime || lifetime > maxPassLifetime {
			return fmt.Errorf("%s: want %v to %v", name, minLifetime, maxPassLifetime)
		}
	}
	return nil
}

// Settings are what a Site may choose.
func (Dialect) Settings() []captcha.Setting { return []captcha.Setting{isDefault, withAudio} }

// Kinds are the picture of characters and, where the Site offers it, the
// recording. The vendor knows no recordings; the native API does.
func (Dialect) Kinds(site *captcha.Site) []captcha.Kind {
	if site.Settings.On(withAudio) {
		return []captcha.Kind{captcha.KindText, captcha.KindAudio}
	}
	return []captcha.Kind{captcha.KindText}
}

// The names of the limits.
const (
	limitIssue  = Name + ".data"
	limitAnswer = Name + ".verify"

	limitIntrospect = Name + ".introspect"
)

// Limits are per Site and address. They are the real brake: the SDK takes a new
// picture after every wrong Answer. Backends ask for all their visitors from one
// address, and have none by default.
func (Dialect) Limits() map[string]int {
	return map[string]int{limitIssue: 60, limitAnswer: 60, limitIntrospect: 0}
}

// maxBody is how many bytes a body may have.
const maxBody = 16 << 10

// The paths of the three checks.
const (
	introspectPath  = "/auth/v1/captcha/introspect"
	forwardAuthPath = "/auth/v1/captcha/forward-auth"
	certsPath       = "/auth/v1/certs" // the vendor's, for keys of access tokens
	jwksPath        = "/.well-known/jwks.json"
)

// Routes are the vendor's paths, and ours for the three checks.
func (d Dialect) Routes() []dialect.Route {
	return []dialect.Route{
		{Method: http.MethodPost, Path: "/auth/v1/captcha/data", Handle: d.issue, Step: captcha.Issued, MaxBody: maxBody},
		{Method: http.MethodPost, Path: "/auth/v1/captcha/data/verify", Handle: d.verify, Step: captcha.Answered, MaxBody: maxBody},
		{Method: http.MethodPost, Path: introspectPath, Handle: d.introspect, Step: captcha.Redeemed, MaxBody: maxBody},
		{Method: http.MethodGet, Path: forwardAuthPath, Handle: d.forwardAuth, Step: captcha.Redeemed},
		{Method: http.MethodHead, Path: forwardAuthPath, Handle: d.forwardAuth, Step: captcha.Redeemed},
		{Method: http.MethodPost, Path: forwardAuthPath, Handle: d.forwardAuth, Step: captcha.Redeemed},
		{Method: http.MethodGet, Path: certsPath, Handle: d.jwks},
		{Method: http.MethodHead, Path: certsPath, Handle: d.jwks},
		{Method: http.MethodGet, Path: jwksPath, Handle: d.jwks},
		{Method: http.MethodHead, Path: jwksPath, Handle: d.jwks},
	}
}

// pageSite is the Site whose list of hosts counts. A preflight does not carry the
// header that may name one.
func (d Dialect) pageSite(c *gin.Context) string {
	if c.Request.Method == http.MethodOptions {
		return c.Query("client_id")
	}
	if site, err := d.site(c); err == nil {
		return site.Key
	}
	return named(c)
}

// CORS lets the SDK send what it wants to: its headers change with its version,
// and one version sends a header that is called "undefined".
func (d Dialect) CORS() dialect.CORS {
	return dialect.CORS{
		Dialect: Name,
		Open:    true,
		Methods: []string{http.MethodPost, http.MethodGet, http.MethodOptions},
		SiteKey: d.pageSite,
		Headers: []string{"content-type", "authorization", "x-captcha-token", "x-device-id", "x-request-id", "x-sdk-version",
			"x-cloudbase-client-id", "accept-language"},
		AnyHeader: true,
		Expose:    []string{"x-request-id", "retry-after"},
	}
}
