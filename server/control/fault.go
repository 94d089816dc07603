package control

import (
	"maps"
	"net/http"
	"sync"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Faults are what Sites are told to do wrong, by key. The zero Faults has none
// and is ready; many may use it at a time.
type Faults struct {
	mu     sync.Mutex
	bySite map[string]string
}

var _ dialect.Faults = (*Faults)(nil)

// Fault is the fault of the Site with that key; "" for none.
func (f *Faults) Fault(site string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bySite[site]
}

// Set gives the Site a fault; "" takes it away. Whether its Dialect has such a fault
// is up to the caller: see [CheckFault].
func (f *Faults) Set(site, fault string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bySite == nil {
		f.bySite = map[string]string{}
	}
	if fault == "" || fault == "normal" {
		delete(f.bySite, site)
		return
	}
	f.bySite[site] = fault
}

// All are the faults by Site; never nil.
func (f *Faults) All() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]string{}
	maps.Copy(all, f.bySite)
	return all
}

// CheckFault refuses a fault that the Dialect does not have.
func CheckFault(d dialect.Dialect, fault string) error {
	checker, ok := d.(dialect.FaultChecker)
	if !ok {
		return invalid("fault", "sites of "+d.Name()+" have none")
	}
	if err := checker.CheckFault(fault); err != nil {
		return invalid("fault", err.Error())
	}
	return nil
}

// faults is GET /control/v1/faults.
func (a api) faults(c *gin.Context) error {
	c.PureJSON(http.StatusOK, struct {
		Faults map[string]string `json:"faults"`
	}{a.Faults.All()})
	return nil
}

// setFault is PUT /control/v1/faults/{site}.
func (a api) setFault(c *gin.Context) error {
	body, err := readBody(c, "fault")
	if err != nil {
		return err
	}
	fault, ok := body.Text("fault")
	if !ok || fault == "" {
		return invalid("fault", "want a string")
	}
	site, speaks, err := a.find(c.Request.Context(), "", c.Param("site"))
	if err != nil {
		return err
	}
	if err := CheckFault(speaks, fault); err != nil {
		return err
	}
	a.Faults.Set(site.Key, fault)
	return a.faults(c)
}

// dropFault is DELETE /control/v1/faults/{site}.
func (a api) dropFault(c *gin.Context) error {
	a.Faults.Set(c.Param("site"), "")
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
