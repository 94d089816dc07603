package control_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// state is all that the control API can change, as it shows it.
func (m mocked) state() string {
	m.t.Helper()
	var all []any
	for _, path := range []string{"challenges?limit=200", "sites", "script", "faults", "clock", "outbox"} {
		all = append(all, m.call("GET", path, "", http.StatusOK))
	}
	text, err := json.Marshal(all)
	if err != nil {
		m.t.Fatal(err)
	}
	return string(text)
}

// changes are the calls that change something, with a body; {key} is replaced.
var changes = []string{
	"PUT sites/{key}", "PUT faults/{key}", "PUT faults/dialects/{key}", "POST script", "POST clock", "POST passes",
	"POST challenges/{key}/solve", "POST challenges/{key}/expire", "POST challenges/{key}/spend",
}

// Whatever is sent, the answer is JSON and no failure; what is refused changes nothing.
func FuzzChanges(f *testing.F) {
	for i, bodies := range [][]string{
		{
			`{"dialect":"native"}`, `{"name":"x","secrets":[{"id":"a","value":"b"}],"attempts":2,"lifetime":"1m","pass_lifetime":"1m","reusable":true,"hosts":["*"],"disabled":false,"settings":{"slider.decoys":"1"}}`,
			`{"attempts":0}`, `{"secrets":null}`, `{"lifetime":"-1s"}`,
		},
		{`{"fault":"http:503","times":2,"probability":0.5}`, `{"fault":"delay:50"}`, `{"fault":"cheese"}`},
		{`{"fault":"error:-50005"}`, `{"fault":"drop"}`},
		{`{"site":"app","step":"redeem","outcome":"code:unauthorized"}`, `{"site":"app","step":"answer","outcome":"right","times":0}`, `{"site":"app","step":"issue","outcome":"code:0"}`},
		{`{"advance":"2m"}`, `{"set":"2026-01-02T03:04:05Z"}`, `{"advance":"-1000000h"}`},
		{`{"dialect":"native","site":"app","subject":"me"}`, `{"site":""}`},
		{`{"subject":"me"}`, ``}, {``, `{}`, `[]`}, {``, `null`},
	} {
		for _, body := range bodies {
			for _, key := range []string{"app", "native", "new", strings.Repeat("0", 32)} {
				f.Add(i, key, body)
			}
		}
	}
	m := newMock(f)
	app := m.AddSite(f, "native", "app")
	issued := m.issueAt("app")
	f.Fuzz(func(t *testing.T, call int, key, body string) {
		m.t = t
		if key == strings.Repeat("0", 32) {
			key = issued
		}
		call = (call%len(changes) + len(changes)) % len(changes)
		method, path, _ := strings.Cut(strings.ReplaceAll(changes[call], "{key}", url.PathEscape(key)), " ")
		before := m.state()
		response := m.Do(dialecttest.Request{Method: method, Path: "/control/v1/" + path, Body: body})
		text := dialecttest.Body(t, response)
		var answer map[string]any
		if response.StatusCode >= 500 || json.Unmarshal([]byte(text), &answer) != nil {
			t.Errorf("%s %s %q: %d %q", method, path, body, response.StatusCode, text)
		}
		if response.StatusCode >= 300 {
			if message, _ := answer["message"].(string); message == "" || answer["code"] == nil {
				t.Errorf("%s %s %q: %v", method, path, body, answer)
			}
			if after := m.state(); after != before {
				t.Errorf("%s %s %q: refused with %v, and yet\n%s\nbecame\n%s", method, path, body, answer, before, after)
			}
			return
		}
		// Else what is to be compared would grow and grow.
		m.Core.Script.Clear("")
		m.faults.Clear()
		if err := errors.Join(m.Store.DeleteSite(t.Context(), key), m.Store.SaveSite(t.Context(), app)); err != nil && !errors.Is(err, captcha.ErrNoSite) {
			t.Fatal(err)
		}
	})
}
