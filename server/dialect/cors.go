package dialect

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// CORS says which pages of other origins may call a Dialect: those that the Site
// allows.
type CORS struct {
	// None: no page calls across origins. There are no headers, and a preflight
	// is refused like any other method.
	None bool
	// Dialect is whose Sites are meant; "": those of all.
	Dialect string
	// SiteKey finds the Site in what a browser tells before the body: path,
	// query, headers. Nil, or "": not told, as in most preflights; then a page
	// may call if any of the Sites allows it, and the Site's own list
	// counts on the request that follows.
	SiteKey func(c *gin.Context) string
	// Open: a Site that names no hosts lets the pages of all in.
	Open bool
	// Admits decides instead of Open and the Site's hosts, if it is not nil.
	Admits func(site *captcha.Site, origin string) bool
	// Methods are told to preflights; nil: those of the path.
	Methods []string
	// Headers are what the page may send beyond the simple ones. AnyHeader:
	// whatever else it asks for, too.
	Headers   []string
	AnyHeader bool
	// Expose are headers of answers that the page may read.
	Expose []string
	// Credentials: some clients send with credentials, though we set none.
	Credentials bool
}

// allow sets the headers that let the page's origin read the answer, if it may.
func (policy CORS) allow(c *gin.Context, core Core, methods []string) error {
	if policy.None {
		return nil
	}
	header := c.Writer.Header()
	header.Add("Vary", "Origin")
	if policy.AnyHeader {
		header.Add("Vary", "Access-Control-Request-Headers")
	}
	origin := c.GetHeader("Origin")
	if origin == "" {
		return nil
	}
	allowed, err := policy.allows(c, core, origin)
	if err != nil || !allowed {
		return err
	}
	header.Set("Access-Control-Allow-Origin", origin)
	if len(policy.Expose) > 0 {
		header.Set("Access-Control-Expose-Headers", strings.Join(policy.Expose, ", "))
	}
	if policy.Credentials {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if c.Request.Method == http.MethodOptions {
		if policy.Methods != nil {
			methods = policy.Methods
		}
		header.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		header.Set("Access-Control-Allow-Headers", policy.headers(c.GetHeader("Access-Control-Request-Headers")))
		header.Set("Access-Control-Max-Age", "600")
	}
	return nil
}

// requested are lists of header names, as browsers send them.
var requested = regexp.MustCompile(`^[A-Za-z0-9-]+(, ?[A-Za-z0-9-]+)*$`)

// headers are those that the page may send, if it asks for these.
func (policy CORS) headers(asked string) string {
	if policy.AnyHeader && len(asked) <= 1024 && requested.MatchString(asked) {
		return asked
	}
	return strings.Join(policy.Headers, ", ")
}

func (policy CORS) allows(c *gin.Context, core Core, origin string) (bool, error) {
	ctx := c.Request.Context()
	if policy.SiteKey != nil {
		if key := policy.SiteKey(c); key != "" {
			site, err := core.Site(ctx, policy.Dialect, key)
			switch captcha.CodeOf(err) {
			case captcha.Internal:
				return false, err
			case captcha.UnknownSite, captcha.DisabledSite:
				return true, nil // there is nothing to read but that; and to a page that cannot, the server looks down
			}
			return err == nil && policy.AdmitsPage(site, origin), nil
		}
	}
	sites, err := core.Sites(ctx, policy.Dialect)
	return slices.ContainsFunc(sites, func(site *captcha.Site) bool { return policy.AdmitsPage(site, origin) }), err
}

// AdmitsPage tells whether pages of that origin may call for the Site.
func (policy CORS) AdmitsPage(site *captcha.Site, origin string) bool {
	if policy.Admits != nil {
		return policy.Admits(site, origin)
	}
	return policy.Open && len(site.Hosts) == 0 || site.AllowsOrigin(origin)
}
