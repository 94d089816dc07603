package dialect

import "context"

type reasonsKey struct{}

// WithReasons has those who handle the request tell tell why they refuse it. Only mock
// mode listens: reasons may hold what a stranger must not know, such as the signature
// that would have been right.
func WithReasons(ctx context.Context, tell func(reason string)) context.Context {
	return context.WithValue(ctx, reasonsKey{}, tell)
}

// Because tells why a request is refused, and what would have been right, if anybody
// listens. Serve mode does not even make the reason.
func Because(ctx context.Context, reason func() string) {
	if tell, ok := ctx.Value(reasonsKey{}).(func(string)); ok {
		tell(reason())
	}
}
