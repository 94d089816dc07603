package control

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Faults are what Sites are told to do wrong, by key, and Dialects, by name. A Site's own
// fault comes first. The zero Faults has none and is ready; many may use it at a time.
type Faults struct {
	// Chance draws a number from 0 up to 1 for a fault that happens now and then.
	// Default: that of math/rand.
	Chance func() float64

	mu        sync.Mutex
	bySite    map[string]*Fault
	byDialect map[string]*Fault
}

var _ dialect.Faults = (*Faults)(nil)

// Fault is what a Site does wrong.
type Fault struct {
	Fault       string  // such as "http:503"
	Times       int     // how many requests are left that it is done in; 0: all
	Probability float64 // of being done in one of them, up to 1

	common bool   // the same for all Dialects: none of them knows of it
	whose  string // in words: who has it
}

// Set gives the Site a fault; "" and "normal" take it away. Whether there is such a one
// is up to the caller: see [CheckFault].
func (f *Faults) Set(site string, fault Fault, d dialect.Dialect) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bySite == nil {
		f.bySite = map[string]*Fault{}
	}
	put(f.bySite, site, fault, d)
}

// SetAll gives all Sites of a Dialect a fault, as Set does for one.
func (f *Faults) SetAll(d dialect.Dialect, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byDialect == nil {
		f.byDialect = map[string]*Fault{}
	}
	put(f.byDialect, d.Name(), fault, d)
}

// put keeps the fault, or drops what is there.
func put(faults map[string]*Fault, name string, fault Fault, d dialect.Dialect) {
	delete(faults, name)
	if fault.Fault != "" && fault.Fault != normal {
		fault.common = d == nil || !takes(d, fault.Fault)
		faults[name] = &fault
	}
}

// reason is why a request went wrong, for people.
func (f Fault) reason() string { return fmt.Sprintf("fault %s of %s", f.Fault, f.whose) }

// normal is the fault that is none.
const normal = "normal"

// Clear takes all faults away.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bySite, f.byDialect = nil, nil
}

// All are the faults by Site, and by Dialect; never nil.
func (f *Faults) All() (bySite, byDialect map[string]Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return copied(f.bySite), copied(f.byDialect)
}

func copied(faults map[string]*Fault) map[string]Fault {
	all := map[string]Fault{}
	for name, fault := range faults {
		all[name] = *fault
	}
	return all
}

// take decides whether the fault of a Site, or else of its Dialect, is done in a request,
// and counts it.
func (f *Faults) take(dialectName, site string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	faults, name, whose := f.bySite, site, "this site"
	if faults[name] == nil {
		faults, name, whose = f.byDialect, dialectName, "all sites of "+dialectName
	}
	fault := faults[name]
	if fault == nil || fault.Probability < 1 && f.chance() >= fault.Probability {
		return Fault{}
	}
	taken := *fault
	taken.whose = whose
	if fault.Times > 0 {
		if fault.Times--; fault.Times == 0 {
			delete(faults, name)
		}
	}
	return taken
}

func (f *Faults) chance() float64 {
	if f.Chance == nil {
		return rand.Float64()
	}
	return f.Chance()
}

// decision is what is done wrong in one request: it is decided when the Site is known.
type decision struct {
	made  bool
	fault Fault
}

type decisionKey struct{}

func (f *Faults) decided(ctx context.Context, dialectName, site string) Fault {
	d, ok := ctx.Value(decisionKey{}).(*decision)
	if !ok {
		return f.take(dialectName, site)
	}
	if !d.made {
		d.made, d.fault = true, f.take(dialectName, site)
	}
	return d.fault
}

// Fault is what the Dialect is to do wrong for the Site in this request.
func (f *Faults) Fault(ctx context.Context, dialectName, site string) string {
	fault := f.decided(ctx, dialectName, site)
	if fault.common || fault.Fault == "" {
		return ""
	}
	if seen := mock.SeenIn(ctx); seen != nil {
		// A Dialect may do it before it looks the Site up, and then nobody else tells whose
		// request this was.
		if seen.Site == "" {
			seen.Dialect, seen.Site = dialectName, site
		}
		if name, _, _, _ := dialect.ParseFault(fault.Fault); name != dialect.FaultDelay {
			seen.Fault, seen.Because = fault.Fault, fault.reason()
		}
	}
	return fault.Fault
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
	var names []string
	for _, known := range faultsOf(d) {
		names = append(names, known.Fault)
	}
	return invalid("fault", fmt.Sprintf("%.64q: want one of %s or %s; a status is 400 to 599, and a delay 1 to 50000 ms",
		fault, strings.Join(names, ", "), normal))
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
		seen.Refuse = func(dialectName, site string) error {
			fault := f.decided(r.Context(), dialectName, site)
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
			seen.Fault, seen.Because = fault.Fault, fault.reason()
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
	bySite, byDialect := a.Faults.All()
	c.PureJSON(http.StatusOK, struct {
		Faults   map[string]faultReply `json:"faults"`
		Dialects map[string]faultReply `json:"dialects"`
	}{newFaultReplies(bySite), newFaultReplies(byDialect)})
	return nil
}

func newFaultReplies(faults map[string]Fault) map[string]faultReply {
	replies := map[string]faultReply{}
	for name, fault := range faults {
		told := faultReply{Fault: fault.Fault, Times: fault.Times}
		if fault.Probability < 1 {
			told.Probability = fault.Probability
		}
		replies[name] = told
	}
	return replies
}

// commonFaults are those that every Dialect has.
var commonFaults = append(slices.Clone(dialect.CommonFaults),
	dialect.KnownFault{Fault: faultEmpty, Help: "200 and an empty body"},
	dialect.KnownFault{Fault: faultBadJSON, Help: "half an answer"},
	dialect.KnownFault{Fault: faultDrop, Help: "the connection breaks without an answer"},
)

// faultsOf are those that a Dialect can be told to do: its own, and those of all.
func faultsOf(d dialect.Dialect) []dialect.KnownFault {
	checker, ok := d.(dialect.FaultChecker)
	if !ok {
		return slices.Clone(commonFaults)
	}
	faults := checker.KnownFaults()
	for _, common := range commonFaults {
		if !slices.ContainsFunc(faults, func(f dialect.KnownFault) bool { return f.Fault == common.Fault }) {
			faults = append(faults, common)
		}
	}
	return faults
}

// knownFaults is GET /control/v1/faults/known.
func (a api) knownFaults(c *gin.Context) error {
	known := map[string][]dialect.KnownFault{}
	for _, d := range a.Dialects {
		known[d.Name()] = faultsOf(d)
	}
	c.PureJSON(http.StatusOK, struct {
		Dialects map[string][]dialect.KnownFault `json:"dialects"`
	}{known})
	return nil
}

// setFault is PUT /control/v1/faults/{site}.
func (a api) setFault(c *gin.Context) error {
	fault, err := readFault(c)
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

func readFault(c *gin.Context) (Fault, error) {
	fault := Fault{Probability: 1}
	body, err := readBody(c, "fault", "times", "probability")
	if err != nil {
		return fault, err
	}
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

// setDialectFault is PUT /control/v1/faults/dialects/{name}: the fault of all Sites of a
// Dialect that have none of their own.
func (a api) setDialectFault(c *gin.Context) error {
	fault, err := readFault(c)
	if err != nil {
		return err
	}
	speaks, err := a.namedDialect(c)
	if err != nil {
		return err
	}
	if err := CheckFault(speaks, fault.Fault); err != nil {
		return err
	}
	a.Faults.SetAll(speaks, fault)
	return a.faults(c)
}

// dropDialectFault is DELETE /control/v1/faults/dialects/{name}.
func (a api) dropDialectFault(c *gin.Context) error {
	speaks, err := a.namedDialect(c)
	if err != nil {
		return err
	}
	a.Faults.SetAll(speaks, Fault{})
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// namedDialect is the Dialect in the path.
func (a api) namedDialect(c *gin.Context) (dialect.Dialect, error) {
	if i := a.dialect(c.Param("name")); i >= 0 {
		return a.Dialects[i], nil
	}
	return nil, captcha.Refuse(captcha.Unknown, "name: there is no such dialect")
}

// dropFault is DELETE /control/v1/faults/{site}.
func (a api) dropFault(c *gin.Context) error {
	a.Faults.Set(c.Param("site"), Fault{}, nil)
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
