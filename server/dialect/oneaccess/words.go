package oneaccess

import (
	"net/http"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// The vendor's words. Where a comment says "ours", the vendor's pages have no
// such code, or no text for it.
var (
	wrongAnswer     = dialect.Word{Status: http.StatusBadRequest, Code: "CAPTCHA.0002", Text: "Invalid CAPTCHA code."}
	captchaExpired  = dialect.Word{Status: http.StatusBadRequest, Code: "CAPTCHA.0003", Text: "CAPTCHA token expired."}
	invalidToken    = dialect.Word{Status: http.StatusBadRequest, Code: "CAPTCHA.0004", Text: "Invalid CAPTCHA token."}
	notSent         = dialect.Word{Status: http.StatusBadRequest, Code: "CAPTCHA.0006", Text: "Failed to send verification code."} // text: ours
	tooManyRequests = dialect.Word{Status: http.StatusTooManyRequests, Code: "LIMIT.0001", Text: "Too many requests."}             // ours
	internal        = dialect.Word{Status: http.StatusInternalServerError, Code: "SYSTEM.0001", Text: "Internal error."}
)

// VendorErrors are the vendor's codes, and ours where it has none.
func (Dialect) VendorErrors() []dialect.VendorError {
	return []dialect.VendorError{
		wireError(words[captcha.UnknownSite]), applicationRequired, wireError(words[captcha.DisabledSite]),
		wireError(wrongAnswer), wireError(captchaExpired), wireError(invalidToken), wireError(notSent), wireError(tooManyRequests),
		deviceIncomplete, invalidParameter("body"), coordinatesRequired, tokenRequired, wireError(internal),
	}
}

// words are the vendor's for the refusals of the core.
var words = map[captcha.Code]dialect.Word{
	captcha.UnknownSite:  {Status: http.StatusBadRequest, Code: "APP.0001", Text: "Application does not exist."},
	captcha.DisabledSite: {Status: http.StatusBadRequest, Code: "APP.0003", Text: "Application disabled."},
	captcha.Unknown:      invalidToken,
	captcha.Foreign:      invalidToken,
	captcha.Wrong:        wrongAnswer,
	captcha.Expired:      captchaExpired,
	captcha.Used:         captchaExpired,
	captcha.Exhausted:    captchaExpired,
	captcha.Invalid:      dialect.Word(invalidParameter("body")),
	captcha.Limited:      tooManyRequests,
	captcha.Busy:         tooManyRequests,
}

// wireError is a refusal that only this vendor knows.
type wireError dialect.Word

// Error is the vendor's text.
func (e wireError) Error() string { return e.Text }

// VendorCode is the vendor's code.
func (e wireError) VendorCode() string { return e.Code }

var (
	applicationRequired = wireError{http.StatusBadRequest, "APP.0002", "Application ID required."}
	coordinatesRequired = wireError{http.StatusBadRequest, "PARAM.0004", "Coordinates required."}
	tokenRequired       = wireError{http.StatusBadRequest, "PARAM.0005", "Token required."}
	deviceIncomplete    = wireError{http.StatusBadRequest, "PARAM.0001", "Device information is incomplete."} // text: ours
)

// invalidParameter refuses a parameter that has no code of its own (ours).
func invalidParameter(name string) wireError {
	return wireError{http.StatusBadRequest, "PARAM.0002", "Invalid parameter: " + name + "."}
}
