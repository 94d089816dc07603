package cloudbase

import (
	"bytes"
	"encoding/base64"
	"io"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// challengeReply has the vendor's keys in the vendor's order.
type challengeReply struct {
	Data      string `json:"data"` // a data URI; the SDK cuts it at its first question mark
	Type      string `json:"type"`
	Token     string `json:"token"`
	ExpiresIn int    `json:"expires_in"` // seconds
}

// maxState is how many bytes state and redirect_uri may have.
const maxState = 4096

// issue is POST /auth/v1/captcha/data.
func (d Dialect) issue(c *gin.Context) error {
	body, err := readOptionalBody(c)
	if err != nil {
		return err
	}
	// The page says nothing of what they are for; they are bound to nothing.
	for _, name := range []string{"state", "redirect_uri"} {
		if text, ok := body.Text(name); !ok || len(text) > maxState {
			return argument(name)
		}
	}
	site, err := d.site(c)
	if err != nil {
		return err
	}
	if err := d.allow(c, site, limitIssue); err != nil {
		return err
	}
	challenge, puzzle, err := d.Core.Issue(c.Request.Context(), site, captcha.KindText)
	if err != nil {
		return err
	}
	succeed(c, challengeReply{
		Data:      "data:" + puzzle.Picture.Type + ";base64," + base64.StdEncoding.EncodeToString(puzzle.Picture.Data),
		Type:      "image",
		Token:     challenge.ID.String(),
		ExpiresIn: int(site.Rules.Lifetime.Seconds()),
	})
	return nil
}

// readOptionalBody reads a body that may be empty.
func readOptionalBody(c *gin.Context) (dialect.Object, error) {
	text, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, invalidArgument
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return dialect.Object{}, nil
	}
	return dialect.ParseObject(text)
}
