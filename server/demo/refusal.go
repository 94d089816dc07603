package demo

import (
	"errors"
	"net/http"
)

// refusal is what a visitor is told instead of what was asked for.
type refusal struct {
	status int
	text   string
}

// Error is the text.
func (r refusal) Error() string { return r.text }

var (
	errNoVendor = refusal{http.StatusNotFound, "The demo has no such page."}
	errNoSite   = refusal{http.StatusConflict, "There is no site for this vendor yet."}
	errNoJSON   = refusal{http.StatusUnsupportedMediaType, "The demo takes JSON only."}
	errBody     = refusal{http.StatusBadRequest, "This is not what the demo's form sends."}
	errNoPass   = refusal{http.StatusBadRequest, "This is no pass of that vendor's."}
	errLimited  = refusal{http.StatusTooManyRequests, "Too many forms at once. Try again in a moment."}
)

// errCall is a call that captchad did not answer.
var errCall = errors.New("call captchad")

// explain finds the status and the words for an error.
func explain(err error) (int, string) {
	if r, ok := errors.AsType[refusal](err); ok {
		return r.status, r.text
	}
	if errors.Is(err, errCall) {
		return http.StatusBadGateway, "The demo's backend could not reach captchad."
	}
	return http.StatusInternalServerError, "Something went wrong. The log says what."
}
