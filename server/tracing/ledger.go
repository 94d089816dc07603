package tracing

import (
	"context"

	"github.com/captchad/captchad/captcha"
	"go.opentelemetry.io/otel/trace"
)

// Ledger is the ledger with a span around what requests do with it. What is forgotten
// in the background has none.
func (t *Tracing) Ledger(ledger captcha.Ledger) captcha.Ledger { return tracedLedger{ledger, t.tracer} }

type tracedLedger struct {
	captcha.Ledger
	tracer trace.Tracer
}

// Update is the ledger's. Its span has an event when the change is applied: what comes
// before is the wait for its turn, what comes after the wait for the disk.
func (l tracedLedger) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) (err error) {
	ctx, span := l.tracer.Start(ctx, "ledger.update")
	defer func() { end(span, ch.Kind, err) }()
	if !span.IsRecording() {
		return l.Ledger.Update(ctx, ch, change)
	}
	return l.Ledger.Update(ctx, ch, func(r *captcha.Record) error {
		span.AddEvent("applied")
		return change(r)
	})
}

// Record is the ledger's.
func (l tracedLedger) Record(ctx context.Context, ch captcha.Challenge) (_ captcha.Record, err error) {
	ctx, span := l.tracer.Start(ctx, "ledger.record")
	defer func() { end(span, ch.Kind, err) }()
	return l.Ledger.Record(ctx, ch)
}
