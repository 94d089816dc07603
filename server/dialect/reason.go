package dialect

import (
	"context"

	"github.com/captchad/captchad/captcha"
)

// Noted is what became of one request, for who watches it: it is filled in as the
// request goes on, by the goroutine that handles it.
type Noted struct {
	Dialect string       // whose path it is; "": nobody's
	Step    captcha.Step // that of the [Route]
	Refused string       // the core's code, or [VendorCode] with the vendor's own; "": it was not, or not by an error
	Reason  string       // why, and what would have been right
}

// VendorCode is how Noted.Refused begins where the code is the vendor's own.
const VendorCode = "code:"

type notedKey struct{}

// Watch has those who handle the request with that context note in noted what becomes of
// it. Only mock mode watches: reasons may hold what a stranger must not know, such as the
// signature that would have been right.
func Watch(ctx context.Context, noted *Noted) context.Context {
	return context.WithValue(ctx, notedKey{}, noted)
}

// notedIn is where to note; nil: nobody watches.
func notedIn(ctx context.Context) *Noted {
	noted, _ := ctx.Value(notedKey{}).(*Noted)
	return noted
}

// Because tells why a request is refused, and what would have been right, if anybody
// watches. Serve mode does not even make the reason.
func Because(ctx context.Context, reason func() string) {
	if noted := notedIn(ctx); noted != nil {
		noted.Reason = reason()
	}
}
