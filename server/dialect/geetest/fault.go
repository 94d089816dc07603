package geetest

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// What mock mode can be told to do wrong, beside what Dialects have in common.
const (
	faultNormal   = "normal"
	faultPass     = "pass"     // whatever is sent to /validate succeeds
	faultFail     = "fail"     // fail:<reason>: it fails for that reason
	faultError    = "error"    // error:<code>: it has that code
	faultBadJSON  = "badjson"  // half an answer
	faultLoadFail = "loadfail" // /load answers 500
)

// CheckFault says why there is no such fault, if there is none.
func (Dialect) CheckFault(fault string) error {
	name, argument, _, numbered := dialect.ParseFault(fault)
	switch {
	case numbered,
		slices.Contains([]string{faultNormal, faultPass, faultBadJSON, faultLoadFail}, fault),
		name == faultFail && argument != "",
		name == faultError && findError(argument).code != "":
		return nil
	}
	return fmt.Errorf("%q: want pass, fail:<reason>, error:<code>, http:400 to http:599, delay:<ms> up to 50000, badjson, loadfail or normal", fault)
}

// KnownFaults are those that CheckFault takes.
func (Dialect) KnownFaults() []dialect.KnownFault {
	return append(slices.Clone(dialect.CommonFaults),
		dialect.KnownFault{Fault: faultPass, Help: "whatever is sent to /validate succeeds"},
		dialect.KnownFault{Fault: faultFail + ":<reason>", Help: "/validate fails for that reason, such as pass_token expire"},
		dialect.KnownFault{Fault: faultError + ":<code>", Help: "/validate answers with that error, such as -50005"},
		dialect.KnownFault{Fault: faultBadJSON, Help: "half an answer"},
		dialect.KnownFault{Fault: faultLoadFail, Help: "/load answers 500"},
	)
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
	name, argument, number, _ := dialect.ParseFault(d.Fault(c.Request.Context(), Name, site.Key)) // CheckFault has read it
	switch name {
	case faultPass:
		c.PureJSON(http.StatusOK, validateReply{"success", "success", "", captchaArgs{
			UsedType: usedTypes[d.Kinds(site)[0]], LotNumber: lotNumber, Scene: site.Settings.Get(scene), IPType: 4,
		}})
	case faultFail:
		writeFail(c, argument)
	case faultError:
		d.Refuse(c, findError(argument))
	case dialect.FaultHTTP:
		c.String(number, "%s\n", http.StatusText(number))
	case faultBadJSON:
		c.Data(http.StatusOK, "application/json", []byte(`{"status":"success","result":"succ`))
	case dialect.FaultDelay: // and then as ever
		dialect.Pause(c, number)
		return false
	default:
		return false
	}
	return true
}
