package mock

import (
	"context"
	"time"

	"github.com/captchad/captchad/captcha"
)

// ending is how a Challenge was ended by hand, without moving the clock.
type ending struct {
	code captcha.Code // Expired or Used
	at   time.Time
}

// Expire lets the Challenge with that ID be too old from now on, and its Pass too.
func (c *Core) Expire(ctx context.Context, id captcha.ID) (Insight, error) {
	return c.end(ctx, id, captcha.Expired)
}

// SpendNow lets the Challenge with that ID be solved, and its Pass redeemed, from now on.
func (c *Core) SpendNow(ctx context.Context, id captcha.ID) (Insight, error) {
	return c.end(ctx, id, captcha.Used)
}

func (c *Core) end(ctx context.Context, id captcha.ID, code captcha.Code) (Insight, error) {
	if _, err := c.Inspect(ctx, id); err != nil {
		return Insight{}, err
	}
	c.endings.put(id, ending{code, c.Now()})
	return c.Inspect(ctx, id)
}

// show puts into the Insight what an ending has changed.
func (e ending) show(insight *Insight) {
	switch e.code {
	case captcha.Expired:
		insight.ExpiredAt = e.at
	case captcha.Used:
		insight.Record = e.spent(insight.Record)
	}
}

// spent is the Record of a Challenge that was spent.
func (e ending) spent(record captcha.Record) captcha.Record {
	if record.SolvedAt.IsZero() {
		record.SolvedAt = e.at
	}
	if record.RedeemedAt.IsZero() {
		record.RedeemedAt = e.at
	}
	return record
}

// What the steps of a Challenge that was ended by hand are refused with.
var endedMessages = map[captcha.Code]string{
	captcha.Expired: "the challenge was let expire",
	captcha.Used:    "the challenge was spent",
}

// answerable refuses a Challenge of the Site that was ended by hand.
func (c *Core) answerable(site *captcha.Site, id captcha.ID) error {
	ended := c.endings.of(id)
	if ended.code == "" {
		return nil
	}
	if _, err := c.Challenge(site, id); err != nil {
		return nil // the Service refuses it with better reason
	}
	return captcha.Refuse(ended.code, endedMessages[ended.code])
}

// redeemable refuses, as the rules would, a good Pass whose Challenge was ended by hand.
// Any other Pass is left to the Service.
func (c *Core) redeemable(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	if !c.endings.any() {
		return captcha.Challenge{}, captcha.Record{}, nil
	}
	ch, record, err := c.Service.Check(quietly(ctx), site, pass)
	ended := c.endings.of(ch.ID)
	switch code := captcha.CodeOf(err); {
	case ended.code == "" || code != "" && code != captcha.Expired, code == captcha.Expired && ended.code == captcha.Expired:
		return ch, record, nil
	case ended.code == captcha.Used:
		record = ended.spent(record)
	}
	return ch, record, captcha.Refuse(ended.code, endedMessages[ended.code])
}
