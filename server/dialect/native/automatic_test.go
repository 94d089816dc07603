package native_test

import (
	"net/http"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// automaticFor plans that the Site's Challenges ask nothing of the visitor.
func (a app) automaticFor(site string) {
	a.t.Helper()
	if err := a.Core.Script.Add(mock.Plan{Site: site, Step: captcha.Issued, Outcome: mock.Automatic}); err != nil {
		a.t.Fatal(err)
	}
}

// A widget learns that it has to show no puzzle, and sends any Answer.
func TestAnAutomaticChallengeSaysSoAndTakesAnyAnswer(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		var before, issued, shown map[string]any
		a.read(a.call("challenges", members{"site": "app"}), http.StatusCreated, &before)
		if said, ok := before["automatic"]; ok {
			t.Errorf("an ordinary challenge says automatic: %v", said)
		}
		a.automaticFor("app")
		a.read(a.call("challenges", members{"site": "app"}), http.StatusCreated, &issued)
		id := issued["id"].(string)
		a.read(a.Do(dialecttest.Request{Method: "GET", Path: "/native/v1/challenges/" + id + "?site=app"}), http.StatusOK, &shown)
		if issued["automatic"] != true || shown["automatic"] != true || issued["picture"] == nil {
			t.Errorf("issued %v, shown %v, with a picture for other clients: %v", issued["automatic"], shown["automatic"], issued["picture"] != nil)
		}
		subject := a.subjectOf(site)
		var solved struct{ Pass any }
		a.read(a.call("challenges/"+id+"/answers", members{"site": "app", "answer": members{"x": 0}, "subject": subject}), http.StatusOK, &solved)
		for _, want := range []string{"", "used"} {
			if code := a.redeem("app", secretOf("app"), solved.Pass, subject); code != want {
				t.Errorf("redeemed with %q, want %q", code, want)
			}
		}
	})
}

// TestServeModeKnowsNoAutomaticChallenge: what serves pages there is a captcha.Service.
// Even a Challenge that a mock with the same keys made automatic wants its Answer.
func TestServeModeKnowsNoAutomaticChallenge(t *testing.T) {
	if _, ok := any((*captcha.Service)(nil)).(dialect.Automatic); ok {
		t.Fatal("the core of serve mode has automatic challenges")
	}
	a := newApp(t, func(c *server.Config) { c.Deps.Core, c.Deps.Automatic = c.Deps.Core.(*mock.Core).Service, nil })
	for name := range a.Dialects {
		site := a.AddSite(t, name, "site-of-"+name, dialecttest.Once)
		a.automaticFor(site.Key)
		mocked, err := a.Core.IssueUndrawn(t.Context(), site, a.Dialects[name].Kinds(site)[0])
		if err != nil || !a.Core.Automatic(mocked.ID) {
			t.Fatalf("%s: the mock made no automatic challenge: %v", name, err)
		}
		var issued, shown map[string]any
		a.read(a.call("challenges", members{"site": site.Key}), http.StatusCreated, &issued)
		a.read(a.Do(dialecttest.Request{Method: "GET", Path: "/native/v1/challenges/" + mocked.ID.String() + "?site=" + site.Key}), http.StatusOK, &shown)
		for what, reply := range map[string]map[string]any{"issued": issued, "shown": shown} {
			if said, ok := reply["automatic"]; ok {
				t.Errorf("%s, %s: automatic is %v", name, what, said)
			}
			if code := a.code(a.call("challenges/"+reply["id"].(string)+"/answers", members{"site": site.Key, "answer": members{"x": 0}})); code != "wrong" {
				t.Errorf("%s, %s: the answer that the widget sends by itself: %q", name, what, code)
			}
		}
	}
}
