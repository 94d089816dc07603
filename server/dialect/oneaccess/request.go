package oneaccess

import (
	"fmt"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// site makes the checks that all calls have in common, in the vendor's order,
// up to the body.
func (d Dialect) site(c *gin.Context, limit string) (*captcha.Site, error) {
	if err := d.Limiter.Allow(c.Request.Context(), limit, dialect.Caller(c)); err != nil {
		return nil, err
	}
	key := header(c, "X-client-id")
	if key == "" {
		return nil, applicationRequired
	}
	site, err := d.Core.Site(c.Request.Context(), Name, key)
	if err != nil {
		return nil, err
	}
	if !site.Settings.On(lenientHeaders) && !describesDevice(c) {
		return nil, deviceIncomplete
	}
	return site, nil
}

// describesDevice tells whether the mandatory headers are there. The vendor only
// logs their values, so any will do.
func describesDevice(c *gin.Context) bool {
	mandatory := []string{"X-operating-sys-version", "X-device-fingerprint", "X-agent"}
	if c.Request.Method == "POST" {
		mandatory = append(mandatory, "Content-Type")
	}
	for _, name := range mandatory {
		if header(c, name) == "" {
			return false
		}
	}
	return true
}

func header(c *gin.Context, name string) string { return strings.TrimSpace(c.GetHeader(name)) }

// post makes the common checks of a POST and reads its body.
func (d Dialect) post(c *gin.Context) (*captcha.Site, dialect.Object, error) {
	site, err := d.site(c, limitPost)
	if err != nil {
		return nil, nil, err
	}
	body, err := dialect.ReadObject(c)
	if err != nil {
		return nil, nil, fmt.Errorf("read body: %w", err)
	}
	return site, body, nil
}

// member reads a member that has to be a string of at most limit bytes.
func member(body dialect.Object, name string, limit int) (string, error) {
	text, ok := body.Text(name)
	if !ok || len(text) > limit {
		return "", invalidParameter(name)
	}
	return text, nil
}
