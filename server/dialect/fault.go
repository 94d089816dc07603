package dialect

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// Faults are what mock mode is told to do wrong, so that people can test what
// their app does then. Serve mode has none.
type Faults interface {
	// Fault is what the Site of the Dialect with that key is to do wrong in the
	// request with that context; "" for nothing. It is something that the
	// [FaultChecker] takes that the Dialect is.
	Fault(ctx context.Context, dialect, site string) string
}

// FaultChecker is a Dialect that can be told to do something wrong.
type FaultChecker interface {
	// CheckFault says why there is no such fault, if there is none.
	CheckFault(fault string) error

	// KnownFaults are those that there are.
	KnownFaults() []KnownFault
}

// KnownFault is something that a Dialect can be told to do wrong.
type KnownFault struct {
	Fault string `json:"fault"` // with a number or text to fill in: "http:<status>"
	Help  string `json:"help"`  // one line for people
}

// CommonFaults are those with a number, for the lists of Dialects.
var CommonFaults = []KnownFault{
	{FaultHTTP + ":<status>", "answer with that HTTP status, 400 to 599"},
	{FaultDelay + ":<ms>", "answer so many milliseconds late, up to 50000"},
}

// Fault is what the Site of the Dialect with that key is to do wrong now; "" for nothing.
func (d Deps) Fault(ctx context.Context, dialect, site string) string {
	if d.Faults == nil {
		return ""
	}
	return d.Faults.Fault(ctx, dialect, site)
}

// The faults that Dialects have in common, with a number after a colon.
const (
	FaultHTTP  = "http"  // "http:503": that status, from 400 to 599
	FaultDelay = "delay" // "delay:1500": an answer so many milliseconds late, at most 50,000
)

// faultNumbers are what these numbers may be. A delay is shorter than a server
// takes for writing an answer.
var faultNumbers = map[string]struct{ least, most int }{FaultHTTP: {400, 599}, FaultDelay: {1, 50_000}}

// ParseFault cuts a fault in two. Number is the argument of one that Dialects have
// in common; numbered tells whether it is one of them, within what it may be.
func ParseFault(fault string) (name, argument string, number int, numbered bool) {
	name, argument, _ = strings.Cut(fault, ":")
	limits, common := faultNumbers[name]
	number, err := strconv.Atoi(argument)
	return name, argument, number, common && err == nil && number >= limits.least && number <= limits.most
}

// Pause waits so many milliseconds, unless the client goes away.
func Pause(c *gin.Context, milliseconds int) { PauseFor(c.Request.Context(), milliseconds) }

// PauseFor waits so many milliseconds, unless ctx ends.
func PauseFor(ctx context.Context, milliseconds int) {
	timer := time.NewTimer(time.Duration(milliseconds) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
