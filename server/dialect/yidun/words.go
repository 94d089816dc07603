package yidun

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// wireError is a refusal that only this vendor knows.
type wireError dialect.Word

// Error is the vendor's text.
func (e wireError) Error() string { return e.Text }

// VendorCode is the vendor's number.
func (e wireError) VendorCode() string { return e.Code }

// The vendor's numbers, with the names that its Go SDK has for them.
var (
	signatureError = wireError{http.StatusOK, "415", "SIGNATURE_ERROR"}
	paramError     = wireError{http.StatusOK, "419", "PARAM_ERROR"}
	versionError   = wireError{http.StatusOK, "421", "VERSION_NOT_MATCH"}
	rateError      = wireError{http.StatusOK, "430", "REQUEST_FREQUENCY_UPPER_LIMIT"}
	// Ours; "fail" and not "ok", so that a backend that looks at msg lets nobody in.
	fail     = wireError{http.StatusOK, "0", "fail"}
	internal = wireError{http.StatusInternalServerError, "500", "INTERNAL_ERROR"}
)

// VendorErrors are the vendor's numbers.
func (Dialect) VendorErrors() []dialect.VendorError {
	return []dialect.VendorError{fail, signatureError, paramError, versionError, rateError, internal}
}

// words are for the refusals of the core.
var words = map[captcha.Code]wireError{
	captcha.UnknownSite:  paramError,
	captcha.DisabledSite: paramError,
	captcha.Invalid:      paramError,
	captcha.Limited:      rateError,
	captcha.Unknown:      fail,
	captcha.Foreign:      fail,
	captcha.Wrong:        fail,
	captcha.Expired:      fail,
	captcha.Used:         fail,
	captcha.Exhausted:    fail,
	captcha.Busy:         internal,
}

// wordFor finds the vendor's word for what went wrong. For paths and methods that
// it does not have the vendor has no number; ours are its nearest.
func wordFor(err error) wireError {
	if own, ok := errors.AsType[wireError](err); ok {
		return own
	}
	unrouted := paramError
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		unrouted.Status = http.StatusNotFound
		return unrouted
	case errors.Is(err, dialect.ErrMethod):
		unrouted.Status = http.StatusMethodNotAllowed
		return unrouted
	}
	if word, ok := words[captcha.CodeOf(err)]; ok {
		return word
	}
	return internal
}

// Refuse writes {"result":false,"error","msg"}, and for a Pass that is not good the
// two members that go with error 0.
func (d Dialect) Refuse(c *gin.Context, err error) {
	standard := wordFor(err)
	word := d.Word(Name, dialect.Word(standard))
	number, failed := strconv.Atoi(word.Code)
	if failed != nil { // an operator's own word is no number, and clients need one
		number, _ = strconv.Atoi(standard.Code)
	}
	if standard == fail {
		write(c, word.Status, notPassed(word.Text))
		return
	}
	write(c, word.Status, reply{Error: number, Msg: word.Text})
}
