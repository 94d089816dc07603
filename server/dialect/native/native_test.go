package native_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/native"
	"github.com/captchad/captchad/web"
)

func TestConversations(t *testing.T) {
	dialecttest.Conversations(t, "../../../testdata/native/*.txt")
}

func TestLaws(t *testing.T) { dialecttest.Laws(t, native.Name) }

// app is somebody's app: its page and its backend.
type app struct {
	*dialecttest.Server
	t testing.TB
}

func newApp(t testing.TB, change ...func(*server.Config)) app {
	return app{dialecttest.New(t, change...), t}
}

// call posts JSON to a path below /native/v1/.
func (a app) call(path string, body any) *http.Response {
	a.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.send(path, string(text))
}

func (a app) send(path, body string) *http.Response {
	return a.Do(dialecttest.Request{Method: "POST", Path: "/native/v1/" + path, Body: body})
}

// members is a body.
type members map[string]any

// challenge gets a slider, and tells its ID and solution.
func (a app) challenge(site string) (id string, x float64) {
	a.t.Helper()
	var reply struct{ ID string }
	a.read(a.call("challenges", members{"site": site}), http.StatusCreated, &reply)
	return reply.ID, a.SolutionX(a.t, reply.ID)
}

// puzzle gets a Challenge of whatever kind the Site shows, and tells its ID and
// the right answer.
func (a app) puzzle(site string) (id string, right members) {
	a.t.Helper()
	var reply struct{ ID, Kind string }
	a.read(a.call("challenges", members{"site": site}), http.StatusCreated, &reply)
	if reply.Kind == "text" {
		return reply.ID, members{"text": dialecttest.Text}
	}
	return reply.ID, members{"x": a.SolutionX(a.t, reply.ID)}
}

// off is an answer that is wrong by so many pixels, or in so many characters.
func (right members) off(by float64) members {
	if x, ok := right["x"].(float64); ok {
		return members{"x": x + by}
	}
	return members{"text": fmt.Sprintf("%v%v", right["text"], by)}
}

// solve answers right, and tells the Pass as the page gets it.
func (a app) solve(site, subject string) json.RawMessage {
	a.t.Helper()
	id, right := a.puzzle(site)
	var reply struct{ Pass json.RawMessage }
	a.read(a.call("challenges/"+id+"/answers", members{"site": site, "answer": right, "subject": subject}), http.StatusOK, &reply)
	return reply.Pass
}

// mint makes a Pass as mock mode does, in the form in which the page gets it.
func (a app) mint(site *captcha.Site, subject string) json.RawMessage {
	a.t.Helper()
	d := a.Dialects[site.Dialect]
	_, pass, err := a.Core.Pass(a.t.Context(), site, d.Kinds(site)[0], func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
		return d.Attempt(site, id, solution, subject), nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	object, err := d.PagePass(a.t.Context(), site, pass)
	if err != nil {
		a.t.Fatal(err)
	}
	onPage, err := json.Marshal(object)
	if err != nil {
		a.t.Fatal(err)
	}
	return onPage
}

// redeem tells "" for success, and else the code.
func (a app) redeem(site, secret string, pass any, subject string) (code string) {
	a.t.Helper()
	return a.code(a.call("redeem", members{"site": site, "secret": secret, "pass": pass, "subject": subject}))
}

// code is the code of an error, and "" for a success.
func (a app) code(response *http.Response) string {
	a.t.Helper()
	var reply struct{ Code, Message string }
	text := dialecttest.Body(a.t, response)
	if err := json.Unmarshal([]byte(text), &reply); err != nil {
		a.t.Errorf("%q: %v", text, err)
	}
	if success := response.StatusCode < 300; success != (reply.Code == "") || success != (reply.Message == "") {
		a.t.Errorf("status %d does not say what the body says: %s", response.StatusCode, text)
	}
	return reply.Code
}

func (a app) read(response *http.Response, status int, into any) {
	a.t.Helper()
	text := dialecttest.Body(a.t, response)
	if response.StatusCode != status {
		a.t.Fatalf("status %d: %s", response.StatusCode, text)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		a.t.Fatalf("%q: %v", text, err)
	}
}

// subjectOf is a subject for Passes of the Site: none where its vendor's cannot
// be bound.
func (a app) subjectOf(site *captcha.Site) string {
	const phone = "12345678901"
	return a.Dialects[site.Dialect].Attempt(site, captcha.ID{}, captcha.Answer{Points: []captcha.Point{{X: 60, Y: 5}}}, phone).Subject
}

func secretOf(site string) string { return "secret of " + site }

func TestAReusablePassIsCheckedAndStaysGood(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app", func(s *captcha.Site) { s.Rules.Reusable = true })
	pass := a.solve("app", "")
	for range 3 {
		var reply members
		a.read(a.call("redeem", members{"site": "app", "secret": secretOf("app"), "pass": pass}), http.StatusOK, &reply)
		if _, there := reply["redeemed_at"]; there {
			t.Errorf("what was only checked is told as redeemed: %v", reply)
		}
	}
}

func TestWhileASecretIsChangedBothAreGood(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app", func(s *captcha.Site) {
		s.Secrets = []captcha.Secret{{Value: "new"}, {Value: "old", Until: dialecttest.Start.Add(60e9)}}
	})
	if first, second := a.redeem("app", "new", a.solve("app", ""), ""), a.redeem("app", "old", a.solve("app", ""), ""); first+second != "" {
		t.Errorf("new: %q, old: %q", first, second)
	}
	a.Clock.Advance(60e9)
	pass := a.solve("app", "")
	if code := a.redeem("app", "old", pass, ""); code != "unauthorized" {
		t.Errorf("the old secret after its end: %q", code)
	}
	if code := a.redeem("app", "new", pass, ""); code != "" {
		t.Errorf("and then the new one: %q", code)
	}
}

func TestASiteWithoutASecretRedeemsNothing(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app", func(s *captcha.Site) { s.Secrets = []captcha.Secret{{Value: ""}} })
	pass := a.solve("app", "")
	for _, body := range []members{{"site": "app", "pass": pass}, {"site": "app", "secret": "", "pass": pass}, {"site": "app", "secret": nil, "pass": pass}} {
		if code := a.code(a.call("redeem", body)); code != "unauthorized" {
			t.Errorf("%v: %q", body, code)
		}
	}
}

func TestNothingThatAVisitorOrABackendProvesIsLogged(t *testing.T) {
	a := newApp(t, func(c *server.Config) { c.Deps.Core = failing{c.Deps.Core, "redeem", fmt.Errorf("disk full")} })
	a.AddSite(t, native.Name, "app")
	onPage := a.solve("app", "")
	var pass struct{ Pass string }
	if err := json.Unmarshal(onPage, &pass); err != nil {
		t.Fatal(err)
	}
	if code := a.redeem("app", secretOf("app"), onPage, ""); code != "internal" {
		t.Errorf("a failing core: %q", code)
	}
	wantInLog(t, a.Log(), "disk full")
	wantNotInLog(t, a.Log(), secretOf("app"), pass.Pass, pass.Pass[33:])
}

func TestOurOwnScriptIsServedToThePagesOfAll(t *testing.T) {
	a := newApp(t)
	response := a.Do(dialecttest.Request{Method: "GET", Path: "/native/v1/captchad.js", Header: http.Header{"Origin": {"https://any.example.com"}}})
	if body := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || body != web.Captchad || response.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d, %d bytes, %v", response.StatusCode, len(body), response.Header)
	}
}
