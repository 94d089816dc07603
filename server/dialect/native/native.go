// Package native speaks the neutral API: what our own widget calls, and what the
// backend of any app may call, whatever vendor its Site speaks.
//
// It issues and judges Challenges for the Sites of every Dialect, hands out the
// Pass in the form in which the vendor's own page gets it, and redeems any
// vendor's Pass. So a Pass is good once over all ways, and a backend that reads
// nothing but the status of an answer is safe: only 200 and 201 mean success.
//
// The API is described in openapi.json, which is served beside it. Being our
// own, it is strict: a member that it does not know is refused by name.
package native

import (
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Name is the Dialect of Sites that speak no vendor's.
const Name = "native"

// Dialect speaks the neutral API.
type Dialect struct {
	dialect.Deps
	vendors map[string]dialect.Dialect
}

var _ dialect.Dialect = Dialect{}

// New makes the Dialect. Vendors are those whose Sites it serves beside its own.
func New(deps dialect.Deps, vendors ...dialect.Dialect) Dialect {
	d := Dialect{Deps: deps, vendors: make(map[string]dialect.Dialect, len(vendors))}
	for _, vendor := range vendors {
		d.vendors[vendor.Name()] = vendor
	}
	return d
}

// Name is "native".
func (Dialect) Name() string { return Name }

// Defaults are the lifetimes that AJ-Captcha's users know: two minutes to push a
// piece, three to fill in the rest of a form. Three Answers forgive a finger that
// slips.
func (Dialect) Defaults() captcha.Rules {
	return captcha.Rules{Attempts: 3, Lifetime: 120 * time.Second, PassLifetime: 180 * time.Second}
}

// kinds is the setting for what a native Site's pages may ask for.
var kinds = captcha.KindsSetting(Name+".kinds", captcha.KindSlider)

// Settings are what a Site may choose.
func (Dialect) Settings() []captcha.Setting { return []captcha.Setting{kinds} }

// Kinds are what the Site has chosen.
func (Dialect) Kinds(site *captcha.Site) []captcha.Kind { return site.Settings.Kinds(kinds) }

// The names of the limits.
const (
	limitIssue  = Name + ".issue"
	limitAnswer = Name + ".answer"
	limitRedeem = Name + ".redeem"
)

// Limits are per address, over all Sites. Those of pages are as low as the lowest of
// any vendor: this is a second way to each vendor's Sites. A backend redeems for all
// its visitors from one address, so its limit only stops a loop that went wild.
func (Dialect) Limits() map[string]int {
	return map[string]int{limitIssue: 60, limitAnswer: 60, limitRedeem: 60_000}
}

// Routes are our own paths.
func (d Dialect) Routes() []dialect.Route {
	return []dialect.Route{
		{Method: http.MethodPost, Path: "/native/v1/challenges", Handle: d.issue, Step: captcha.Issued},
		{Method: http.MethodGet, Path: "/native/v1/challenges/:id", Handle: d.show},
		{Method: http.MethodPost, Path: "/native/v1/challenges/:id/answers", Handle: d.answer, Step: captcha.Answered, MaxBody: maxAnswer},
		{Method: http.MethodPost, Path: "/native/v1/redeem", Handle: d.redeem, Step: captcha.Redeemed},
		{Method: http.MethodGet, Path: "/native/v1/openapi.json", Handle: describe},
	}
}

// CORS lets the pages of any Site send JSON. Our widget names the Site in the
// query, where it is known in time; the body tells it too late for the headers,
// and then a page of any Site may read the answer.
func (d Dialect) CORS() dialect.CORS {
	return dialect.CORS{
		SiteKey: func(c *gin.Context) string { return c.Query("site") },
		Admits:  d.admits,
		Headers: []string{"content-type"},
		Expose:  []string{"retry-after"},
	}
}

// admits lets in whom the Site's vendor would let in.
func (d Dialect) admits(site *captcha.Site, origin string) bool {
	vendor, ok := d.vendors[site.Dialect]
	return ok && vendor.CORS().AdmitsPage(site, origin) || site.AllowsOrigin(origin)
}
