package native_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/native"
)

// failing is a core one of whose steps fails.
type failing struct {
	dialect.Core
	step string
	err  error
}

func (f failing) Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, *captcha.Puzzle, error) {
	if f.step == "issue" {
		return captcha.Challenge{}, nil, f.err
	}
	return f.Core.Issue(ctx, site, kind)
}

func (f failing) Draw(ctx context.Context, site *captcha.Site, id captcha.ID) (captcha.Challenge, *captcha.Puzzle, error) {
	if f.step == "draw" {
		return captcha.Challenge{}, nil, f.err
	}
	return f.Core.Draw(ctx, site, id)
}

func (f failing) Answer(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (captcha.Pass, error) {
	if f.step == "answer" {
		return captcha.Pass{}, f.err
	}
	return f.Core.Answer(ctx, site, attempt)
}

func (f failing) Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	if f.step == "redeem" {
		return captcha.Challenge{}, captcha.Record{}, f.err
	}
	return f.Core.Redeem(ctx, site, pass)
}

func wantInLog(t *testing.T, log string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(log, text) {
			t.Errorf("the log does not say %q: %s", text, log)
		}
	}
}

func wantNotInLog(t *testing.T, log string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(log, text) {
			t.Errorf("the log shows %q: %s", text, log)
		}
	}
}

// badBodies are refused on every path, before anything is touched.
var badBodies = map[string]string{
	"nothing":                 "",
	"an empty object":         "{}",
	"a list":                  `[{"site":"app"}]`,
	"a text":                  `"app"`,
	"null":                    "null",
	"half an object":          `{"site":"app"`,
	"two objects":             `{"site":"app"}{}`,
	"a form":                  "site=app",
	"a site that is a number": `{"site":7}`,
	"a site that is null":     `{"site":null}`,
	"a site that is empty":    `{"site":""}`,
	"a very long site":        `{"site":"` + strings.Repeat("a", 65) + `"}`,
	"a member in other case":  `{"Site":"app"}`,
	"a member of nobody":      `{"site":"app","cheese":1}`,
	"no UTF-8":                "{\"site\":\"app\xff\"}",
	"UTF-16":                  "\xff\xfe{\x00}\x00",
	"more than 8 KiB":         `{"site":"app"` + strings.Repeat(" ", 9<<10) + `}`,
}

func TestWhatCannotBeUnderstoodIsRefusedAndTouchesNothing(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app")
	id, x := a.challenge("app")
	for what, body := range badBodies {
		for _, path := range []string{"challenges", "challenges/" + id + "/answers", "redeem"} {
			if code := a.code(a.send(path, body)); code != "invalid" {
				t.Errorf("%s to %s: %q", what, path, code)
			}
		}
	}
	for what, answer := range map[string]string{
		"no answer": `null`, "a text": `"123"`, "a number": `123`, "a list": `[123]`, "nothing in it": `{}`,
		"x as a text": `{"x":"123"}`, "x as null": `{"x":null}`, "x as a list": `{"x":[123]}`, "too large an x": `{"x":1e999}`,
		"X": `{"X":123}`, "a member of nobody": `{"x":123,"y":5}`,
	} {
		body := fmt.Sprintf(`{"site":"app","answer":%s}`, answer)
		if code := a.code(a.send("challenges/"+id+"/answers", body)); code != "invalid" {
			t.Errorf("%s: %q", what, code)
		}
	}
	long := strings.Repeat("1", 255)
	for what, body := range map[string]members{
		"a subject that is a number": {"site": "app", "answer": members{"x": x}, "subject": 1},
		"a very long subject":        {"site": "app", "answer": members{"x": x}, "subject": long},
	} {
		if code := a.code(a.call("challenges/"+id+"/answers", body)); code != "invalid" {
			t.Errorf("%s: %q", what, code)
		}
	}
	if code := a.code(a.call("challenges/"+id+"/answers", members{"site": "app", "answer": members{"x": x}})); code != "" {
		t.Errorf("after all that no answer is judged any more: %q", code)
	}
}

func TestARedemptionThatCannotBeUnderstoodTouchesNothing(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app")
	pass := a.solve("app", "")
	secret := secretOf("app")
	for what, c := range map[string]struct {
		body members
		code string
	}{
		"no pass":                   {members{"site": "app", "secret": secret}, "invalid"},
		"a pass that is null":       {members{"site": "app", "secret": secret, "pass": nil}, "invalid"},
		"a pass that is a number":   {members{"site": "app", "secret": secret, "pass": 1}, "invalid"},
		"a pass in a list":          {members{"site": "app", "secret": secret, "pass": []any{pass}}, "invalid"},
		"an empty pass":             {members{"site": "app", "secret": secret, "pass": ""}, "unknown"},
		"another vendor's pass":     {members{"site": "app", "secret": secret, "pass": members{"captcha_token": "x"}}, "unknown"},
		"half a pass":               {members{"site": "app", "secret": secret, "pass": string(pass[9:60])}, "unknown"},
		"the ID alone":              {members{"site": "app", "secret": secret, "pass": string(pass[9:41])}, "unknown"},
		"the ID and a dot":          {members{"site": "app", "secret": secret, "pass": string(pass[9:42])}, "unknown"},
		"a pass within a pass":      {members{"site": "app", "secret": secret, "pass": members{"pass": pass}}, "unknown"},
		"a secret that is a number": {members{"site": "app", "secret": 1, "pass": pass}, "invalid"},
		"a very long secret":        {members{"site": "app", "secret": strings.Repeat("s", 257), "pass": pass}, "invalid"},
		"no secret":                 {members{"site": "app", "pass": pass}, "unauthorized"},
		"a misspelt subject":        {members{"site": "app", "secret": secret, "pass": pass, "subjekt": "x"}, "invalid"},
		"a subject that is a list":  {members{"site": "app", "secret": secret, "pass": pass, "subject": []int{}}, "invalid"},
	} {
		if code := a.code(a.call("redeem", c.body)); code != c.code {
			t.Errorf("%s: %q, want %q", what, code, c.code)
		}
	}
	if code := a.redeem("app", secret, pass, ""); code != "" {
		t.Errorf("after all that the pass is no longer good: %q", code)
	}
}

func TestTheMessageNamesTheMember(t *testing.T) {
	a := newApp(t)
	a.AddSite(t, native.Name, "app")
	id, _ := a.challenge("app")
	for body, member := range map[string]string{
		`{"cheese":1,"site":"app"}`:                    "cheese",
		`{}`:                                           "site",
		`{"site":[]}`:                                  "site",
		`{"site":"app","answer":{"x":"1"}}`:            "answer.x",
		`{"site":"app","answer":7}`:                    "answer",
		`{"site":"app","answer":{"z":1}}`:              "z",
		`{"site":"app","answer":{},"subject":{}}`:      "answer.x",
		`{"site":"app","answer":{"x":1},"subject":{}}`: "subject",
	} {
		var reply struct{ Message string }
		path := "challenges/" + id + "/answers"
		if !strings.Contains(body, "answer") {
			path = "challenges"
		}
		a.read(a.send(path, body), http.StatusBadRequest, &reply)
		if !strings.Contains(reply.Message, member) {
			t.Errorf("%s: %q does not name %s", body, reply.Message, member)
		}
	}
}

func FuzzBodies(f *testing.F) {
	a := newApp(f)
	site := a.AddSite(f, native.Name, "app")
	a.AddSite(f, "oneaccess", "vendor")
	id, x := a.challenge("app")
	for _, body := range badBodies {
		f.Add("challenges", body)
	}
	f.Add("challenges", `{"site":"app","kind":"slider"}`)
	f.Add("challenges/"+id+"/answers", fmt.Sprintf(`{"site":"app","answer":{"x":%v},"subject":"me"}`, x))
	f.Add("challenges/"+id+"/answers", `{"site":"vendor","answer":{"x":-1.5e300}}`)
	f.Add("challenges/"+id+"/answers", fmt.Sprintf(`{"site":"app","answer":{"x":1},"track":%s,"page":%s}`, someTrack, somePage))
	f.Add("redeem", fmt.Sprintf(`{"site":"app","secret":%q,"pass":%s}`, secretOf("app"), a.mint(site, "")))
	f.Add("redeem", fmt.Sprintf(`{"site":"vendor","secret":%q,"pass":{"captcha_token":"%s---{}"}}`, secretOf("vendor"), id))
	f.Fuzz(func(t *testing.T, path, body string) {
		if path != "challenges" && path != "redeem" {
			path = "challenges/" + id + "/answers"
		}
		response := a.send(path, body)
		text := dialecttest.Body(t, response)
		if response.StatusCode >= 500 || !json.Valid([]byte(text)) {
			t.Errorf("%d %s", response.StatusCode, text)
		}
	})
}
