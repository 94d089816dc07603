package tracing

import (
	"context"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Core is the core with a span around each step.
func (t *Tracing) Core(core dialect.Core) dialect.Core { return tracedCore{core, t.tracer} }

type tracedCore struct {
	dialect.Core
	tracer trace.Tracer
}

func (c tracedCore) begin(ctx context.Context, name string, site *captcha.Site) (context.Context, trace.Span) {
	return c.tracer.Start(ctx, name, trace.WithAttributes(attribute.String(attrDialect, site.Dialect), attribute.String(attrSite, site.Key)))
}

// end ends the span of a step. The text of a failure is for the log alone.
func end(span trace.Span, kind captcha.Kind, err error) {
	if kind != 0 {
		span.SetAttributes(attribute.String(attrKind, kind.String()))
	}
	code := captcha.CodeOf(err)
	if code != "" {
		span.SetAttributes(attribute.String(attrCode, string(code)))
	}
	if code == captcha.Internal {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// Issue is the core's.
func (c tracedCore) Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (_ captcha.Challenge, _ *captcha.Puzzle, err error) {
	ctx, span := c.begin(ctx, "captcha.issue", site)
	defer func() { end(span, kind, err) }()
	return c.Core.Issue(ctx, site, kind)
}

// IssueUndrawn is the core's.
func (c tracedCore) IssueUndrawn(ctx context.Context, site *captcha.Site, kind captcha.Kind) (_ captcha.Challenge, err error) {
	ctx, span := c.begin(ctx, "captcha.issue", site)
	defer func() { end(span, kind, err) }()
	return c.Core.IssueUndrawn(ctx, site, kind)
}

// Draw is the core's.
func (c tracedCore) Draw(ctx context.Context, site *captcha.Site, id captcha.ID) (ch captcha.Challenge, _ *captcha.Puzzle, err error) {
	ctx, span := c.begin(ctx, "captcha.draw", site)
	defer func() { end(span, ch.Kind, err) }()
	return c.Core.Draw(ctx, site, id)
}

// Answer is the core's.
func (c tracedCore) Answer(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (_ captcha.Pass, err error) {
	ctx, span := c.begin(ctx, "captcha.answer", site)
	defer func() { end(span, attempt.Kind, err) }()
	return c.Core.Answer(ctx, site, attempt)
}

// Redeem is the core's.
func (c tracedCore) Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, "captcha.redeem", site, pass, c.Core.Redeem)
}

// Spend is the core's.
func (c tracedCore) Spend(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, "captcha.redeem", site, pass, c.Core.Spend)
}

// Check is the core's.
func (c tracedCore) Check(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	return c.redeem(ctx, "captcha.check", site, pass, c.Core.Check)
}

func (c tracedCore) redeem(ctx context.Context, name string, site *captcha.Site, pass captcha.Pass,
	redeem func(context.Context, *captcha.Site, captcha.Pass) (captcha.Challenge, captcha.Record, error),
) (captcha.Challenge, captcha.Record, error) {
	ctx, span := c.begin(ctx, name, site)
	ch, record, err := redeem(ctx, site, pass)
	end(span, ch.Kind, err)
	return ch, record, err
}
