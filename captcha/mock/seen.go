package mock

import (
	"context"

	"github.com/captchad/captchad/captcha"
)

// Seen is what a Core saw of one request: it is filled in as the request goes on, by
// the goroutine that handles it.
type Seen struct {
	Dialect string // of the Site that was asked for
	Site    string // its key, whether there is such a Site or not
	Events  []captcha.Event
	Given   []captcha.Attempt // what was answered, before any script changed it

	// Refuse, if it is not nil, may refuse a request when it has named its Site. The
	// Dialect is that of the Site, or "" if there is no such Site and none was named.
	Refuse func(dialect, site string) error

	Fault   string // what was done wrong in place of an answer, if anything
	Because string // why the Core refused, and what decided it
}

type seenKey struct{}

// Watch has the Core note in seen what it sees of the request with that context.
func Watch(ctx context.Context, seen *Seen) context.Context {
	return context.WithValue(ctx, seenKey{}, seen)
}

// SeenIn is where to note what is seen; nil: nobody watches.
func SeenIn(ctx context.Context) *Seen {
	seen, _ := ctx.Value(seenKey{}).(*Seen)
	return seen
}

type quietKey struct{}

// quietly has nobody hear of what is done with that context.
func quietly(ctx context.Context) context.Context {
	return context.WithValue(ctx, quietKey{}, true)
}

// watching hands every Event to who watches the request, and then on.
func (c *Core) watching(next func(context.Context, captcha.Event)) func(context.Context, captcha.Event) {
	return func(ctx context.Context, e captcha.Event) {
		if ctx.Value(quietKey{}) != nil {
			return
		}
		c.lately.note(e)
		if seen := SeenIn(ctx); seen != nil {
			seen.Events = append(seen.Events, e)
		}
		if next != nil {
			next(ctx, e)
		}
	}
}
