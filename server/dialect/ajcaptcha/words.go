package ajcaptcha

import (
	"errors"
	"net/http"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// envelope is around every answer. The key error is from the project's
// documentation; its server leaves it out, and no client tests it.
type envelope struct {
	Code    string  `json:"repCode"`
	Message *string `json:"repMsg"`
	Data    any     `json:"repData"`
	Success bool    `json:"success"`
	Error   bool    `json:"error"`
}

const codeSuccess = "0000"

// succeed writes a success. Only verify has a message for it.
func succeed(c *gin.Context, message *string, data any) {
	c.PureJSON(http.StatusOK, envelope{Code: codeSuccess, Message: message, Data: data, Success: true})
}

// Refuse writes what went wrong: as status 200, but for paths, methods and Sites
// that do not exist.
func (d Dialect) Refuse(c *gin.Context, err error) {
	word := d.Word(Name, wordFor(err))
	c.PureJSON(word.Status, envelope{Code: word.Code, Message: &word.Text, Error: true})
}

// wireError is a refusal that only AJ-Captcha knows.
type wireError dialect.Word

// Error is the repMsg.
func (e wireError) Error() string { return e.Text }

// VendorCode is the repCode.
func (e wireError) VendorCode() string { return e.Code }

func word(code, text string) dialect.Word {
	return dialect.Word{Status: http.StatusOK, Code: code, Text: text}
}

// empty refuses what has to be there and is not.
func empty(name string) wireError { return wireError(word("0011", name+"不能为空")) }

// What all three calls refuse, and the words of AJ-Captcha (RepCodeEnum).
var (
	emptyBody     = empty("captchaVO")
	emptyType     = empty("类型")
	emptyToken    = empty("token")
	emptyPoint    = empty("pointJson")
	emptyPass     = empty("二次校验参数")
	unknownType   = wireError(word("0015", "captchaType类型错误"))
	lockedOut     = wireError(word("6202", "接口验证失败数过多，请稍后再试"))
	noPicture     = word("6112", "获取验证码失败,请联系管理员")
	invalid       = word("6110", "验证码已失效，请重新获取")
	wrong         = word("6111", "验证失败")
	internal      = word("9999", "服务器内部异常")
	limitedGet    = word("6201", "get接口请求次数超限，请稍后再试!")
	limitedCheck  = word("6204", "check接口请求次数超限，请稍后再试!")
	limitedVerify = word("6205", "verify请求次数超限!")
	noSuchPath    = dialect.Word{Status: http.StatusNotFound, Code: "9999", Text: "Not found"}
	noSuchMethod  = dialect.Word{Status: http.StatusMethodNotAllowed, Code: "9999", Text: "Method not allowed"}
)

// VendorErrors are the repCodes that there are. 0011 is that of a body that is missing:
// of others it names what is.
func (Dialect) VendorErrors() []dialect.VendorError {
	return []dialect.VendorError{
		emptyBody, unknownType, wireError(invalid), wireError(wrong), wireError(noPicture), wireError(limitedGet), lockedOut,
		wireError(limitedCheck), wireError(limitedVerify), wireError(internal),
	}
}

// words are for the refusals of the core.
var words = map[captcha.Code]dialect.Word{
	captcha.UnknownSite:  noSuchPath,
	captcha.DisabledSite: noSuchPath,
	captcha.Unknown:      invalid,
	captcha.Foreign:      invalid,
	captcha.Expired:      invalid,
	captcha.Used:         invalid,
	captcha.Exhausted:    invalid,
	captcha.Wrong:        wrong,
	captcha.Invalid:      dialect.Word(emptyBody),
	captcha.Limited:      limitedGet,
	captcha.Busy:         internal,
}

// errNoPicture is a failure to draw.
var errNoPicture = errors.New("no picture")

func wordFor(err error) dialect.Word {
	if own, ok := errors.AsType[wireError](err); ok {
		return dialect.Word(own)
	}
	if limited, ok := errors.AsType[limitedCall](err); ok {
		return limited.word
	}
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		return noSuchPath
	case errors.Is(err, dialect.ErrMethod):
		return noSuchMethod
	case errors.Is(err, errNoPicture):
		return noPicture
	}
	if known, ok := words[captcha.CodeOf(err)]; ok {
		return known
	}
	return internal
}

// limitedCall is a limit with the words of the call that it stopped.
type limitedCall struct {
	error
	word dialect.Word
}

// Unwrap is the limit.
func (l limitedCall) Unwrap() error { return l.error }
