package ajcaptcha

import (
	"slices"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// kinds are the puzzles by the vendor's name: captchaType.
var kinds = map[string]captcha.Kind{
	"blockPuzzle": captcha.KindSlider,
	"clickWord":   captcha.KindWords,
}

// site finds the Site that the path names, or the default one.
func (d Dialect) site(c *gin.Context) (*captcha.Site, error) {
	if key := c.Param("site"); key != "" {
		return d.Core.Site(c.Request.Context(), Name, key)
	}
	sites, err := d.Core.Sites(c.Request.Context(), Name)
	if err != nil {
		return nil, err
	}
	chosen := defaultSite(sites)
	if chosen == nil {
		return nil, captcha.Refuse(captcha.UnknownSite, "there is no default site: name one in the path, or set "+isDefault.Name)
	}
	return d.Core.Site(c.Request.Context(), Name, chosen.Key) // which refuses it if it is disabled
}

// defaultSite is the first Site that is said to be it, or the only one there is.
func defaultSite(sites []*captcha.Site) *captcha.Site {
	for _, site := range sites {
		if site.Settings.On(isDefault) {
			return site
		}
	}
	if len(sites) == 1 {
		return sites[0]
	}
	return nil
}

// allow takes one request out of the caller's allowance at the Site.
func (d Dialect) allow(c *gin.Context, site *captcha.Site, limit string, word dialect.Word) error {
	return inWords(d.Limiter.Allow(c.Request.Context(), limit, caller(c, site)), word)
}

// inWords has a limit say what the call says of it. Other errors stay as they are.
func inWords(err error, limited dialect.Word) error {
	if captcha.CodeOf(err) != captcha.Limited {
		return err
	}
	return limitedCall{err, limited}
}

// caller is whom limits count: the address at the Site. What the client says of
// itself (clientUid, User-Agent) does not count, or anybody could be somebody new.
func caller(c *gin.Context, site *captcha.Site) string { return site.Key + " " + dialect.Caller(c) }

// kindOf reads captchaType. A kind that the Site is without is as unknown as any.
func (d Dialect) kindOf(site *captcha.Site, body dialect.Object) (captcha.Kind, error) {
	name, isText := body.Text("captchaType")
	if isText && name == "" {
		return 0, emptyType
	}
	kind, known := kinds[name]
	if !known || !slices.Contains(d.Kinds(site), kind) {
		return 0, unknownType
	}
	return kind, nil
}
