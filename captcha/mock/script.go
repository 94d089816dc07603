package mock

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/captchad/captchad/captcha"
)

// Outcome is how a scripted step ends: [Right], [Automatic], the code of a refusal, or
// [VendorCode] with a code of the vendor's own behind it.
type Outcome string

// VendorCode is how an Outcome begins that is a code of the vendor's own, which the core
// does not know.
const VendorCode = "code:"

// Right lets a step succeed, whatever was given: any Answer gets a genuine Pass,
// and any Pass of the vendor's form is good.
const Right Outcome = "right"

// outcomes are those that each step can have.
var outcomes = map[captcha.Step][]Outcome{
	captcha.Issued: {Automatic, Outcome(captcha.Limited), Outcome(captcha.Busy), Outcome(captcha.Internal)},
	captcha.Answered: {Right, Outcome(captcha.Wrong), Outcome(captcha.Unknown), Outcome(captcha.Expired), Outcome(captcha.Used),
		Outcome(captcha.Exhausted), Outcome(captcha.Limited), Outcome(captcha.Busy), Outcome(captcha.Internal)},
	captcha.Redeemed: {Right, Outcome(captcha.Unknown), Outcome(captcha.Foreign), Outcome(captcha.Expired), Outcome(captcha.Used),
		Outcome(captcha.Limited), Outcome(captcha.Busy), Outcome(captcha.Internal)},
}

// Outcomes lists those that a step can have: issued, answered, or redeemed.
func Outcomes(step captcha.Step) []Outcome { return slices.Clone(outcomes[step]) }

// Plan says how the next steps of one kind end at one Site.
type Plan struct {
	Site    string // its key
	Step    captcha.Step
	Outcome Outcome
	Refusal error // how the Dialect says the vendor's own code, if the Outcome is one
	Times   int   // how many steps; Always: all for which nothing else is planned
}

// Always is how many times a plan counts that is not used up.
const Always = 0

// Script is what a Core is told to do next. The zero Script is empty and ready; many
// may use it at a time.
type Script struct {
	mu    sync.Mutex
	plans []Plan // those of one Site and step in their order
}

// Add puts a plan behind those that there are for its Site and step. One that counts
// always takes the place of the one before, and comes after all others.
func (s *Script) Add(plan Plan) error {
	possible, known := outcomes[plan.Step]
	vendors := strings.HasPrefix(string(plan.Outcome), VendorCode) && plan.Refusal != nil
	switch {
	case !known:
		return fmt.Errorf("step: there is no %q to be planned", plan.Step)
	case !vendors && !slices.Contains(possible, plan.Outcome):
		return fmt.Errorf("outcome: want one of %v, or %s<one of the vendor's>", possible, VendorCode)
	case plan.Times < 0:
		return fmt.Errorf("times: want at least 1, or 0 for always")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if plan.Times == Always {
		s.plans = slices.DeleteFunc(s.plans, func(p Plan) bool { return p.Times == Always && p.Site == plan.Site && p.Step == plan.Step })
	}
	s.plans = append(s.plans, plan)
	return nil
}

// Plans are those that are not used up, by Site and step in their order.
func (s *Script) Plans() []Plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	plans := slices.Clone(s.plans)
	slices.SortStableFunc(plans, func(a, b Plan) int { return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Step, b.Step)) })
	return plans
}

// Clear drops the plans of a Site; "": all.
func (s *Script) Clear(site string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = slices.DeleteFunc(s.plans, func(p Plan) bool { return site == "" || p.Site == site })
}

// next uses up one step of what is planned; the zero Plan: nothing is.
func (s *Script) next(site string, step captcha.Step) Plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	fits := func(p Plan) bool { return p.Site == site && p.Step == step }
	i := slices.IndexFunc(s.plans, func(p Plan) bool { return fits(p) && p.Times != Always })
	if i < 0 {
		if i = slices.IndexFunc(s.plans, fits); i < 0 {
			return Plan{}
		}
		return s.plans[i]
	}
	plan := s.plans[i]
	if s.plans[i].Times--; s.plans[i].Times == 0 {
		s.plans = slices.Delete(s.plans, i, i+1)
	}
	return plan
}
