package geetest

import (
	"errors"
	"net/http"
	"net/netip"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// wireError is a refusal in the vendor's words: its code, and its own text,
// spelling included.
type wireError struct{ code, msg string }

// Error is the vendor's text.
func (e wireError) Error() string { return e.msg }

// VendorCode is the vendor's code.
func (e wireError) VendorCode() string { return e.code }

// The vendor's codes, as far as they can come up here.
var (
	runtimeError     = wireError{"-50000", "runtime error"}
	illegalRiskType  = wireError{"-50001", "illegal risk_type"}
	jsonpXSS         = wireError{"-50004", "jsonp xss"}
	illegalGenTime   = wireError{"-50005", "illegal gen_time"} // or a request in another form than a form
	notCaptchaID     = wireError{"-50101", "not captcha_id"}
	illegalCaptchaID = wireError{"-50102", "illegal captcha_id"}
	notCaptcha       = wireError{"-50103", "not captcha"}
	captchaIDPaused  = wireError{"-50105", "captcha_id paused"}
	notProof         = wireError{"-50301", "not proof"}
	notLotNumber     = wireError{"-50302", "not lot_number"}
	illegalLotNumber = wireError{"-50303", "illegal lot_number"}

	// signTokenError is no error in the vendor's eyes, but a Pass that is not good.
	signTokenError = wireError{"sign_token error", "sign_token error"}
)

// allErrors are those that a fault or a script can name, besides the ones above that never
// come up by themselves.
var allErrors = []wireError{
	runtimeError, illegalRiskType, {"-50002", "param decrypt error"}, {"-50003", "illegal verify"}, jsonpXSS, illegalGenTime,
	notCaptchaID, illegalCaptchaID, notCaptcha, {"-50104", "captcha_id deleted"}, captchaIDPaused, notProof, notLotNumber,
	illegalLotNumber, {"-50304", "lot_number not match"}, {"-50305", "lot_number Expried"}, {"-50306", "process_token Error"},
	{"-50307", "payload Error"}, {"-50308", "payload Used"},
}

// VendorErrors are the vendor's codes, those too that never come up by themselves.
func (Dialect) VendorErrors() []dialect.VendorError {
	var errs []dialect.VendorError
	for _, e := range allErrors {
		errs = append(errs, e)
	}
	return errs
}

// words are the vendor's for the refusals of the core.
var words = map[captcha.Code]wireError{
	captcha.UnknownSite:  notCaptcha,
	captcha.DisabledSite: captchaIDPaused,
	captcha.Unknown:      notProof,
	captcha.Expired:      notProof,
	captcha.Invalid:      illegalGenTime,
}

// errorReply is how the vendor tells an error. It has no result, so a backend that
// looks at nothing else takes it for no success.
type errorReply struct {
	Status string `json:"status"`
	Code   string `json:"code"` // a string, with its minus
	Msg    string `json:"msg"`
	Desc   struct {
		Type string `json:"type"`
	} `json:"desc"`
}

func newErrorReply(word dialect.Word) errorReply {
	reply := errorReply{Status: "error", Code: word.Code, Msg: word.Text}
	reply.Desc.Type = "defined error"
	return reply
}

// Refuse writes what went wrong: always with 200, or the vendor's clients let the
// visitor in; to a script tag by way of its callback, or its page waits for ever.
func (d Dialect) Refuse(c *gin.Context, err error) {
	if errors.Is(err, signTokenError) {
		writeFail(c, signTokenError.msg)
		return
	}
	word := d.Word(Name, wordFor(err))
	if callback := c.GetString(callbackKey); callback != "" {
		writeScript(c, callback, newErrorReply(word))
		return
	}
	c.PureJSON(word.Status, newErrorReply(word))
}

// wordFor finds the vendor's word for what went wrong.
func wordFor(err error) dialect.Word {
	standard := func(e wireError) dialect.Word {
		return dialect.Word{Status: http.StatusOK, Code: e.code, Text: e.msg}
	}
	if own, ok := errors.AsType[wireError](err); ok {
		return standard(own)
	}
	word, known := words[captcha.CodeOf(err)]
	if !known {
		word = runtimeError
	}
	refusal := standard(word)
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		refusal.Status = http.StatusNotFound
	case errors.Is(err, dialect.ErrMethod):
		refusal.Status = http.StatusMethodNotAllowed
	}
	return refusal
}

// ipType is 4 or 6.
func ipType(address string) int {
	if parsed, err := netip.ParseAddr(address); err == nil && !parsed.Unmap().Is4() {
		return 6
	}
	return 4
}
