package native

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// How many bytes the texts of a request may have.
const (
	maxKey     = 64
	maxKind    = 32
	maxSecret  = 256
	maxSubject = 254 // the longest e-mail address
)

// readBody reads the body as a JSON object that has no members but these.
func readBody(c *gin.Context, names ...string) (dialect.Object, error) {
	body, err := dialect.ReadObject(c)
	if err != nil {
		return nil, err
	}
	return body, body.Only(names...)
}

// optional reads a member that is a string of at most limit bytes, if it is
// there.
func optional(body dialect.Object, name string, limit int) (string, error) {
	text, ok := body.Text(name)
	if !ok {
		return "", invalid(name + ": want a string")
	}
	if len(text) > limit {
		return "", invalid(fmt.Sprintf("%s: want at most %d bytes", name, limit))
	}
	return text, nil
}

// noSubjects refuses a subject where the vendor's Passes have none. To leave it
// out silently would make a Pass that is good for everybody.
var noSubjects = invalid("subject: passes of the site's vendor cannot be bound to one")

func invalid(message string) error { return captcha.Refuse(captcha.Invalid, message) }

// site finds the Site that the request names, whatever Dialect it speaks: in the
// body, or in the query, where a browser's CORS can see it. Body may be nil.
func (d Dialect) site(c *gin.Context, body dialect.Object) (*captcha.Site, error) {
	inBody, err := optional(body, "site", maxKey)
	if err != nil {
		return nil, err
	}
	inQuery := c.Query("site")
	key := cmp.Or(inBody, inQuery)
	switch {
	case key == "":
		return nil, invalid("site: missing")
	case len(inQuery) > maxKey:
		return nil, invalid(fmt.Sprintf("site: want at most %d bytes", maxKey))
	case inQuery != "" && inQuery != key:
		return nil, invalid("site: the query names another one than the body")
	}
	return d.Core.Site(c.Request.Context(), "", key)
}

// pageSite is site for what pages call: a page has to be one of the Site's own,
// or one of ours.
func (d Dialect) pageSite(c *gin.Context, body dialect.Object) (*captcha.Site, error) {
	site, err := d.site(c, body)
	if err != nil {
		return nil, err
	}
	// Who is no browser can leave Origin out. This keeps other people's pages
	// from using the Site with their visitors, and nothing else.
	origin := c.GetHeader("Origin")
	if origin != "" && !d.admits(site, origin) && !sameHost(origin, c.Request.Host) {
		// It may read that, or the server would look down to it.
		c.Header("Access-Control-Allow-Origin", origin)
		return nil, badOrigin
	}
	return site, nil
}

// challengeID is the ID in the path.
func challengeID(c *gin.Context) (captcha.ID, error) {
	id, ok := captcha.ParseID(c.Param("id"))
	if !ok {
		return captcha.ID{}, captcha.Refuse(captcha.Unknown, "no such challenge was issued")
	}
	return id, nil
}

// sameHost tells whether the page was served by the very host that it calls.
func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}
