package mock

import (
	"context"
	"errors"
	"fmt"

	"github.com/captchad/captchad/captcha"
)

// planned uses up one step of what is planned; the zero Plan: nothing is.
func (c *Core) planned(site string, step captcha.Step) Plan {
	if plan := c.Script.next(site, step); plan.Outcome != "" {
		return plan
	}
	return c.Defaults.next(site, step)
}

// Issue is that of the Service, unless the Script says otherwise.
func (c *Core) Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, *captcha.Puzzle, error) {
	automatic, err := c.issuing(ctx, site, kind)
	if err != nil {
		return captcha.Challenge{}, nil, err
	}
	ch, puzzle, err := c.Service.Issue(ctx, site, kind)
	if err != nil {
		return ch, puzzle, err
	}
	if automatic {
		c.automatic.put(ch.ID, true)
	}
	c.lately.change(ch.ID, func(i *issue) { i.settings = site.Settings }) // a page may have chosen a language
	return ch, puzzle, nil
}

// IssueUndrawn is that of the Service, unless the Script says otherwise.
func (c *Core) IssueUndrawn(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, error) {
	automatic, err := c.issuing(ctx, site, kind)
	if err != nil {
		return captcha.Challenge{}, err
	}
	challenge, err := c.Service.IssueUndrawn(ctx, site, kind)
	if automatic && err == nil {
		c.automatic.put(challenge.ID, true)
	}
	return challenge, err
}

// issuing uses up one planned issue: it tells whether the Challenge shall be automatic,
// or why there shall be none.
func (c *Core) issuing(ctx context.Context, site *captcha.Site, kind captcha.Kind) (automatic bool, err error) {
	switch plan := c.planned(site.Key, captcha.Issued); plan.Outcome {
	case "":
		return false, nil
	case Automatic:
		return true, nil
	default:
		return false, c.refuse(ctx, captcha.Event{Step: captcha.Issued, Kind: kind}, site, plan)
	}
}

// Draw is that of the Service, unless the Challenge was ended by hand.
func (c *Core) Draw(ctx context.Context, site *captcha.Site, id captcha.ID) (captcha.Challenge, *captcha.Puzzle, error) {
	if err := c.answerable(site, id); err != nil {
		return captcha.Challenge{}, nil, err
	}
	return c.Service.Draw(ctx, site, id)
}

// Answer is that of the Service, unless the Script says otherwise, or the Challenge is
// automatic. A scripted right or wrong Answer is judged as any other: it uses up an
// attempt, and its Pass is genuine.
func (c *Core) Answer(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (captcha.Pass, error) {
	if seen := SeenIn(ctx); seen != nil {
		seen.Given = append(seen.Given, attempt)
	}
	if err := c.answerable(site, attempt.ID); err != nil {
		because(ctx, err.Error())
		c.tell(ctx, captcha.Event{Step: captcha.Answered, ID: attempt.ID}, site, err)
		return captcha.Pass{}, err
	}
	plan := c.planned(site.Key, captcha.Answered)
	if plan.Outcome == "" && c.Automatic(attempt.ID) {
		plan.Outcome = Right
	}
	switch plan.Outcome {
	case "":
	case Right:
		insight, err := c.Inspect(ctx, attempt.ID)
		if err != nil {
			return captcha.Pass{}, err
		}
		attempt.Kind, attempt.Answer = 0, insight.Solution
	case Outcome(captcha.Wrong):
		attempt.Answer, attempt.Or = captcha.Answer{}, captcha.Answer{}
	default:
		return captcha.Pass{}, c.refuse(ctx, captcha.Event{Step: captcha.Answered, ID: attempt.ID}, site, plan)
	}
	given, err := c.Service.Answer(ctx, site, attempt)
	c.becauseOfAnswer(ctx, site, attempt.ID, plan, err)
	return given, err
}

// Redeem is that of the Service, unless the Script says otherwise.
func (c *Core) Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, site, pass, captcha.Redeemed, c.Service.Redeem)
}

// Spend is that of the Service, unless the Script says otherwise.
func (c *Core) Spend(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, site, pass, captcha.Redeemed, c.Service.Spend)
}

// Check is that of the Service, unless the Script says otherwise: to check a Pass is
// to redeem it, for a script.
func (c *Core) Check(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, site, pass, captcha.Checked, c.Service.Check)
}

type redemption func(context.Context, *captcha.Site, captcha.Pass) (captcha.Challenge, captcha.Record, error)

func (c *Core) redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass, step captcha.Step, redeem redemption) (captcha.Challenge, captcha.Record, error) {
	if ch, record, err := c.redeemable(ctx, site, pass); err != nil {
		because(ctx, err.Error())
		c.tell(ctx, captcha.Event{Step: step, Kind: ch.Kind, ID: ch.ID}, site, err)
		return ch, record, err
	}
	plan := c.planned(site.Key, captcha.Redeemed)
	if plan.Outcome == "" {
		ch, record, err := redeem(ctx, site, pass)
		c.becauseOfPass(ctx, site, record, err)
		return ch, record, err
	}
	ch, record := c.known(ctx, site, pass)
	if plan.Outcome == Right {
		c.tell(ctx, captcha.Event{Step: step, Kind: ch.Kind, ID: ch.ID}, site, nil)
		return ch, record, nil
	}
	err := c.refuse(ctx, captcha.Event{Step: step, Kind: ch.Kind, ID: ch.ID}, site, plan)
	if code := captcha.CodeOf(err); code != captcha.Used && code != captcha.Expired {
		record = captcha.Record{}
	}
	return ch, record, err
}

// known is what a good Pass for that Challenge would bring to light. Of a Challenge
// that never was it is made up.
func (c *Core) known(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record) {
	now := c.Now()
	ch := captcha.Challenge{ID: pass.ID, SiteTag: site.Tag(), Kind: captcha.KindSlider, IssuedAt: now}
	record := captcha.Record{}
	if insight, err := c.Inspect(ctx, pass.ID); err == nil {
		ch, record = insight.Challenge, insight.Record
	}
	if record.SolvedAt.IsZero() {
		record.Attempts, record.SolvedAt, record.Subject = 1, now, pass.Subject
	}
	if record.RedeemedAt.IsZero() {
		record.RedeemedAt = now
	}
	return ch, record
}

// errScripted is the failure of a server that was told to fail.
var errScripted = errors.New("the script says that the server fails")

// refuse makes the refusal, and tells of it.
func (c *Core) refuse(ctx context.Context, e captcha.Event, site *captcha.Site, plan Plan) error {
	because(ctx, scripted(plan))
	if plan.Refusal != nil {
		c.tellAs(ctx, e, site, captcha.Code(plan.Outcome))
		return plan.Refusal
	}
	err := captcha.Refuse(captcha.Code(plan.Outcome), fmt.Sprintf("the script says %s", plan.Outcome))
	if captcha.Code(plan.Outcome) == captcha.Internal {
		err = errScripted
	}
	c.tell(ctx, e, site, err)
	return err
}

func (c *Core) tell(ctx context.Context, e captcha.Event, site *captcha.Site, err error) {
	if captcha.CodeOf(err) == captcha.Internal {
		e.Err = err
	}
	c.tellAs(ctx, e, site, captcha.CodeOf(err))
}

func (c *Core) tellAs(ctx context.Context, e captcha.Event, site *captcha.Site, code captcha.Code) {
	e.At, e.Site, e.Dialect, e.Code = c.Now(), site.Key, site.Dialect, code
	c.config.Observe(ctx, e)
}
