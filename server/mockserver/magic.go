package mockserver

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/control"
	"github.com/captchad/captchad/server/dialect"
)

// magic is a Site whose key alone decides how everything ends, for tests that can
// change nothing but configuration.
type magic struct {
	name  string
	plans []mock.Plan // always
	fault string
}

// magics are the Sites of this kind that there are for each vendor. A new one goes to the
// end: the keys of some vendors are numbered.
var magics = []magic{
	{name: "passes", plans: []mock.Plan{noPuzzle}},
	{name: "fails", plans: []mock.Plan{
		{Step: captcha.Answered, Outcome: mock.Outcome(captcha.Wrong)}, {Step: captcha.Redeemed, Outcome: mock.Outcome(captcha.Unknown)},
	}},
	{name: "used", plans: []mock.Plan{noPuzzle, {Step: captcha.Redeemed, Outcome: mock.Outcome(captcha.Used)}}},
	{name: "expired", plans: []mock.Plan{noPuzzle, {Step: captcha.Redeemed, Outcome: mock.Outcome(captcha.Expired)}}},
	{name: "slow", plans: []mock.Plan{noPuzzle}, fault: "delay:3000"},
	{name: "outage", fault: "http:503"},
	{name: "puzzle", plans: []mock.Plan{anyAnswer}},
}

var (
	noPuzzle  = mock.Plan{Step: captcha.Issued, Outcome: mock.Automatic}
	anyAnswer = mock.Plan{Step: captcha.Answered, Outcome: mock.Right}
)

// MagicSites lists the keys that decide how everything ends, by what they do and by
// vendor. Their secrets are those of the vendor's ready Site.
func MagicSites() map[string]map[string]string {
	sites := map[string]map[string]string{}
	for number, kind := range magics {
		sites[kind.name] = map[string]string{}
		for _, vendor := range server.Dialects(dialect.Deps{}) {
			sites[kind.name][vendor.Name()] = magicKey(vendor.Name(), kind.name, number)
		}
	}
	return sites
}

// magicKey is a key in the vendor's form, which is 32 hex digits for two of them. By
// their order these keys come after all others: the first Site of a vendor is no such
// one.
func magicKey(vendor, name string, number int) string {
	switch vendor {
	case "geetest":
		return strings.Repeat("f", 30) + fmt.Sprintf("a%d", number+1)
	case "yidun":
		return strings.Repeat("f", 30) + fmt.Sprintf("b%d", number+1)
	}
	return "test-" + vendor + "-" + name
}

// addMagic saves the magic Sites, each as the ready Site of its vendor but for its key,
// and says how everything ends there.
func (s *Server) addMagic(ctx context.Context) error {
	for number, kind := range magics {
		for _, vendor := range s.Dialects {
			site := *s.Ready(vendor.Name())
			site.Key, site.Name = magicKey(vendor.Name(), kind.name, number), vendor.Name()+" "+kind.name
			site.Settings = maps.Clone(site.Settings)
			delete(site.Settings, vendor.Name()+".default")
			if err := s.sites.SaveSite(ctx, &site); err != nil {
				return fmt.Errorf("magic site %s: %w", site.Key, err)
			}
			for _, plan := range kind.plans {
				plan.Site, plan.Times = site.Key, mock.Always
				if err := s.Core.Defaults.Add(plan); err != nil {
					return fmt.Errorf("magic site %s: %w", site.Key, err)
				}
			}
			s.Faults.Set(site.Key, control.Fault{Fault: kind.fault, Probability: 1}, vendor)
		}
	}
	return nil
}
