package control

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// passReply is a Pass as the vendor's page gets it.
type passReply struct {
	ID   string `json:"id"`
	Pass any    `json:"pass"`
}

// mint is POST /control/v1/passes: a genuine Pass without a visitor.
func (a api) mint(c *gin.Context) error {
	body, err := readBody(c, "dialect", "site", "subject")
	if err != nil {
		return err
	}
	site, speaks, err := a.site(c, body)
	if err != nil {
		return err
	}
	subject, ok := body.Text("subject")
	if !ok {
		return invalid("subject", "want a string")
	}
	challenge, pass, err := a.Core.Pass(c.Request.Context(), site, speaks.Kinds(site)[0],
		func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
			return attemptFor(speaks, site, id, solution, subject)
		})
	if err != nil {
		return err
	}
	return writePass(c, speaks, site, challenge.ID, pass)
}

// attemptFor is how the vendor's page would send the solution for that subject.
func attemptFor(speaks dialect.Dialect, site *captcha.Site, id captcha.ID, solution captcha.Answer, subject string) (captcha.Attempt, error) {
	attempt := speaks.Attempt(site, id, solution, subject)
	if attempt.Subject != subject {
		return captcha.Attempt{}, invalid("subject", "passes of "+site.Dialect+" cannot be bound to one")
	}
	return attempt, nil
}

// writePass answers with a Pass as the vendor's page gets it.
func writePass(c *gin.Context, speaks dialect.Dialect, site *captcha.Site, id captcha.ID, pass captcha.Pass) error {
	onPage, err := speaks.PagePass(c.Request.Context(), site, pass)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusCreated, passReply{id.String(), onPage})
	return nil
}

// site finds the Site that the body names, and the Dialect that it speaks. The
// body may leave the Dialect out; a wrong one is a test that mixes up its Sites.
func (a api) site(c *gin.Context, body dialect.Object) (*captcha.Site, dialect.Dialect, error) {
	key, ok := body.Text("site")
	if !ok || key == "" {
		return nil, nil, invalid("site", "want the key of a site")
	}
	name, ok := body.Text("dialect")
	if !ok {
		return nil, nil, invalid("dialect", "want a string")
	}
	if name != "" && a.dialect(name) < 0 {
		return nil, nil, invalid("dialect", "there is no such dialect")
	}
	site, speaks, err := a.find(c.Request.Context(), name, key)
	if err == nil && name != "" && name != site.Dialect {
		return nil, nil, invalid("dialect", "the site speaks "+site.Dialect)
	}
	return site, speaks, err
}

// find finds the Site with that key, and the Dialect that it speaks. The name of the
// Dialect may be empty; some of them take any key.
func (a api) find(ctx context.Context, name, key string) (*captcha.Site, dialect.Dialect, error) {
	site, err := a.Core.Site(ctx, "", key)
	if captcha.CodeOf(err) == captcha.UnknownSite && name != "" {
		site, err = a.Core.Site(ctx, name, key)
	}
	if captcha.CodeOf(err) == captcha.UnknownSite {
		return nil, nil, captcha.Refuse(captcha.UnknownSite, "site: no site has this key")
	}
	if err != nil {
		return nil, nil, err
	}
	i := a.dialect(site.Dialect)
	if i < 0 {
		return nil, nil, fmt.Errorf("site %s: no dialect is called %q", site.Key, site.Dialect)
	}
	return site, a.Dialects[i], nil
}

// dialect is where the Dialect with that name is in the list; -1: nowhere.
func (a api) dialect(name string) int {
	return slices.IndexFunc(a.Dialects, func(d dialect.Dialect) bool { return d.Name() == name })
}
