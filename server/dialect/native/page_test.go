package native_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/native"
	"github.com/google/go-cmp/cmp"
)

// badPages are refused, each with a message that names the member.
var badPages = []struct{ text, member string }{
	{`"web"`, "page"}, {`7`, "page"}, {`[]`, "page"}, {`true`, "page"},
	{`{"colour":"red"}`, "colour"}, {`{"Language":"de"}`, "Language"},
	{`{"language":7}`, "language"}, {`{"language":["de"]}`, "language"}, {`{"language":"` + strings.Repeat("d", 36) + `"}`, "language"},
	{`{"client_type":{}}`, "client_type"}, {`{"client_type":"` + strings.Repeat("w", 33) + `"}`, "client_type"},
	{`{"user_info":false}`, "user_info"}, {`{"user_info":{"id":7}}`, "user_info"}, {`{"user_info":"` + strings.Repeat("u", 1025) + `"}`, "user_info"},
	{`{"failures":"2"}`, "failures"}, {`{"failures":-1}`, "failures"}, {`{"failures":1.5}`, "failures"}, {`{"failures":1000001}`, "failures"},
	{`{"failures":1e99}`, "failures"}, {`{"failures":[1]}`, "failures"}, {`{"failures":true}`, "failures"},
}

// badTracks are refused.
var badTracks = []string{
	`"0,0,0"`, `7`, `{}`, `{"0":[0,0,0]}`, `[0,0,0]`, `["0,0,0"]`, `[null]`, `[[]]`, `[[0,0]]`, `[[0,0,0,0]]`, `[["0",0,0]]`, `[[0,null,0]]`,
	`[[0,0,[0]]]`, `[[0,0,"NaN"]]`, `[[0,0],[0,0,0,0]]`, `[[0,0,0],0]`, `[0,[0,0,0]]`, `[[0,0,true]]`, `[[0,0,1e999]]`, `[[-1,0,0]]`, `[[0,0,0],[3600001,0,0]]`,
	`[` + strings.Repeat(`[0,0,0],`, 512) + `[0,0,0]]`,
}

func TestWhatAPageTellsWronglyIsRefusedByNameAndUsesUpNothing(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app", func(s *captcha.Site) { s.Rules.Attempts = 1 })
	id, x := a.challenge("app")
	refused := func(path, member, text, body string) {
		t.Helper()
		var reply struct{ Message string }
		a.read(a.send(path, body), http.StatusBadRequest, &reply)
		if !strings.Contains(reply.Message, member) {
			t.Errorf("%s: %q does not name %s", text, reply.Message, member)
		}
	}
	answers := "challenges/" + id + "/answers"
	for _, page := range badPages {
		refused("challenges", page.member, page.text, `{"site":"app","page":`+page.text+`}`)
		refused(answers, page.member, page.text, fmt.Sprintf(`{"site":"app","answer":{"x":%v},"page":%s}`, x, page.text))
	}
	for _, track := range badTracks {
		refused(answers, "track", track, fmt.Sprintf(`{"site":"app","answer":{"x":%v},"track":%s}`, x, track))
	}
	if events := a.Events(); len(events) != 1 {
		t.Errorf("the core was asked for what was refused: %v", events)
	}
	if code := a.code(a.call(answers, members{"site": "app", "answer": members{"x": x}})); code != "" {
		t.Errorf("after all that the only attempt is gone: %q", code)
	}
}

func TestTheTrackIsToldToWhoeverWatchesAndDecidesNothing(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app")
	for text, want := range map[string][]captcha.Move{
		`[[0,0,20],[16.5,3.5,-20]]`: {{X: 0, Y: 20}, {At: 16500 * time.Microsecond, X: 3.5, Y: -20}},
		`[[3600000,1e300,0]]`:       {{At: time.Hour, X: 1e300}},
		`[]`:                        nil,
		`null`:                      nil,
	} {
		id, x := a.challenge("app")
		if code := a.code(a.send("challenges/"+id+"/answers", fmt.Sprintf(`{"site":"app","answer":{"x":%v},"track":%s}`, x, text))); code != "" {
			t.Errorf("%s: %q", text, code)
		}
		events := a.Events()
		last := events[len(events)-1]
		if diff := cmp.Diff(want, last.Track); diff != "" || last.Step != captcha.Answered {
			t.Errorf("%s, told as %v: %s", text, last.Step, diff)
		}
	}
}

func TestTheLongestTrackAndThePageFitIntoABody(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app")
	id, x := a.challenge("app")
	move := []float64{3599999.0625, 309.98765432109, 154.98765432109}
	track := make([][]float64, 512)
	for i := range track {
		track[i] = move
	}
	body := members{"site": "app", "answer": members{"x": x}, "track": track, "page": members{"user_info": strings.Repeat("\x01", 1024)}}
	if code := a.code(a.call("challenges/"+id+"/answers", body)); code != "" {
		t.Errorf("refused with %q", code)
	}
}

func TestTheBackendIsToldOfTheVisitorHoweverMuchAPageTells(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, _ *captcha.Site) {
		id, right := a.puzzle("app")
		body, err := json.Marshal(members{
			"site": "app", "answer": right,
			"page": members{"client_type": strings.Repeat("w", 32), "user_info": strings.Repeat("𝄞", 256), "failures": 1_000_000},
		})
		if err != nil {
			t.Fatal(err)
		}
		var solved struct{ Pass json.RawMessage }
		a.read(a.Do(dialecttest.Request{
			Method: "POST", Path: "/native/v1/challenges/" + id + "/answers", Body: string(body),
			Header: http.Header{"Referer": {"https://app.example.com/" + strings.Repeat("r", 8000)}, "User-Agent": {strings.Repeat("浏", 3000)}},
		}), http.StatusOK, &solved)
		var redeemed struct{ Details map[string]string }
		a.read(a.call("redeem", members{"site": "app", "secret": secretOf("app"), "pass": solved.Pass}), http.StatusOK, &redeemed)
		want := map[string]string{
			"address": "192.0.2.1", "referer": "https://app.example.com/" + strings.Repeat("r", 216), "user_agent": strings.Repeat("浏", 80),
			"client_type": strings.Repeat("w", 32), "user_info": strings.Repeat("𝄞", 256), "failures": "1000000",
		}
		if diff := cmp.Diff(want, redeemed.Details); diff != "" {
			t.Error(diff)
		}
	})
}

// listening is a core that keeps the settings of the Site that it was to issue
// for.
type listening struct {
	dialect.Core
	mu       sync.Mutex
	settings captcha.Settings
}

func (l *listening) Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, *captcha.Puzzle, error) {
	l.mu.Lock()
	l.settings = site.Settings
	l.mu.Unlock()
	return l.Core.Issue(ctx, site, kind)
}

func TestARecordingSpeaksThePagesLanguageUnlessTheSiteHasChosen(t *testing.T) {
	core := &listening{}
	a := newApp(t, func(c *server.Config) { core.Core = c.Deps.Core; c.Deps.Core = core })
	audio := func(language string) func(*captcha.Site) {
		return func(s *captcha.Site) {
			s.Settings = captcha.Settings{"native.kinds": "audio"}
			if language != "" {
				s.Settings["audio.language"] = language
			}
		}
	}
	a.AddSite(t, native.Name, "any", audio(""))
	a.AddSite(t, native.Name, "russian", audio("ru"))
	for _, c := range []struct{ site, page, want string }{
		{"any", `{"language":"de-AT"}`, "de"},
		{"any", `{"language":"ZH-Hant-TW"}`, "zh"},
		{"any", `{"language":"ja"}`, "ja"},
		{"any", `{"language":""}`, ""},
		{"any", `{}`, ""},
		{"any", `null`, ""},
		{"russian", `{"language":"de-AT"}`, "ru"},
		{"russian", `{}`, "ru"},
	} {
		if code := a.code(a.send("challenges", fmt.Sprintf(`{"site":%q,"page":%s}`, c.site, c.page))); code != "" {
			t.Errorf("%s, %s: %q", c.site, c.page, code)
		}
		if got := core.settings["audio.language"]; got != c.want {
			t.Errorf("%s, %s: audio.language is %q, want %q", c.site, c.page, got, c.want)
		}
	}
}

func TestALanguageThatNobodySpeaksIsStillARecordingThatCanBeAnswered(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app", func(s *captcha.Site) { s.Settings["native.kinds"] = "audio" })
	for _, language := range []string{"tlh", "-", "../de", "x\x00y", "日本語"} {
		var reply struct{ ID string }
		a.read(a.call("challenges", members{"site": "app", "page": members{"language": language}}), http.StatusCreated, &reply)
		text := a.Solution(t, reply.ID).Text
		if code := a.code(a.call("challenges/"+reply.ID+"/answers", members{"site": "app", "answer": members{"text": text}})); code != "" {
			t.Errorf("%q: %q", language, code)
		}
	}
	if site, err := a.Store.Site(t.Context(), "app"); err != nil || site.Settings["audio.language"] != "" {
		t.Errorf("the site itself has changed: %v, %v", site, err)
	}
}

func TestAPageOfAnotherOriginCallsWhereTheVendorWouldLetItIn(t *testing.T) {
	const origin = "https://page.example.com"
	for name := range dialecttest.New(t).Dialects {
		for hosts, list := range map[string][]string{"no hosts": nil, "its host": {"page.example.com"}, "another host": {"other.example.com"}} {
			t.Run(name+", "+hosts, func(t *testing.T) {
				a := newApp(t)
				site := a.AddSite(t, name, "app", func(s *captcha.Site) { s.Hosts = list })
				status := http.StatusForbidden // which it may read
				if a.Dialects[name].CORS().AdmitsPage(site, origin) || hosts == "its host" {
					status = http.StatusCreated
				}
				response := a.Do(dialecttest.Request{
					Method: "POST", Path: "/native/v1/challenges?site=app", Body: `{"site":"app"}`, Header: http.Header{"Origin": {origin}},
				})
				if got := response.Header.Get("Access-Control-Allow-Origin"); got != origin || response.StatusCode != status {
					t.Errorf("%d, Access-Control-Allow-Origin: %q; want %d", response.StatusCode, got, status)
				}
			})
		}
	}
}
