package control

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"

	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Faults are what Sites are told to do wrong, by key. The zero Faults has none
// and is ready; many may use it at a time.
type Faults struct {
	mu     sync.Mutex
	bySite map[string]*Fault
}

var _ dialect.Faults = (*Faults)(nil)

// Fault is what a Site does wrong.
type Fault struct {
	Fault       string  // such as "http:503"
	Times       int     // how many requests are left that it is done in; 0: all
	Probability float64 // of being done in one of them, up to 1

	common bool // the same for all Dialects: none of them knows of it
}

// Set gives the Site a fault; "" and "normal" take it away. Whether there is such a one
// is up to the caller: see [CheckFault].
func (f *Faults) Set(site string, fault Fault, d dialect.Dialect) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bySite == nil {
		f.bySite = map[string]*Fault{}
	}
	delete(f.bySite, site)
	if fault.Fault != "" && fault.Fault != normal {
		fault.common = d == nil || !takes(d, fault.Fault)
		f.bySite[site] = &fault
	}
}

// normal is the fault that is none.
const normal = "normal"

// Clear takes all faults away.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bySite = nil
}

// All are the faults by Site; never nil.
func (f *Faults) All() map[string]Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]Fault{}
	for site, fault := range f.bySite {
		all[site] = *fault
	}
	return all
}

// take decides whether the fault of a Site is done in a request, and counts it.
func (f *Faults) take(site string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault := f.bySite[site]
	if fault == nil || rand.Float64() >= fault.Probability {
		return Fault{}
	}
	taken := *fault
	if fault.Times > 0 {
		if fault.Times--; fault.Times == 0 {
			delete(f.bySite, site)
		}
	}
	return taken
}

// decision is what is done wrong in one request: it is decided when the Site is known.
type decision struct {
	made  bool
	fault Fault
}

type decisionKey struct{}

func (f *Faults) decided(ctx context.Context, site string) Fault {
	d, ok := ctx.Value(decisionKey{}).(*decision)
	if !ok {
		return f.take(site)
	}
	if !d.made {
		d.made, d.fault = true, f.take(site)
	}
	return d.fault
}

// Fault is what the Dialect of the Site is to do wrong in this request.
func (f *Faults) Fault(ctx context.Context, site string) string {
	if fault := f.decided(ctx, site); !fault.common {
		return fault.Fault
	}
	return ""
}

// The faults that every Dialect has, beside those with a number.
const (
	faultEmpty   = "empty"   // 200 and nothing
	faultBadJSON = "badjson" // half an answer
	faultDrop    = "drop"    // the connection breaks
)

// everywhere tells whether a fault is one that every Dialect has.
func everywhere(fault string) bool {
	_, _, _, numbered := dialect.ParseFault(fault)
	return numbered || slices.Contains([]string{normal, faultEmpty, faultBadJSON, faultDrop}, fault)
}

func takes(d dialect.Dialect, fault string) bool {
	checker, ok := d.(dialect.FaultChecker)
	return ok && checker.CheckFault(fault) == nil
}

// CheckFault refuses a fault that there is not: neither for all Dialects nor for this
// one.
func CheckFault(d dialect.Dialect, fault string) error {
	if everywhere(fault) || takes(d, fault) {
		return nil
	}
	if checker, ok := d.(dialect.FaultChecker); ok {
		return invalid("fault", checker.CheckFault(fault).Error()+"; or empty, drop")
	}
	return invalid("fault", fmt.Sprintf("%q: want http:400 to http:599, delay:<ms> up to 50000, empty, badjson, drop or normal", fault))
}

// Spoil makes a handler that does wrong what the Dialects themselves do not: whatever
// next has answered by then, once the Site is known, is thrown away.
func (f *Faults) Spoil(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := mock.SeenIn(r.Context())
		if seen == nil || r.Method == http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), decisionKey{}, &decision{}))
		answer := &spoiled{ResponseWriter: w}
		seen.Refuse = func(site string) error {
			fault := f.decided(r.Context(), site)
			// Who asks for a Site of any Dialect is our widget's API, which knows of no
			// faults: that a vendor is down holds for his pages too.
			if !fault.common && (seen.Dialect != "" || !everywhere(fault.Fault)) {
				return nil
			}
			name, _, number, _ := dialect.ParseFault(fault.Fault)
			if name == dialect.FaultDelay { // and then as ever
				dialect.PauseFor(r.Context(), number)
				return nil
			}
			answer.fault = fault.Fault
			return fmt.Errorf("fault: %s", fault.Fault)
		}
		next.ServeHTTP(answer, r)
		answer.finish()
	})
}

// spoiled swallows an answer once there is a fault.
type spoiled struct {
	http.ResponseWriter
	fault string
}

// WriteHeader passes the status on, unless there is a fault.
func (s *spoiled) WriteHeader(status int) {
	if s.fault == "" {
		s.ResponseWriter.WriteHeader(status)
	}
}

// Write passes the body on, unless there is a fault.
func (s *spoiled) Write(p []byte) (int, error) {
	if s.fault == "" {
		return s.ResponseWriter.Write(p)
	}
	return len(p), nil
}

// finish answers with the fault, if there is one.
func (s *spoiled) finish() {
	if s.fault == "" {
		return
	}
	clear(s.Header())
	name, _, number, _ := dialect.ParseFault(s.fault)
	switch {
	case name == dialect.FaultHTTP:
		http.Error(s.ResponseWriter, http.StatusText(number), number)
	case s.fault == faultBadJSON:
		s.Header().Set("Content-Type", "application/json")
		_, _ = s.ResponseWriter.Write([]byte(`{"result":true,"succ`))
	case s.fault == faultEmpty:
		s.ResponseWriter.WriteHeader(http.StatusOK)
	case s.fault == faultDrop:
		panic(http.ErrAbortHandler)
	}
}

// faultReply is a fault on the wire.
type faultReply struct {
	Fault       string  `json:"fault"`
	Times       int     `json:"times,omitempty"`       // that are left; missing: it does not end
	Probability float64 `json:"probability,omitempty"` // missing: 1
}

// faults is GET /control/v1/faults.
func (a api) faults(c *gin.Context) error {
	reply := map[string]faultReply{}
	for site, fault := range a.Faults.All() {
		told := faultReply{Fault: fault.Fault, Times: fault.Times}
		if fault.Probability < 1 {
			told.Probability = fault.Probability
		}
		reply[site] = told
	}
	c.PureJSON(http.StatusOK, struct {
		Faults map[string]faultReply `json:"faults"`
	}{reply})
	return nil
}

// setFault is PUT /control/v1/faults/{site}.
func (a api) setFault(c *gin.Context) error {
	body, err := readBody(c, "fault", "times", "probability")
	if err != nil {
		return err
	}
	fault, err := readFault(body)
	if err != nil {
		return err
	}
	site, speaks, err := a.find(c.Request.Context(), "", c.Param("site"))
	if err != nil {
		return err
	}
	if err := CheckFault(speaks, fault.Fault); err != nil {
		return err
	}
	a.Faults.Set(site.Key, fault, speaks)
	return a.faults(c)
}

func readFault(body dialect.Object) (Fault, error) {
	fault := Fault{Probability: 1}
	var ok bool
	if fault.Fault, ok = body.Text("fault"); !ok || fault.Fault == "" {
		return fault, invalid("fault", "want a string")
	}
	if raw, given := body["times"]; given && (json.Unmarshal(raw, &fault.Times) != nil || fault.Times < 1 || fault.Times > maxTimes) {
		return fault, invalid("times", fmt.Sprintf("want a whole number from 1 to %d", maxTimes))
	}
	if raw, given := body["probability"]; given && (json.Unmarshal(raw, &fault.Probability) != nil || !(fault.Probability > 0 && fault.Probability <= 1)) {
		return fault, invalid("probability", "want a number over 0, up to 1")
	}
	return fault, nil
}

// dropFault is DELETE /control/v1/faults/{site}.
func (a api) dropFault(c *gin.Context) error {
	a.Faults.Set(c.Param("site"), Fault{}, nil)
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
