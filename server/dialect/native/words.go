package native

import (
	"errors"
	"net/http"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// statuses are how the refusals of the core travel. None of them is a success,
// so a backend need not read more.
var statuses = map[captcha.Code]int{
	captcha.Invalid:      http.StatusBadRequest,
	captcha.DisabledSite: http.StatusForbidden,
	captcha.UnknownSite:  http.StatusNotFound,
	captcha.Unknown:      http.StatusNotFound,
	captcha.Foreign:      http.StatusNotFound,
	captcha.Used:         http.StatusConflict,
	captcha.Expired:      http.StatusGone,
	captcha.Exhausted:    http.StatusGone,
	captcha.Wrong:        http.StatusUnprocessableEntity,
	captcha.Limited:      http.StatusTooManyRequests,
	captcha.Busy:         http.StatusServiceUnavailable,
}

// refusal is what only the neutral API refuses.
type refusal dialect.Word

// Error is the text.
func (r refusal) Error() string { return r.Text }

// VendorCode is the code.
func (r refusal) VendorCode() string { return r.Code }

var (
	unauthorized = refusal{http.StatusUnauthorized, "unauthorized", "this is no secret of the site"}
	badOrigin    = refusal{http.StatusForbidden, "origin", "the site does not allow pages of this origin"}
)

// VendorErrors are what no step of the core is refused with; a script has the codes of the
// core by their names.
func (Dialect) VendorErrors() []dialect.VendorError {
	return []dialect.VendorError{unauthorized, badOrigin}
}

// Refuse writes {"code","message"}.
func (d Dialect) Refuse(c *gin.Context, err error) {
	word := d.Word(Name, wordFor(err))
	c.PureJSON(word.Status, struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}{word.Code, word.Text})
}

// wordFor says what went wrong. A failure keeps its text to itself.
func wordFor(err error) dialect.Word {
	if own, ok := errors.AsType[refusal](err); ok {
		return dialect.Word(own)
	}
	if vendors, ok := errors.AsType[dialect.VendorError](err); ok { // which a script has told the Site to say
		return dialect.Word{Status: http.StatusUnprocessableEntity, Code: vendors.VendorCode(), Text: vendors.Error()}
	}
	if refused, ok := errors.AsType[*captcha.Error](err); ok {
		if status, known := statuses[refused.Code]; known {
			return dialect.Word{Status: status, Code: string(refused.Code), Text: refused.Message}
		}
	}
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		return dialect.Word{Status: http.StatusNotFound, Code: "no_such_path", Text: err.Error()}
	case errors.Is(err, dialect.ErrMethod):
		return dialect.Word{Status: http.StatusMethodNotAllowed, Code: "no_such_method", Text: err.Error()}
	}
	return dialect.Word{Status: http.StatusInternalServerError, Code: string(captcha.Internal), Text: "the server failed; nothing is wrong with the request"}
}
