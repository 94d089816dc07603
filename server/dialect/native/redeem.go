package native

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// redeemReply tells a backend what is known of the Challenge whose Pass it
// brought.
type redeemReply struct {
	ID         string            `json:"id"`
	Site       string            `json:"site"`
	Kind       string            `json:"kind"`
	Subject    string            `json:"subject"`
	IssuedAt   time.Time         `json:"issued_at"`
	SolvedAt   time.Time         `json:"solved_at"`
	RedeemedAt time.Time         `json:"redeemed_at,omitzero"` // not there where the Site's Passes are reusable
	Details    map[string]string `json:"details"`
}

// redeem is POST /native/v1/redeem. Nothing is looked up or touched for who does
// not know the Site's secret.
func (d Dialect) redeem(c *gin.Context) error {
	if err := d.Limiter.Allow(c.Request.Context(), limitRedeem, dialect.Caller(c)); err != nil {
		return err
	}
	body, err := readBody(c, "site", "secret", "pass", "subject")
	if err != nil {
		return err
	}
	subject, err := optional(body, "subject", maxSubject)
	if err != nil {
		return err
	}
	site, err := d.authenticSite(c, body)
	if err != nil {
		return err
	}
	pass, err := d.readPass(c.Request.Context(), site, body["pass"], subject)
	if err != nil {
		return err
	}
	challenge, record, err := d.Core.Redeem(c.Request.Context(), site, pass)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, newRedeemReply(site, challenge, record))
	return nil
}

// authenticSite finds the Site, if its backend calls.
func (d Dialect) authenticSite(c *gin.Context, body dialect.Object) (*captcha.Site, error) {
	secret, err := optional(body, "secret", maxSecret)
	if err != nil {
		return nil, err
	}
	site, err := d.site(c, body)
	if err != nil {
		return nil, err
	}
	if !site.Authentic(secret, d.Core.Now()) {
		dialect.Because(c.Request.Context(), func() string { return "this is no secret of the site" })
		return nil, unauthorized
	}
	return site, nil
}

// readPass reads a Pass in the form in which the vendor's page got it, or the
// text in it.
func (d Dialect) readPass(ctx context.Context, site *captcha.Site, raw json.RawMessage, subject string) (captcha.Pass, error) {
	if !strings.HasPrefix(string(raw), `"`) && !strings.HasPrefix(string(raw), `{`) {
		return captcha.Pass{}, invalid("pass: want the string or the object that the page got")
	}
	vendor, err := d.vendor(site)
	if err != nil {
		return captcha.Pass{}, err
	}
	pass, err := vendor.ParsePass(ctx, site, raw, subject)
	if err == nil && pass.Subject != subject {
		return captcha.Pass{}, noSubjects
	}
	return pass, err
}

func newRedeemReply(site *captcha.Site, challenge captcha.Challenge, record captcha.Record) redeemReply {
	reply := redeemReply{
		ID:         challenge.ID.String(),
		Site:       site.Key,
		Kind:       challenge.Kind.String(),
		Subject:    record.Subject,
		IssuedAt:   stamp(challenge.IssuedAt),
		SolvedAt:   stamp(record.SolvedAt),
		RedeemedAt: stamp(record.RedeemedAt),
		Details:    record.Details,
	}
	if reply.Details == nil {
		reply.Details = map[string]string{}
	}
	return reply
}
