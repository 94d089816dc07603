package cloudbase

import (
	"mime"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// introspection is what RFC 7662 tells of a good token.
type introspection struct {
	Active    bool   `json:"active"`
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	Subject   string `json:"sub"`
	ID        string `json:"jti"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	ExpiresAt int64  `json:"exp"`
	Scope     string `json:"scope"`
	ClientID  string `json:"client_id"`
}

// inactive is all that is told of any other.
var inactive = struct {
	Active bool `json:"active"`
}{false}

// introspect is POST /auth/v1/captcha/introspect (RFC 7662), for backends that
// know the Site's secret. With consume=true a good answer uses the token up, with
// consume=false it does not; without either the Site's rules decide.
func (d Dialect) introspect(c *gin.Context) error {
	if err := d.Limiter.Allow(c.Request.Context(), limitIntrospect, dialect.Caller(c)); err != nil {
		return err
	}
	if mediaType, _, _ := mime.ParseMediaType(c.ContentType()); mediaType != "application/x-www-form-urlencoded" {
		return argument("Content-Type")
	}
	// The names may be in the body alone: queries are in logs.
	if err := c.Request.ParseForm(); err != nil {
		return invalidArgument
	}
	site, err := d.client(c)
	if err != nil {
		return err
	}
	token, consume := c.Request.PostForm.Get("token"), c.Request.PostForm.Get("consume")
	if token == "" {
		return argument("token")
	}
	if consume != "" && consume != "true" && consume != "false" {
		return argument("consume")
	}
	pass, read, err := d.parse(c.Request.Context(), site, token)
	if err == nil {
		err = d.redeem(c, site, pass, consume)
	}
	if ours(err) {
		return err
	}
	if err != nil {
		succeed(c, inactive)
		return nil
	}
	succeed(c, introspection{
		Active: true, Issuer: read.Issuer, Audience: read.Audience, Subject: read.Subject, ID: read.ID, Scope: read.Scope,
		IssuedAt: read.IssuedAt.Unix(), NotBefore: read.NotBefore.Unix(), ExpiresAt: read.ExpiresAt.Unix(), ClientID: site.Key,
	})
	return nil
}

func (d Dialect) redeem(c *gin.Context, site *captcha.Site, pass captcha.Pass, consume string) (err error) {
	ctx := c.Request.Context()
	switch consume {
	case "true":
		_, _, err = d.Core.Spend(ctx, site, pass)
	case "false":
		_, _, err = d.Core.Check(ctx, site, pass)
	default:
		_, _, err = d.Core.Redeem(ctx, site, pass)
	}
	return err
}

// client finds the Site whose backend calls: by HTTP Basic, or by client_id and
// client_secret in the form.
func (d Dialect) client(c *gin.Context) (*captcha.Site, error) {
	key, secret, basic := c.Request.BasicAuth()
	if !basic {
		key, secret = c.Request.PostForm.Get("client_id"), c.Request.PostForm.Get("client_secret")
	}
	site, err := d.Core.Site(c.Request.Context(), Name, key)
	switch {
	case ours(err):
		return nil, err
	case err != nil:
		return nil, invalidClient
	case !site.Authentic(secret, d.Core.Now()):
		dialect.Because(c.Request.Context(), func() string { return "this is no secret of the site" })
		return nil, invalidClient
	}
	return site, nil
}
