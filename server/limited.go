package server

import (
	"context"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// The names of the limits that each Site has, over all its callers: of Challenges
// issued, of Answers, and of Passes given back. They are off unless an operator sets
// them, as only who knows a Site knows what is much.
const (
	limitSiteIssue  = "site.issue"
	limitSiteAnswer = "site.answer"
	limitSiteRedeem = "site.redeem"
)

// limitedCore is a core whose steps are counted by Site. A step that is refused here
// was not begun: no attempt is used up, and no Pass.
type limitedCore struct {
	dialect.Core
	limiter *dialect.Limiter
	free    map[string]bool // Dialects whose Passes are redeemed without limit
}

// Issue is the core's, if the Site may.
func (c limitedCore) Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, *captcha.Puzzle, error) {
	if err := c.limiter.Allow(ctx, limitSiteIssue, site.Key); err != nil {
		return captcha.Challenge{}, nil, err
	}
	return c.Core.Issue(ctx, site, kind)
}

// IssueUndrawn is the core's, if the Site may.
func (c limitedCore) IssueUndrawn(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, error) {
	if err := c.limiter.Allow(ctx, limitSiteIssue, site.Key); err != nil {
		return captcha.Challenge{}, err
	}
	return c.Core.IssueUndrawn(ctx, site, kind)
}

// Answer is the core's, if the Site may.
func (c limitedCore) Answer(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (captcha.Pass, error) {
	if err := c.limiter.Allow(ctx, limitSiteAnswer, site.Key); err != nil {
		return captcha.Pass{}, err
	}
	return c.Core.Answer(ctx, site, attempt)
}

// Redeem is the core's, if the Site may.
func (c limitedCore) Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, site, pass, c.Core.Redeem)
}

// Spend is the core's, if the Site may.
func (c limitedCore) Spend(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, site, pass, c.Core.Spend)
}

// Check is the core's, if the Site may.
func (c limitedCore) Check(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, site, pass, c.Core.Check)
}

func (c limitedCore) redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass,
	redeem func(context.Context, *captcha.Site, captcha.Pass) (captcha.Challenge, captcha.Record, error),
) (captcha.Challenge, captcha.Record, error) {
	if !c.free[site.Dialect] {
		if err := c.limiter.Allow(ctx, limitSiteRedeem, site.Key); err != nil {
			return captcha.Challenge{}, captcha.Record{}, err
		}
	}
	return redeem(ctx, site, pass)
}

// freeRedeemers are the Dialects that say so.
func freeRedeemers(dialects []dialect.Dialect) map[string]bool {
	free := map[string]bool{}
	for _, d := range dialects {
		if f, ok := d.(dialect.FreeRedeemer); ok && f.RedeemsFreely() {
			free[d.Name()] = true
		}
	}
	return free
}
