package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// planReply is a plan on the wire.
type planReply struct {
	Site    string `json:"site"`
	Step    string `json:"step"`    // issue, answer or redeem
	Outcome string `json:"outcome"` // right, or the code of a refusal
	Times   int    `json:"times"`   // that are left; 0: always
}

// steps are the steps that can be planned, by their names on the wire.
var steps = map[string]captcha.Step{"issue": captcha.Issued, "answer": captcha.Answered, "redeem": captcha.Redeemed}

// wantStep lists them, for who names another.
const wantStep = "want issue, answer or redeem"

// script is GET /control/v1/script.
func (a api) script(c *gin.Context) error { return a.writeScript(c, http.StatusOK) }

func (a api) writeScript(c *gin.Context, status int) error {
	reply := struct {
		Plans []planReply `json:"plans"`
	}{[]planReply{}}
	for _, plan := range a.Core.Script.Plans() {
		reply.Plans = append(reply.Plans, planReply{plan.Site, stepName(plan.Step), string(plan.Outcome), plan.Times})
	}
	c.PureJSON(status, reply)
	return nil
}

func stepName(step captcha.Step) string {
	for name, known := range steps {
		if known == step {
			return name
		}
	}
	return string(step)
}

// plan is POST /control/v1/script: the next steps of a Site, behind those that are
// planned already.
func (a api) plan(c *gin.Context) error {
	body, err := readBody(c, "site", "step", "outcome", "times")
	if err != nil {
		return err
	}
	plan, err := readPlan(body)
	if err != nil {
		return err
	}
	_, speaks, err := a.find(c.Request.Context(), "", plan.Site)
	if err != nil {
		return err
	}
	if err := inVendorsWords(&plan, speaks); err != nil {
		return err
	}
	if err := a.Core.Script.Add(plan); err != nil {
		field, complaint, _ := strings.Cut(err.Error(), ": ")
		return invalid(field, complaint)
	}
	return a.writeScript(c, http.StatusCreated)
}

// knownOutcomes is GET /control/v1/script/known.
func (a api) knownOutcomes(c *gin.Context) error {
	known := map[string]map[string][]string{}
	for _, d := range a.Dialects {
		known[d.Name()] = map[string][]string{}
		for name, step := range steps {
			known[d.Name()][name] = outcomesOf(d, step)
		}
	}
	c.PureJSON(http.StatusOK, struct {
		Dialects map[string]map[string][]string `json:"dialects"`
	}{known})
	return nil
}

// outcomesOf are those that a step of the Dialect can have.
func outcomesOf(d dialect.Dialect, step captcha.Step) (names []string) {
	for _, outcome := range mock.Outcomes(step) {
		names = append(names, string(outcome))
	}
	for _, code := range vendorCodes(d) {
		names = append(names, mock.VendorCode+code)
	}
	return names
}

// vendorErrors are those that a Dialect can be told to say.
func vendorErrors(d dialect.Dialect) []dialect.VendorError {
	if speaker, ok := d.(dialect.Speaker); ok {
		return speaker.VendorErrors()
	}
	return nil
}

func vendorCodes(d dialect.Dialect) (codes []string) {
	for _, e := range vendorErrors(d) {
		codes = append(codes, e.VendorCode())
	}
	slices.Sort(codes)
	return codes
}

// inVendorsWords puts into the plan how the Dialect says the vendor's own code, if that is
// the outcome.
func inVendorsWords(plan *mock.Plan, d dialect.Dialect) error {
	code, vendors := strings.CutPrefix(string(plan.Outcome), mock.VendorCode)
	if !vendors {
		return nil
	}
	for _, e := range vendorErrors(d) {
		if e.VendorCode() == code {
			plan.Refusal = e
			return nil
		}
	}
	return invalid("outcome", fmt.Sprintf("%s has no code %.64q; it has %s", d.Name(), code, strings.Join(vendorCodes(d), ", ")))
}

// maxTimes is how many steps a plan may have.
const maxTimes = 1_000_000

func readPlan(body dialect.Object) (plan mock.Plan, err error) {
	site, ok := body.Text("site")
	if !ok || site == "" {
		return plan, invalid("site", "want the key of a site")
	}
	step, ok := body.Text("step")
	if _, known := steps[step]; !ok || !known {
		return plan, invalid("step", wantStep)
	}
	outcome, ok := body.Text("outcome")
	if !ok {
		return plan, invalid("outcome", "want a string")
	}
	times := 1
	if raw, given := body["times"]; given && json.Unmarshal(raw, &times) != nil || times < mock.Always || times > maxTimes {
		return plan, invalid("times", fmt.Sprintf("want a whole number from 1 to %d, or 0 for always", maxTimes))
	}
	return mock.Plan{Site: site, Step: steps[step], Outcome: mock.Outcome(outcome), Times: times}, nil
}

// clearScript is DELETE /control/v1/script, with ?site= for that of one Site.
func (a api) clearScript(c *gin.Context) error {
	a.Core.Script.Clear(c.Query("site"))
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
