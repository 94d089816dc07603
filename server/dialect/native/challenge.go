package native

import (
	"net/http"
	"slices"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// challengeReply is a new Challenge.
type challengeReply struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Picture   *media    `json:"picture"`
	Piece     *media    `json:"piece,omitempty"`
}

// media is a picture or a recording; its data travels as base64.
type media struct {
	Type   string `json:"type"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Data   []byte `json:"data"`
}

// issue is POST /native/v1/challenges.
func (d Dialect) issue(c *gin.Context) error {
	if err := d.Limiter.Allow(limitIssue, dialect.Caller(c)); err != nil {
		return err
	}
	body, err := readBody(c, "site", "kind")
	if err != nil {
		return err
	}
	kindName, err := optional(body, "kind", maxKind)
	if err != nil {
		return err
	}
	site, err := d.pageSite(c, body)
	if err != nil {
		return err
	}
	kind, err := d.kind(site, kindName)
	if err != nil {
		return err
	}
	challenge, puzzle, err := d.Core.Issue(c.Request.Context(), site, kind)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusCreated, challengeReply{
		ID:        challenge.ID.String(),
		Kind:      challenge.Kind.String(),
		IssuedAt:  stamp(challenge.IssuedAt),
		ExpiresAt: stamp(challenge.IssuedAt.Add(site.Rules.Lifetime)),
		Picture:   wire(puzzle.Picture),
		Piece:     wire(puzzle.Piece),
	})
	return nil
}

// kind finds the kind of puzzle that the page asks for among those that its Site
// has. Not to ask is to ask for the Site's standard one.
func (d Dialect) kind(site *captcha.Site, name string) (captcha.Kind, error) {
	vendor, err := d.vendor(site)
	if err != nil {
		return 0, err
	}
	kinds := vendor.Kinds(site)
	if name == "" {
		return kinds[0], nil
	}
	kind, err := captcha.ParseKind(name)
	if err != nil || !slices.Contains(kinds, kind) {
		return 0, invalid("kind: the site has no such kind of puzzle")
	}
	return kind, nil
}

// wire is how media travel; nil where there is nothing to show.
func wire(m captcha.Media) *media {
	if len(m.Data) == 0 {
		return nil
	}
	return &media{Type: m.Type, Width: m.Width, Height: m.Height, Data: m.Data}
}

// stamp is how times travel: in UTC, rounded down to the second, so that nobody
// is told a moment too late.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
