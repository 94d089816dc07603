package control

import (
	"errors"
	"net/http"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// problem is how everything that went wrong is told.
type problem struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

var statuses = map[captcha.Code]int{
	captcha.Invalid:      http.StatusBadRequest,
	captcha.DisabledSite: http.StatusForbidden,
	captcha.UnknownSite:  http.StatusNotFound,
	captcha.Unknown:      http.StatusNotFound,
	captcha.Used:         http.StatusConflict,
	captcha.Exhausted:    http.StatusConflict,
	captcha.Expired:      http.StatusGone,
	captcha.Busy:         http.StatusServiceUnavailable,
}

func problemOf(err error) problem {
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		return problem{http.StatusNotFound, "no_such_path", err.Error()}
	case errors.Is(err, dialect.ErrMethod):
		return problem{http.StatusMethodNotAllowed, "no_such_method", err.Error()}
	}
	if refusal, ok := errors.AsType[*captcha.Error](err); ok {
		if status, known := statuses[refusal.Code]; known {
			return problem{status, string(refusal.Code), refusal.Message}
		}
	}
	return problem{http.StatusInternalServerError, string(captcha.Internal), "the server failed: its log tells why"}
}
