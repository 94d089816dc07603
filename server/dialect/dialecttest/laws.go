package dialecttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
)

// Laws holds the Dialect with that name to what every Dialect keeps.
func Laws(t *testing.T, name string) {
	t.Run("a pass goes to the page and comes back the same", func(t *testing.T) { passRoundTrip(t, name) })
	t.Run("of sixteen parallel redemptions of a pass one wins", func(t *testing.T) { redeemedOnce(t, name) })
	t.Run("a pass of another site is refused and stays good", func(t *testing.T) { foreignPass(t, name) })
	t.Run("what is no pass is refused as unknown", func(t *testing.T) { noPass(t, name) })
	t.Run("an answer without sense is wrong", func(t *testing.T) { zeroAnswer(t, name) })
	t.Run("garbage never gets a 5xx, and always JSON", func(t *testing.T) { garbage(t, name) })
	t.Run("unknown paths and wrong methods keep the vendor's shape", func(t *testing.T) { unrouted(t, name) })
	t.Run("every code has words, and a failure shows nothing of itself", func(t *testing.T) { words(t, name) })
	t.Run("a panic keeps the vendor's shape", func(t *testing.T) { panics(t, name) })
	t.Run("who has to wait is told for how long, in the vendor's shape", func(t *testing.T) { waits(t, name) })
	t.Run("the defaults are rules, and the settings' defaults pass their own checks", func(t *testing.T) { defaults(t, name) })
}

// mint makes a Pass as mock mode does, in the form in which the page gets it.
func mint(t *testing.T, s *Server, site *captcha.Site, subject string) (captcha.Pass, json.RawMessage) {
	t.Helper()
	d := s.Dialects[site.Dialect]
	_, pass, err := s.Core.Pass(t.Context(), site, d.Kinds(site)[0], func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
		return d.Attempt(site, id, solution, subject), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	object, err := d.PagePass(t.Context(), site, pass)
	if err != nil {
		t.Fatal(err)
	}
	onPage, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return pass, onPage
}

func passRoundTrip(t *testing.T, name string) {
	s := New(t)
	site := s.AddSite(t, name, "a")
	given, onPage := mint(t, s, site, "subject")
	back, err := s.Dialects[name].ParsePass(t.Context(), site, onPage, "subject")
	if err != nil {
		t.Fatal(err)
	}
	if back.ID == (captcha.ID{}) {
		back.ID = given.ID // a Pass that hides its ID is found by its secret
	}
	if diff := cmp.Diff(given, back); diff != "" {
		t.Error(diff)
	}
}

func redeemedOnce(t *testing.T, name string) {
	s := New(t)
	site := s.AddSite(t, name, "a", Once)
	_, onPage := mint(t, s, site, "")
	counts := Parallel(16, func(int) string {
		pass, err := s.Dialects[name].ParsePass(t.Context(), site, onPage, "")
		if err == nil {
			_, _, err = s.Core.Redeem(t.Context(), site, pass)
		}
		return string(captcha.CodeOf(err))
	})
	if diff := cmp.Diff(map[string]int{"": 1, string(captcha.Used): 15}, counts); diff != "" {
		t.Error(diff)
	}
}

func foreignPass(t *testing.T, name string) {
	s := New(t)
	a, b := s.AddSite(t, name, "a"), s.AddSite(t, name, "b")
	_, onPage := mint(t, s, a, "")
	redeem := func(site *captcha.Site) captcha.Code {
		pass, err := s.Dialects[name].ParsePass(t.Context(), site, onPage, "")
		if err == nil {
			_, _, err = s.Core.Redeem(t.Context(), site, pass)
		}
		return captcha.CodeOf(err)
	}
	if code := redeem(b); code != captcha.Unknown {
		t.Errorf("at the other site: %q, want unknown", code)
	}
	if code := redeem(a); code != "" {
		t.Errorf("at its own site: refused with %q", code)
	}
}

// shapes are bodies that no vendor's client sends.
var shapes = []string{
	``, `{}`, `[]`, `null`, `0`, `""`, `"x"`, `{`, `{"a":`, "\x00\xff\xfe", `{"pass":{}}`, `{"token":{}}`, `{"token":1,"pointJson":[]}`,
	`{"captchaType":"blockPuzzle","token":"` + strings.Repeat("f", 32) + `","pointJson":"%"}`,
	`{"point_json":"` + strings.Repeat("[", 900) + `","token":"` + strings.Repeat("0", 32) + `","sender":"12345678901"}`,
	strings.Repeat("[", 8000), strings.Repeat("a=b&", 3000), `{"site":null,"kind":null,"answer":null,"subject":null}`,
}

func noPass(t *testing.T, name string) {
	s := New(t)
	site := s.AddSite(t, name, "a")
	for _, shape := range shapes {
		pass, err := s.Dialects[name].ParsePass(t.Context(), site, json.RawMessage(shape), "")
		if err == nil {
			_, _, err = s.Core.Redeem(t.Context(), site, pass)
		}
		if captcha.CodeOf(err) != captcha.Unknown {
			t.Errorf("%.40q: %v, want unknown", shape, err)
		}
	}
}

func zeroAnswer(t *testing.T, name string) {
	s := New(t)
	site := s.AddSite(t, name, "a")
	for _, senseless := range []captcha.Answer{
		{}, {Points: []captcha.Point{{}, {}}}, {Points: []captcha.Point{{X: math.NaN(), Y: math.Inf(1)}}}, {Text: "\xff"},
	} {
		ch := s.Core.NewChallenge(site, s.Dialects[name].Kinds(site)[0])
		attempt := s.Dialects[name].Attempt(site, ch.ID, senseless, "")
		if _, err := s.Core.Answer(t.Context(), site, attempt); captcha.CodeOf(err) != captcha.Wrong {
			t.Errorf("%v: got %v, want wrong", senseless, err)
		}
	}
}

func garbage(t *testing.T, name string) {
	s := New(t)
	s.AddSite(t, name, "a")
	for _, route := range s.Dialects[name].Routes() {
		path := strings.NewReplacer(":site", "a", ":id", strings.Repeat("f", 32)).Replace(route.Path)
		for _, shape := range append(shapes, strings.Repeat(" ", 100<<10)) {
			for _, mediaType := range []string{"", "application/json", "application/x-www-form-urlencoded", "multipart/form-data", ";;;"} {
				response := s.Do(Request{Method: route.Method, Path: path, Body: shape, Header: http.Header{
					"Content-Type": {mediaType}, "X-Client-Id": {"a"}, "X-Agent": {"\xff"}, "X-Device-Fingerprint": {"f"},
					"X-Operating-Sys-Version": {"v"}, "Origin": {"null"},
				}})
				what := fmt.Sprintf("%s %s %q %.40q", route.Method, path, mediaType, shape)
				isVendorJSON(t, what, response)
				if response.StatusCode >= 500 {
					t.Errorf("%s: status %d", what, response.StatusCode)
				}
			}
		}
	}
}

// isVendorJSON: an answer with a body has JSON in it.
func isVendorJSON(t *testing.T, what string, response *http.Response) {
	t.Helper()
	body := Body(t, response)
	mediaType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if !json.Valid([]byte(body)) || mediaType != "application/json" {
		t.Errorf("%s: status %d, %s: %.200q is not JSON", what, response.StatusCode, mediaType, body)
	}
}

func unrouted(t *testing.T, name string) {
	s := New(t)
	s.AddSite(t, name, "a")
	response := s.Do(Request{Method: "GET", Path: "/" + name + "/no/such/path"})
	isVendorJSON(t, "unknown path", response)
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("unknown path: status %d", response.StatusCode)
	}
	for _, route := range s.Dialects[name].Routes() {
		path := strings.NewReplacer(":site", "a", ":id", strings.Repeat("f", 32)).Replace(route.Path)
		response := s.Do(Request{Method: http.MethodDelete, Path: path})
		isVendorJSON(t, "DELETE "+path, response)
		if response.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(response.Header.Get("Allow"), route.Method) {
			t.Errorf("DELETE %s: status %d, Allow %q", path, response.StatusCode, response.Header.Get("Allow"))
		}
	}
}

func words(t *testing.T, name string) {
	d := New(t).Dialects[name]
	const secret = "dial tcp: secret detail"
	for _, err := range []error{
		captcha.Refuse(captcha.UnknownSite, secret), captcha.Refuse(captcha.DisabledSite, secret), captcha.Refuse(captcha.Unknown, secret),
		captcha.Refuse(captcha.Foreign, secret), captcha.Refuse(captcha.Wrong, secret), captcha.Refuse(captcha.Expired, secret),
		captcha.Refuse(captcha.Used, secret), captcha.Refuse(captcha.Exhausted, secret), captcha.Refuse(captcha.Limited, secret),
		captcha.Refuse(captcha.Invalid, secret), captcha.Refuse(captcha.Busy, secret), &dialect.LimitError{}, dialect.ErrNoRoute,
		dialect.ErrMethod, errors.New(secret),
	} {
		recorder := httptest.NewRecorder()
		c, _ := gin.CreateTestContext(recorder)
		c.Request = httptest.NewRequest("POST", "/", nil)
		d.Refuse(c, err)
		response := recorder.Result()
		if captcha.CodeOf(err) == captcha.Internal && strings.Contains(recorder.Body.String(), "secret detail") {
			t.Errorf("the text of a failure is shown: %s", recorder.Body)
		}
		if recorder.Body.Len() < 10 {
			t.Errorf("%v: says %q", err, recorder.Body)
		}
		isVendorJSON(t, err.Error(), response)
	}
}

func panics(t *testing.T, name string) {
	s := New(t)
	askAll(t, s, panicking{s.Dialects[name]}, func(path string, recorder *httptest.ResponseRecorder) {
		if strings.Contains(recorder.Body.String(), "oops") {
			t.Errorf("%s shows the panic: %s", path, recorder.Body)
		}
	})
}

func waits(t *testing.T, name string) {
	s := New(t)
	for want, refusal := range map[string]error{
		"90": &dialect.LimitError{RetryAfter: 89*time.Second + 1},
		"1":  captcha.Refuse(captcha.Busy, "too much is waiting"),
	} {
		askAll(t, s, refusing{s.Dialects[name], refusal}, func(path string, recorder *httptest.ResponseRecorder) {
			if got := recorder.Header().Get("Retry-After"); got != want {
				t.Errorf("%s, %v: Retry-After %q, want %q", path, refusal, got, want)
			}
		})
	}
}

// askAll asks each route of the Dialect, wants JSON, and has the answer looked at.
func askAll(t *testing.T, s *Server, d dialect.Dialect, look func(path string, recorder *httptest.ResponseRecorder)) {
	t.Helper()
	engine := gin.New()
	dialect.Mount(engine, d, s.Core, quiet)
	for _, route := range d.Routes() {
		recorder := httptest.NewRecorder()
		path := strings.NewReplacer(":site", "a", ":id", "b").Replace(route.Path)
		engine.ServeHTTP(recorder, httptest.NewRequest(route.Method, path, nil))
		isVendorJSON(t, path, recorder.Result())
		look(path, recorder)
	}
}

// refusing is a Dialect whose handlers all refuse.
type refusing struct {
	dialect.Dialect
	refusal error
}

func (r refusing) Routes() []dialect.Route {
	routes := r.Dialect.Routes()
	for i := range routes {
		routes[i].Handle = func(*gin.Context) error { return r.refusal }
	}
	return routes
}

// panicking is a Dialect whose handlers all panic.
type panicking struct{ dialect.Dialect }

func (p panicking) Routes() []dialect.Route {
	routes := p.Dialect.Routes()
	for i := range routes {
		routes[i].Handle = func(*gin.Context) error { panic("oops") }
	}
	return routes
}

func defaults(t *testing.T, name string) {
	d := New(t).Dialects[name]
	if err := d.Defaults().Check(); err != nil {
		t.Error(err)
	}
	for _, setting := range d.Settings() {
		if !strings.HasPrefix(setting.Name, name+".") || setting.Help == "" {
			t.Errorf("setting %q: want a name that starts with %q, and help", setting.Name, name+".")
		}
		if setting.Default != "" && setting.Check(setting.Default) != nil {
			t.Errorf("setting %q: its default does not pass its check", setting.Name)
		}
	}
}
