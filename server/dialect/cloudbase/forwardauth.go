package cloudbase

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// admission is what forward-auth says of a good token.
type admission struct {
	Active   bool   `json:"active"`
	Subject  string `json:"sub"`
	ID       string `json:"jti"`
	ClientID string `json:"client_id"`
}

// forwardAuth is GET /auth/v1/captcha/forward-auth?client_id=KEY, which a proxy
// asks before it passes a request on: nginx by auth_request, Traefik by
// forwardAuth, Caddy by forward_auth. They tell 2xx, 401 and 403 apart from
// failures, and so nothing else is ever answered but 500 and 503.
func (d Dialect) forwardAuth(c *gin.Context) error {
	if preflightAllowed(c) {
		succeed(c, admission{Active: true, ClientID: named(c)})
		return nil
	}
	// The operator's URL names the Site, and nothing else does: not what the
	// client has sent along.
	site, err := d.Core.Site(c.Request.Context(), Name, c.Query("client_id"))
	if err != nil && !ours(err) {
		return fmt.Errorf("%w: client_id %.64q in the proxy's URL: %w", errNoSite, c.Query("client_id"), err)
	}
	if err != nil {
		return err
	}
	token, clear := presented(c)
	switch {
	case token == "":
		return captchaRequired
	case !clear:
		return captchaInvalid
	}
	pass, read, err := d.parse(c.Request.Context(), site, token)
	if err == nil {
		err = d.redeem(c, site, pass, "")
	}
	switch {
	case captcha.CodeOf(err) == captcha.Limited: // 429 means nothing to a proxy that asks
		return fmt.Errorf("%w: %w", captcha.Refuse(captcha.Busy, "the site has too many requests"), err)
	case ours(err):
		return err
	case err != nil:
		return captchaInvalid
	}
	c.Header("X-Captcha-Sub", read.Subject)
	c.Header("X-Captcha-Jti", read.ID)
	c.Header("X-Captcha-Client-Id", site.Key)
	succeed(c, admission{Active: true, Subject: read.Subject, ID: read.ID, ClientID: site.Key})
	return nil
}

// errNoSite is a mistake of the operator's. It is logged, and the client is told
// no more than that the token is not good.
var errNoSite = errors.New("forward-auth for no site")

// presented is the token of the request that the proxy asks about: in the header,
// in our own query, or in the query of the original URL. The vendor's SDK sends
// it in the query only. Two different ones are not clear.
func presented(c *gin.Context) (token string, clear bool) {
	places := []string{c.GetHeader("X-Captcha-Token"), c.Query("captcha_token")}
	for _, name := range []string{"X-Original-URI", "X-Forwarded-Uri"} {
		if original, err := url.Parse(c.GetHeader(name)); err == nil {
			places = append(places, original.Query().Get("captcha_token"))
		}
	}
	clear = true
	for _, found := range places {
		switch {
		case found == "" || found == token:
		case token == "":
			token = found
		default:
			clear = false
		}
	}
	return token, clear
}

// preflightAllowed tells whether this is about a browser's preflight, which cannot
// carry a token, and the operator lets those pass: preflight=allow. Only the header
// counts that the proxies of which this is told overwrite; by any other one anybody
// could claim to be a preflight.
func preflightAllowed(c *gin.Context) bool {
	return c.Query("preflight") == "allow" && c.GetHeader("X-Forwarded-Method") == http.MethodOptions
}
