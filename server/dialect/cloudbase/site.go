package cloudbase

import (
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// named is the Site that a request names by client_id in the query, or by header.
func named(c *gin.Context) string {
	if key := c.Query("client_id"); key != "" {
		return key
	}
	return c.GetHeader("X-Cloudbase-Client-Id")
}

// site finds the Site that a request names, also by the first label of the host as
// in <env>.api.tcloudbasegateway.com, or else the default one.
func (d Dialect) site(c *gin.Context) (*captcha.Site, error) {
	ctx := c.Request.Context()
	if key := named(c); key != "" {
		return d.Core.Site(ctx, Name, key)
	}
	label, _, _ := strings.Cut(c.Request.Host, ".")
	sites, err := d.Core.Sites(ctx, Name)
	if err != nil {
		return nil, err
	}
	var standard *captcha.Site
	for _, site := range sites {
		if site.Key == label {
			return d.Core.Site(ctx, Name, label)
		}
		if site.Settings.On(isDefault) && standard == nil {
			standard = site
		}
	}
	if standard == nil {
		return nil, captcha.Refuse(captcha.UnknownSite, "the request names no site, and there is no default one")
	}
	return d.Core.Site(ctx, Name, standard.Key) // which refuses it if it is disabled
}

// allow takes one request out of the caller's allowance at the Site.
func (d Dialect) allow(c *gin.Context, site *captcha.Site, limit string) error {
	return d.Limiter.Allow(c.Request.Context(), limit, site.Key+" "+dialect.Caller(c))
}
