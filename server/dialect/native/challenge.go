package native

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// challengeReply is a new Challenge.
type challengeReply struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Kinds     []string  `json:"kinds"` // that the page may ask for instead
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Picture   *media    `json:"picture"`
	Piece     *media    `json:"piece,omitempty"`
	Clicks    int       `json:"clicks,omitempty"`
	Words     []string  `json:"words,omitempty"`
	Automatic bool      `json:"automatic,omitempty"` // mock mode alone: any Answer is right, and no puzzle need be shown
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
	if err := d.Limiter.Allow(c.Request.Context(), limitIssue, dialect.Caller(c)); err != nil {
		return err
	}
	body, err := readBody(c, "site", "kind", "page")
	if err != nil {
		return err
	}
	page, err := readPage(body["page"])
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
	vendor, err := d.vendor(site)
	if err != nil {
		return err
	}
	kinds := vendor.Kinds(site)
	kind, err := chosen(kinds, kindName)
	if err != nil {
		return err
	}
	challenge, puzzle, err := d.Core.Issue(c.Request.Context(), speaking(site, page.Language), kind)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusCreated, d.newChallengeReply(site, kinds, challenge, puzzle))
	return nil
}

// show is GET /native/v1/challenges/{id}: the Puzzle of a Challenge that the
// vendor's own call has issued.
func (d Dialect) show(c *gin.Context) error {
	if err := d.Limiter.Allow(c.Request.Context(), limitIssue, dialect.Caller(c)); err != nil {
		return err
	}
	site, err := d.pageSite(c, nil)
	if err != nil {
		return err
	}
	vendor, err := d.vendor(site)
	if err != nil {
		return err
	}
	id, err := challengeID(c)
	if err != nil {
		return err
	}
	challenge, puzzle, err := d.Core.Draw(c.Request.Context(), site, id)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, d.newChallengeReply(site, vendor.Kinds(site), challenge, puzzle))
	return nil
}

func (d Dialect) newChallengeReply(site *captcha.Site, kinds []captcha.Kind, challenge captcha.Challenge, puzzle *captcha.Puzzle) challengeReply {
	reply := challengeReply{
		ID:        challenge.ID.String(),
		Kind:      challenge.Kind.String(),
		IssuedAt:  stamp(challenge.IssuedAt),
		ExpiresAt: stamp(challenge.IssuedAt.Add(site.Rules.Lifetime)),
		Picture:   wire(puzzle.Picture),
		Piece:     wire(puzzle.Piece),
		Clicks:    puzzle.Clicks,
		Words:     puzzle.Words,
	}
	for _, kind := range kinds {
		reply.Kinds = append(reply.Kinds, kind.String())
	}
	if d.Automatic != nil {
		reply.Automatic = d.Automatic.Automatic(challenge.ID)
	}
	return reply
}

// speaking is the Site with recordings in the page's own language, where it has
// not chosen one. What cannot be spoken is spoken in English.
func speaking(site *captcha.Site, language string) *captcha.Site {
	if _, chosen := site.Settings[captcha.AudioLanguage]; chosen || language == "" {
		return site
	}
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	localized := *site
	localized.Settings = maps.Clone(site.Settings)
	if localized.Settings == nil {
		localized.Settings = captcha.Settings{}
	}
	localized.Settings[captcha.AudioLanguage] = primary
	return &localized
}

// chosen finds the kind of puzzle that the page asks for among those that its Site
// has. Not to ask is to ask for the Site's standard one.
func chosen(kinds []captcha.Kind, name string) (captcha.Kind, error) {
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
