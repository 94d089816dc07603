// Package server is the one http.Handler of captchad: every Dialect on its
// vendor's paths, and what operators ask for.
//
// It does not know mock mode. Whoever wants that hands in a decorated core and
// the control API as one of Config.Extra.
package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/limit"
	"github.com/gin-gonic/gin"
)

// Config is what a server is made of. Deps and Ready are needed.
type Config struct {
	Deps  dialect.Deps                // Core, Keys and URL are needed; the rest has working defaults
	Ready func(context.Context) error // why the server cannot work now, if it cannot

	// Limits are requests a minute by name, such as "oneaccess.issue"; nil:
	// nothing is limited. DefaultLimits has the vendors' own.
	Limits map[string]int
	// LiveLimits come in their place where they change while the server runs.
	LiveLimits *dialect.Limits

	Buckets limit.Limiter     // where they are counted; default: on this node
	Limited func(name string) // told the name of the limit of each request that is refused; default: nobody is

	// TrustedProxies are addresses or networks whose X-Forwarded-For is
	// believed. None by default: else any client chooses its own address.
	TrustedProxies []string

	// Watch are told of every request, in this order. None by default.
	Watch []Watch

	Extra map[string]http.Handler // further handlers by path; one that ends in a slash is for all below it
	Log   *slog.Logger            // default: slog.Default
}

// New makes the handler.
func New(config Config) (http.Handler, error) {
	deps := withDefaults(config)
	log := config.Log
	if log == nil {
		log = slog.Default()
	}
	gin.SetMode(gin.ReleaseMode) // else it prints each route
	engine := gin.New()
	engine.ContextWithFallback = true
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	engine.RemoteIPHeaders = []string{"X-Forwarded-For"}
	if err := engine.SetTrustedProxies(config.TrustedProxies); err != nil {
		return nil, err
	}
	dialects := Dialects(deps)
	if len(config.Watch) > 0 {
		engine.Use(watching(config.Watch, routesOf(dialects)))
	}
	for _, d := range dialects {
		dialect.Mount(engine, d, deps.Core, log)
	}
	mountHealth(engine, config.Ready)
	for prefix, handler := range config.Extra {
		if strings.HasSuffix(prefix, "/") {
			prefix += "*path"
		}
		engine.Any(prefix, gin.WrapH(handler))
	}
	engine.NoRoute(refuseUnrouted(dialects, deps.Core, log, dialect.ErrNoRoute))
	engine.NoMethod(refuseUnrouted(dialects, deps.Core, log, dialect.ErrMethod))
	return engine, nil
}

// withDefaults fills in what the caller left out.
func withDefaults(config Config) dialect.Deps {
	deps, buckets := config.Deps, config.Buckets
	if buckets == nil {
		buckets = limit.NewLocal(deps.Core.Now)
	}
	limits := config.LiveLimits
	if limits == nil {
		limits = dialect.NewLimits(config.Limits)
	}
	deps.Limiter = dialect.NewLimiter(limits, buckets, config.Limited)
	deps.Core = limitedCore{deps.Core, deps.Limiter, freeRedeemers(Dialects(dialect.Deps{}))}
	if deps.Random == nil {
		deps.Random = rand.Reader
	}
	if deps.HTTP == nil {
		deps.HTTP = &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return deps
}

// DefaultLimits are the limits of all Dialects and of Sites, for serve mode.
func DefaultLimits() map[string]int {
	limits := map[string]int{limitSiteIssue: 0, limitSiteAnswer: 0, limitSiteRedeem: 0}
	for _, d := range Dialects(dialect.Deps{}) {
		for name, perMinute := range d.Limits() {
			limits[name] = perMinute
		}
	}
	return limits
}

// Prepare has the Dialects do what they do before the first request. It fails if
// the server must not start.
func Prepare(ctx context.Context, deps dialect.Deps) error {
	for _, d := range Dialects(deps) {
		if preparer, ok := d.(dialect.Preparer); ok {
			if err := preparer.Prepare(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// Find finds the Dialect with that name among all there are, for those who only
// ask about its rules and settings.
func Find(name string) (dialect.Dialect, bool) {
	for _, d := range Dialects(dialect.Deps{}) {
		if d.Name() == name {
			return d, true
		}
	}
	return nil, false
}

// refuseUnrouted answers what has no route: in the shape of the vendor whose
// paths start alike, so that its client understands, and in plain text elsewhere.
func refuseUnrouted(dialects []dialect.Dialect, core dialect.Core, log *slog.Logger, refusal error) gin.HandlerFunc {
	claims := claimsOf(dialects)
	return func(c *gin.Context) {
		if allow := c.Writer.Header().Get("Allow"); allow != "" { // which gin lists as it comes
			methods := strings.Split(allow, ", ")
			slices.Sort(methods)
			c.Header("Allow", strings.Join(methods, ", "))
		}
		if d := owner(claims, c.Request.URL.Path); d != nil {
			dialect.Because(c.Request.Context(), func() string { return notThere(d, c.Request) })
			dialect.Framed(d, core, log, refusal)(c)
			return
		}
		status := http.StatusNotFound
		if refusal == dialect.ErrMethod {
			status = http.StatusMethodNotAllowed
		}
		c.String(status, "%s\n", http.StatusText(status))
	}
}

// notThere says what there is instead, to who tests an app.
func notThere(d dialect.Dialect, r *http.Request) string {
	var has []string
	for _, route := range d.Routes() {
		has = append(has, route.Method+" "+route.Path)
	}
	return fmt.Sprintf("%s has no %s %s; it has %s", d.Name(), r.Method, r.URL.Path, strings.Join(has, ", "))
}

// claim is a path of a Dialect, cut into its segments.
type claim struct {
	dialect  dialect.Dialect
	segments []string
}

func claimsOf(dialects []dialect.Dialect) (claims []claim) {
	for _, d := range dialects {
		for _, path := range append(dialect.Paths(d), d.Name()) {
			claims = append(claims, claim{d, segments(path)})
		}
	}
	return claims
}

// owner finds the Dialect that has the longest beginning in common with path,
// counted in whole segments and at least one.
func owner(claims []claim, path string) dialect.Dialect {
	var found dialect.Dialect
	most, asked := 0, segments(path)
	for _, claim := range claims {
		if n := inCommon(claim.segments, asked); n > most {
			found, most = claim.dialect, n
		}
	}
	return found
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

func inCommon(as, bs []string) int {
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] && as[n] != "" {
		n++
	}
	return n
}
