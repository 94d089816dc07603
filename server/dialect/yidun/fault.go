package yidun

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// What mock mode can be told to do wrong: answer "http:<status>" with a body as of a
// failure of ours, "empty" with nothing, "badjson" with half an answer, or
// "delay:<ms>" late, and then as ever.
const (
	faultHTTP    = "http"
	faultEmpty   = "empty"
	faultBadJSON = "badjson"
	faultDelay   = "delay"
)

// CheckFault says why there is no such fault, if there is none.
func (Dialect) CheckFault(fault string) error {
	_, _, err := parseFault(fault)
	return err
}

func parseFault(fault string) (name string, number int, err error) {
	name, argument, _ := strings.Cut(fault, ":")
	number, err = strconv.Atoi(argument)
	switch {
	case fault == faultEmpty, fault == faultBadJSON:
		return name, 0, nil
	case name == faultHTTP && err == nil && number >= 400 && number <= 599,
		name == faultDelay && err == nil && number >= 1 && number <= 50_000:
		return name, number, nil
	}
	return "", 0, fmt.Errorf("%q: want http:400 to http:599, empty, badjson or delay:<ms> up to 50000", fault)
}

// spoil does the fault of the Site, if it has one, and tells whether that was the
// answer. It comes before all checks but that the form can be read, where the Site
// is named.
func (d Dialect) spoil(c *gin.Context, captchaID string) (done bool) {
	name, number, _ := parseFault(d.Fault(captchaID)) // CheckFault has read it
	switch name {
	case faultHTTP:
		write(c, number, reply{Error: number, Msg: internal.Text})
	case faultEmpty:
		c.Status(http.StatusOK)
		c.Writer.WriteHeaderNow()
	case faultBadJSON:
		c.Data(http.StatusOK, jsonType, []byte(`{"result":true,"error":`))
	case faultDelay:
		select {
		case <-time.After(time.Duration(number) * time.Millisecond):
		case <-c.Request.Context().Done():
		}
		return false
	default:
		return false
	}
	return true
}
