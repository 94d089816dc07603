package captcha

import (
	"context"
	"log/slog"
	"time"
)

// Step is a step in the life of a Challenge.
type Step string

// The steps.
const (
	Issued   Step = "issued"
	Answered Step = "answered"
	Redeemed Step = "redeemed" // the Pass was used up
	Checked  Step = "checked"  // the Pass was looked at, and stays as it was
)

// Event tells that a step was taken, or refused. Metrics count Events, the log
// and the mock's journal show them.
type Event struct {
	At      time.Time
	Step    Step
	Site    string // its key
	Dialect string // of the Site
	Kind    Kind   // zero where it is not known
	ID      ID     // zero where it is not known
	Track   []Move // how the pointer went, if Answered and told
	Code    Code   // why it was refused; empty: it was done
	Err     error  // what failed, when Code is Internal

	address string // of the caller, in clear
	keys    *Keyring
}

// Address is the hashed address of the caller, or "" if it is not known. It is made
// when it is asked for: of most Events nobody wants to know.
func (e Event) Address() string {
	if e.keys == nil {
		return ""
	}
	return e.keys.HashAddress(e.address, e.At)
}

// LogValue shows the Event in a log, without what is not known.
func (e Event) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("step", string(e.Step)), slog.String("dialect", e.Dialect), slog.String("site", e.Site)}
	if e.ID != (ID{}) {
		attrs = append(attrs, slog.String("id", e.ID.String()), slog.String("kind", e.Kind.String()))
	}
	if address := e.Address(); address != "" {
		attrs = append(attrs, slog.String("address", address))
	}
	if e.Code != "" {
		attrs = append(attrs, slog.String("refused", string(e.Code)))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}

type addressKey struct{}

// WithAddress notes the address of the caller for the Events of this request.
// Nothing is decided by it.
func WithAddress(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

func addressFrom(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}
