package mock

import (
	"context"
	"fmt"
	"time"

	"github.com/captchad/captchad/captcha"
)

// because notes why a request is refused, for who watches it.
func because(ctx context.Context, reason string) {
	if seen := SeenIn(ctx); seen != nil {
		seen.Because = reason
	}
}

func scripted(plan Plan) string { return fmt.Sprintf("the script says so: %s", plan.Outcome) }

// becauseOfSite says why there is no such Site.
func (c *Core) becauseOfSite(ctx context.Context, dialect, key string, err error) {
	if captcha.CodeOf(err) != captcha.UnknownSite || SeenIn(ctx) == nil {
		return
	}
	reason := "no site has the key " + key
	if key == "" {
		reason = "no key of a site was given"
	} else if other, err := c.Service.Site(ctx, "", key); err == nil {
		reason = fmt.Sprintf("the site with the key %s is one of %s, not of %s", key, other.Dialect, dialect)
	}
	because(ctx, reason)
}

// becauseOfPass says why a Pass was not good, as far as its Record tells.
func (c *Core) becauseOfPass(ctx context.Context, site *captcha.Site, record captcha.Record, err error) {
	switch captcha.CodeOf(err) {
	case captcha.Used:
		if !record.RedeemedAt.IsZero() {
			because(ctx, "redeemed before, at "+stamp(record.RedeemedAt))
		}
	case captcha.Expired:
		if !record.SolvedAt.IsZero() {
			because(ctx, c.expired(record.SolvedAt.Add(site.Rules.PassLifetime)))
		}
	}
}

// becauseOfAnswer says why an Answer was refused by something else than itself.
func (c *Core) becauseOfAnswer(ctx context.Context, site *captcha.Site, id captcha.ID, plan Plan, err error) {
	switch code := captcha.CodeOf(err); {
	case code == "" || SeenIn(ctx) == nil:
	case code == captcha.Wrong && plan.Outcome == Outcome(captcha.Wrong):
		because(ctx, scripted(plan))
	case code == captcha.Expired:
		if ch, _, ok := c.Keys().Open(id, site.Tag()); ok {
			because(ctx, c.expired(ch.IssuedAt.Add(site.Rules.Lifetime)))
		}
	}
}

func (c *Core) expired(at time.Time) string {
	return fmt.Sprintf("expired at %s, it is %s", stamp(at), stamp(c.Now()))
}

// stamp is a time for people, to the second as clocks are moved.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }
