package cloudbase

import (
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// passReply is what the page gets for a right Answer.
type passReply struct {
	CaptchaToken string `json:"captcha_token"`
	ExpiresIn    int    `json:"expires_in"` // for how many seconds a client may keep it
}

const (
	maxToken = 512 // bytes
	maxKey   = 64  // bytes, without the white space around it
)

// verify is POST /auth/v1/captcha/data/verify.
func (d Dialect) verify(c *gin.Context) error {
	body, err := dialect.ReadObject(c)
	if err != nil {
		return err
	}
	token, ok := body.Text("token")
	if !ok || token == "" || len(token) > maxToken {
		return argument("token")
	}
	// The SDK trims what is typed into its own form, and nothing else.
	key, ok := body.Text("key")
	if key = strings.TrimSpace(key); !ok || key == "" || len(key) > maxKey {
		return argument("key")
	}
	site, err := d.site(c)
	if err != nil {
		return err
	}
	if err := d.allow(c, site, limitAnswer); err != nil {
		return err
	}
	id, _ := captcha.ParseID(token) // what is no ID was issued to nobody: the core knows, and tells who watches
	pass, err := d.Core.Answer(c.Request.Context(), site, d.Attempt(site, id, captcha.Answer{Text: key}, ""))
	if err != nil {
		return err
	}
	reply, err := d.PagePass(c.Request.Context(), site, pass)
	if err != nil {
		return err
	}
	succeed(c, reply)
	return nil
}
