package yidun

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// What mock mode can be told to do wrong, beside what Dialects have in common:
// answer with nothing, or with half an answer.
const (
	faultEmpty   = "empty"
	faultBadJSON = "badjson"
)

// CheckFault says why there is no such fault, if there is none.
func (Dialect) CheckFault(fault string) error {
	if _, _, _, numbered := dialect.ParseFault(fault); numbered || fault == faultEmpty || fault == faultBadJSON {
		return nil
	}
	return fmt.Errorf("%q: want http:400 to http:599, empty, badjson or delay:<ms> up to 50000", fault)
}

// KnownFaults are those that CheckFault takes.
func (Dialect) KnownFaults() []dialect.KnownFault {
	return append(slices.Clone(dialect.CommonFaults),
		dialect.KnownFault{Fault: faultEmpty, Help: "200 and an empty body"},
		dialect.KnownFault{Fault: faultBadJSON, Help: "half an answer"},
	)
}

// spoil does the fault of the Site, if it has one, and tells whether that was the
// answer. It comes before all checks but that the form can be read, where the Site
// is named.
func (d Dialect) spoil(c *gin.Context, captchaID string) (done bool) {
	name, _, number, _ := dialect.ParseFault(d.Fault(c.Request.Context(), Name, captchaID)) // CheckFault has read it
	switch name {
	case dialect.FaultHTTP: // with a body as of a failure of ours
		write(c, number, reply{Error: number, Msg: internal.Text})
	case faultEmpty:
		c.Status(http.StatusOK)
		c.Writer.WriteHeaderNow()
	case faultBadJSON:
		c.Data(http.StatusOK, jsonType, []byte(`{"result":true,"error":`))
	case dialect.FaultDelay: // and then as ever
		dialect.Pause(c, number)
		return false
	default:
		return false
	}
	return true
}
