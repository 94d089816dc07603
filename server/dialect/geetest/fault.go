package geetest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// What mock mode can be told to do wrong.
const (
	faultNormal   = "normal"
	faultPass     = "pass"     // whatever is sent to /validate succeeds
	faultFail     = "fail"     // fail:<reason>: it fails for that reason
	faultError    = "error"    // error:<code>: it has that code
	faultHTTP     = "http"     // http:<status>
	faultDelay    = "delay"    // delay:<ms>: it answers late, and then as ever
	faultBadJSON  = "badjson"  // half an answer
	faultLoadFail = "loadfail" // /load answers 500
)

// CheckFault says why there is no such fault, if there is none.
func (Dialect) CheckFault(fault string) error {
	name, argument, _ := strings.Cut(fault, ":")
	number, err := strconv.Atoi(argument)
	switch {
	case slices.Contains([]string{faultNormal, faultPass, faultBadJSON, faultLoadFail}, fault),
		name == faultFail && argument != "",
		name == faultError && findError(argument).code != "",
		name == faultHTTP && err == nil && number >= 400 && number <= 599,
		name == faultDelay && err == nil && number >= 1 && number <= 50_000:
		return nil
	}
	return fmt.Errorf("%q: want pass, fail:<reason>, error:<code>, http:400 to http:599, delay:<ms> up to 50000, badjson, loadfail or normal", fault)
}

func findError(code string) wireError {
	i := slices.IndexFunc(allErrors, func(e wireError) bool { return e.code == code })
	if i < 0 {
		return wireError{}
	}
	return allErrors[i]
}

// spoilValidate does the Site's fault, if it has one, and tells whether that was
// the answer.
func (d Dialect) spoilValidate(c *gin.Context, site *captcha.Site, lotNumber string) (done bool) {
	name, argument, _ := strings.Cut(d.Fault(site.Key), ":")
	switch name {
	case faultPass:
		c.PureJSON(http.StatusOK, validateReply{"success", "success", "", captchaArgs{
			UsedType: usedTypes[d.Kinds(site)[0]], LotNumber: lotNumber, Scene: site.Settings.Get(scene), IPType: 4,
		}})
	case faultFail:
		writeFail(c, argument)
	case faultError:
		d.Refuse(c, findError(argument))
	case faultHTTP:
		status, _ := strconv.Atoi(argument) // CheckFault has read it
		c.String(status, "%s\n", http.StatusText(status))
	case faultBadJSON:
		c.Data(http.StatusOK, "application/json", []byte(`{"status":"success","result":"succ`))
	case faultDelay:
		milliseconds, _ := strconv.Atoi(argument)
		pause(c, time.Duration(milliseconds)*time.Millisecond)
		return false
	default:
		return false
	}
	return true
}

// pause waits, unless the client goes away.
func pause(c *gin.Context, duration time.Duration) {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.Request.Context().Done():
	}
}
