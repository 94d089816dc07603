package dialect

import (
	"net/http"
	"slices"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// CORS says which pages of other origins may call a Dialect: those that the Site
// allows.
type CORS struct {
	// Dialect is whose Sites are meant; "": those of all.
	Dialect string
	// SiteKey finds the Site in what a browser tells before the body: path,
	// query, headers. Nil, or "": not told, as in most preflights; then a page
	// may call if any of the Sites allows it, and the Site's own list
	// counts on the request that follows.
	SiteKey func(c *gin.Context) string
	// Headers are what the page may send beyond the simple ones.
	Headers []string
	// Credentials: some clients send with credentials, though we set none.
	Credentials bool
}

// allow sets the headers that let the page's origin read the answer, if it may.
func (policy CORS) allow(c *gin.Context, core Core, methods []string) error {
	header := c.Writer.Header()
	header.Add("Vary", "Origin")
	origin := c.GetHeader("Origin")
	if origin == "" {
		return nil
	}
	allowed, err := policy.allows(c, core, origin)
	if err != nil || !allowed {
		return err
	}
	header.Set("Access-Control-Allow-Origin", origin)
	if policy.Credentials {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if c.Request.Method == http.MethodOptions {
		header.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		header.Set("Access-Control-Allow-Headers", strings.Join(policy.Headers, ", "))
		header.Set("Access-Control-Max-Age", "600")
	}
	return nil
}

func (policy CORS) allows(c *gin.Context, core Core, origin string) (bool, error) {
	ctx := c.Request.Context()
	if policy.SiteKey != nil {
		if key := policy.SiteKey(c); key != "" {
			site, err := core.Site(ctx, policy.Dialect, key)
			if captcha.CodeOf(err) == captcha.Internal {
				return false, err
			}
			return err == nil && site.AllowsOrigin(origin), nil
		}
	}
	sites, err := core.Sites(ctx, policy.Dialect)
	return slices.ContainsFunc(sites, func(site *captcha.Site) bool { return site.AllowsOrigin(origin) }), err
}
