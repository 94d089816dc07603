package cloudbase

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// wireError is one of the vendor's errors. The same number means different things
// at different calls: tell them apart by name.
type wireError struct {
	status int
	name   string
	number int
	text   string
}

// Error is the description.
func (e wireError) Error() string { return e.text }

// VendorCode is the name.
func (e wireError) VendorCode() string { return e.name }

// The three texts of the verify call are the vendor's to the byte: the SDK shows
// them to people.
var (
	invalidCaptcha    = wireError{http.StatusBadRequest, "invalid_captcha", 4001, "Verification code error"}
	captchaExpired    = wireError{http.StatusBadRequest, "captcha_expired", 4002, "Verification code expired, please get new one"}
	captchaUsed       = wireError{http.StatusBadRequest, "captcha_used", 4003, "Verification code already used, please get new one"}
	invalidArgument   = wireError{http.StatusBadRequest, "invalid_argument", 3, "the request is not understood"}
	notFound          = wireError{http.StatusNotFound, "not_found", 5, "no such path"}
	unimplemented     = wireError{http.StatusMethodNotAllowed, "unimplemented", 12, "this path has no such method"}
	permissionDenied  = wireError{http.StatusForbidden, "permission_denied", 7, "unknown client_id"}
	invalidClient     = wireError{http.StatusUnauthorized, "invalid_client", 16, "client_id or client_secret is wrong"}
	resourceExhausted = wireError{http.StatusTooManyRequests, "resource_exhausted", 8, "too many requests"}
	internal          = wireError{http.StatusInternalServerError, "internal", 13, "internal error"}
	unavailable       = wireError{http.StatusServiceUnavailable, "unavailable", 14, "try again later"}
	// What a business API says, and forward-auth with statuses of its own.
	captchaRequired = wireError{http.StatusUnauthorized, "captcha_required", 4001, "captcha_token required"}
	captchaInvalid  = wireError{http.StatusForbidden, "captcha_invalid", 4002, "captcha_token invalid"}
)

// VendorErrors are the vendor's names.
func (Dialect) VendorErrors() []dialect.VendorError {
	return []dialect.VendorError{
		invalidCaptcha, captchaExpired, captchaUsed, captchaRequired, captchaInvalid, invalidArgument, notFound, unimplemented,
		permissionDenied, invalidClient, resourceExhausted, internal, unavailable,
	}
}

// argument refuses one argument by name.
func argument(name string) wireError {
	refused := invalidArgument
	refused.text = "invalid argument: " + name
	return refused
}

// words are for the refusals of the core. An unknown token and one with too many
// wrong Answers look like an old one: that tells nothing, and the SDK gets a new
// picture.
var words = map[captcha.Code]wireError{
	captcha.UnknownSite:  permissionDenied,
	captcha.DisabledSite: permissionDenied,
	captcha.Unknown:      captchaExpired,
	captcha.Foreign:      captchaExpired,
	captcha.Expired:      captchaExpired,
	captcha.Exhausted:    captchaExpired,
	captcha.Used:         captchaUsed,
	captcha.Wrong:        invalidCaptcha,
	captcha.Invalid:      invalidArgument,
	captcha.Limited:      resourceExhausted,
	captcha.Busy:         unavailable,
}

func wordFor(err error) wireError {
	if own, ok := errors.AsType[wireError](err); ok {
		return own
	}
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		return notFound
	case errors.Is(err, errNoSite):
		return captchaInvalid
	case errors.Is(err, dialect.ErrMethod):
		return unimplemented
	}
	if known, ok := words[captcha.CodeOf(err)]; ok {
		return known
	}
	return internal
}

// ours tells what the token has no part in from refusals of it.
func ours(err error) bool {
	switch captcha.CodeOf(err) {
	case captcha.Internal, captcha.Busy, captcha.Limited:
		return true
	}
	return false
}

// errorReply has the vendor's keys in the vendor's order.
type errorReply struct {
	Name   string `json:"error"`
	Number int    `json:"error_code"`
	Text   string `json:"error_description"`
}

// Refuse writes {"error","error_code","error_description"}.
func (d Dialect) Refuse(c *gin.Context, err error) {
	found := wordFor(err)
	word := d.Word(Name, dialect.Word{Status: found.status, Code: found.name, Text: found.text})
	if found.name == invalidClient.name {
		c.Header("WWW-Authenticate", `Basic realm="captchad"`)
	}
	identify(c)
	c.PureJSON(word.Status, errorReply{word.Code, found.number, word.Text})
}

// succeed writes an answer.
func succeed(c *gin.Context, reply any) {
	identify(c)
	c.PureJSON(http.StatusOK, reply)
}

var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// identify names the request in the answer as the SDK has named it. The name is
// for logs only, so it need not be repeatable.
func identify(c *gin.Context) {
	id := c.GetHeader("X-Request-Id")
	if !requestID.MatchString(id) {
		random := make([]byte, 16)
		_, _ = rand.Read(random) // never fails
		id = hex.EncodeToString(random)
	}
	c.Header("X-Request-Id", id)
}
