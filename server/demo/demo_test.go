package demo_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/demo"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// phone is whom the Passes are for.
const phone = "13800138000"

// vendor is what the tests know of a vendor.
type vendor struct {
	name, key string
	call      string // the path by which its backends redeem
	used      string // what they are told the second time
}

var vendors = []vendor{
	{"yidun", strings.Repeat("cd", 16), "/api/v2/verify", `"msg": "fail"`},
	{"geetest", strings.Repeat("ab", 16), "/validate?captcha_id=" + strings.Repeat("ab", 16), `"reason": "pass_token used"`},
	{"oneaccess", "my-phone-app", "/api/v2/sdk/sms/send", `"error_code": "CAPTCHA.0003"`},
	{"ajcaptcha", "my-aj-app", "/aj/my-aj-app/captcha/verify", `"repCode": "6110"`},
	{"cloudbase", "my-env", "/auth/v1/captcha/introspect", `"active": false`},
	{"native", "my-app", "/native/v1/redeem", `"code": "used"`},
}

// world is a captchad that can be called, and a demo beside it.
type world struct {
	*dialecttest.Server
	url     string
	handler http.Handler
}

func newWorld(t *testing.T, change ...func(*demo.Config)) *world {
	t.Helper()
	s := dialecttest.New(t)
	called := httptest.NewServer(s.Handler)
	t.Cleanup(called.Close)
	config := demo.Config{Sites: s.Core, URL: called.URL, Public: "https://captcha.example.test"}
	for _, f := range change {
		f(&config)
	}
	return &world{s, called.URL, demo.New(config)}
}

// get loads a page.
func (w *world) get(path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
	return answer
}

// post sends a form as the page does, with these headers besides.
func (w *world) post(path, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest("POST", path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", "http://"+request.Host)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, request)
	return answer
}

// form is what the page sends for a visitor who has solved a puzzle of the Site's.
func (w *world) form(t *testing.T, site *captcha.Site) string {
	t.Helper()
	d := w.Dialects[site.Dialect]
	subject := ""
	if site.Dialect == "oneaccess" {
		subject = phone
	}
	_, pass, err := w.Core.Pass(t.Context(), site, d.Kinds(site)[0], func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
		return d.Attempt(site, id, solution, subject), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	onPage, err := d.PagePass(t.Context(), site, pass)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"account": phone, "pass": onPage})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// outcome is what the page shows of a redemption.
type outcome struct {
	Accepted                bool
	Request, Status, Answer string
}

func read(t *testing.T, answer *httptest.ResponseRecorder) (told outcome) {
	t.Helper()
	if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return told
}

func TestEveryVendorHasAPage(t *testing.T) {
	w := newWorld(t)
	for _, v := range vendors {
		t.Run(v.name, func(t *testing.T) {
			site := w.AddSite(t, v.name, v.key)
			answer := w.get("/demo/" + v.name)
			page := answer.Body.String()
			if answer.Code != http.StatusOK || !strings.Contains(page, `data-site="`+v.key+`"`) {
				t.Errorf("%d, and its site is not named:\n%s", answer.Code, page)
			}
			if !strings.Contains(page, "<mark>https://captcha.example.test") {
				t.Error("it does not mark where an app finds this server")
			}
			if strings.Contains(page, site.Secrets[0].Value) {
				t.Error("it shows the secret")
			}
			if strings.Contains(page, "{url}") || strings.Contains(page, "{key}") || strings.ContainsAny(page, "«»") {
				t.Error("something in its code is not filled in")
			}
			if strings.Contains(page, "<script>") || strings.Contains(page, "style=") || strings.Contains(page, "onclick=") {
				t.Error("it has a script or a style of its own, which its policy forbids")
			}
		})
	}
}

func TestTheBackendRedeemsAPassOnceAndShowsHow(t *testing.T) {
	w := newWorld(t)
	for _, v := range vendors {
		t.Run(v.name, func(t *testing.T) {
			site := w.AddSite(t, v.name, v.key)
			form := w.form(t, site)
			first := read(t, w.post("/demo/"+v.name+"/login", form))
			if !first.Accepted || first.Status != "200 OK" || first.Answer == "" {
				t.Errorf("the first time: %+v", first)
			}
			if !strings.HasPrefix(first.Request, "POST https://captcha.example.test"+v.call+"\n") {
				t.Errorf("the call is shown as\n%s", first.Request)
			}
			again := read(t, w.post("/demo/"+v.name+"/login", form))
			if again.Accepted || !strings.Contains(again.Answer, v.used) {
				t.Errorf("the second time: %+v, want %s", again, v.used)
			}
			for _, told := range []outcome{first, again} {
				if all := told.Request + told.Answer; strings.Contains(all, site.Secrets[0].Value) || strings.Contains(all, w.url) {
					t.Errorf("it shows a secret, or where its backend is:\n%s", all)
				}
			}
		})
	}
}

func TestWithoutASiteThePageSaysHowToMakeOne(t *testing.T) {
	w := newWorld(t)
	for _, v := range vendors {
		answer := w.get("/demo/" + v.name)
		if page := answer.Body.String(); answer.Code != http.StatusOK || !strings.Contains(page, "captchad site add") ||
			!strings.Contains(page, "--dialect="+v.name) || strings.Contains(page, "<form") {
			t.Errorf("%s: %d\n%s", v.name, answer.Code, page)
		}
		if answer := w.post("/demo/"+v.name+"/login", `{"account":"a","pass":{}}`); answer.Code != http.StatusConflict {
			t.Errorf("%s: its form: %d %s", v.name, answer.Code, answer.Body)
		}
	}
}

func TestASiteThatIsOfNoUseIsPassedOver(t *testing.T) {
	w := newWorld(t)
	w.AddSite(t, "native", "a-disabled", func(s *captcha.Site) { s.Disabled = true })
	w.AddSite(t, "native", "b-without-a-secret", func(s *captcha.Site) { s.Secrets = nil })
	w.AddSite(t, "native", "c-ended", func(s *captcha.Site) { s.Secrets[0].Until = dialecttest.Start })
	w.AddSite(t, "native", "d-good")
	if page := w.get("/demo/native").Body.String(); !strings.Contains(page, `data-site="d-good"`) {
		t.Errorf("another one is shown:\n%s", page)
	}
}

func TestEveryAnswerHasTheHeadersThatKeepOthersOut(t *testing.T) {
	w := newWorld(t)
	w.AddSite(t, "native", "a")
	for _, answer := range []*httptest.ResponseRecorder{
		w.get("/demo/"), w.get("/demo/native"), w.get("/demo/native/"), w.get("/demo/nobody"), w.get("/demo/static/demo.js"),
		w.post("/demo/native/login", "x"), w.post("/demo/native/login", "{}", "Origin", "https://evil.example"), w.post("/demo/", "x"),
	} {
		header := answer.Header()
		const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
		if header.Get("Content-Security-Policy") != policy || header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") == "" {
			t.Errorf("%d: %v", answer.Code, header)
		}
	}
}

func TestFormsOfOtherPagesAreRefused(t *testing.T) {
	w := newWorld(t)
	form := w.form(t, w.AddSite(t, "native", "a"))
	for name, header := range map[string][]string{
		"of another origin":                 {"Origin", "https://evil.example"},
		"of a page that hides its origin":   {"Origin", "null"},
		"of another site, says the browser": {"Sec-Fetch-Site", "cross-site"},
		"of a neighbour, says the browser":  {"Sec-Fetch-Site", "same-site"},
		"of the same host on another port":  {"Origin", "http://example.com:81"},
		"that needs no preflight":           {"Content-Type", "text/plain"},
	} {
		t.Run("one "+name, func(t *testing.T) {
			answer := w.post("/demo/native/login", form, header...)
			if answer.Code != http.StatusForbidden && answer.Code != http.StatusUnsupportedMediaType {
				t.Errorf("%d %s", answer.Code, answer.Body)
			}
			if !strings.Contains(answer.Body.String(), `"error":`) {
				t.Errorf("it is not told why: %s", answer.Body)
			}
		})
	}
	if told := read(t, w.post("/demo/native/login", form)); !told.Accepted {
		t.Errorf("they have used up the pass: %+v", told)
	}
}

func TestWhatIsNoFormIsRefusedBeforeCaptchadIsAsked(t *testing.T) {
	w := newWorld(t)
	for _, v := range vendors {
		w.AddSite(t, v.name, v.key)
		for name, body := range map[string]string{
			"nothing": "", "no JSON": "{", "no object": `"x"`, "no pass": `{"account":"a"}`, "a pass of another shape": `{"pass":{"x":[]}}`,
			"a pass that is none": `{"pass":"x"}`, "an empty pass": `{"pass":{}}`, "too much": `{"account":"` + strings.Repeat("x", 20_000) + `"}`,
		} {
			if answer := w.post("/demo/"+v.name+"/login", body); answer.Code != http.StatusBadRequest {
				t.Errorf("%s: %s: %d %s", v.name, name, answer.Code, answer.Body)
			}
		}
	}
	if events := w.Events(); len(events) > 0 {
		t.Errorf("captchad was asked: %v", events)
	}
}

func TestAnUnknownVendorIsNotFound(t *testing.T) {
	w := newWorld(t)
	if answer := w.get("/demo/nobody"); answer.Code != http.StatusNotFound {
		t.Errorf("its page: %d", answer.Code)
	}
	if answer := w.post("/demo/nobody/login", "{}"); answer.Code != http.StatusNotFound {
		t.Errorf("its form: %d", answer.Code)
	}
}

func TestTheFirstPageLeadsToAllOthers(t *testing.T) {
	w := newWorld(t, func(c *demo.Config) { c.Note = "mock mode" })
	page := w.get("/demo/").Body.String()
	for _, v := range vendors {
		if !strings.Contains(page, `<h3><a href="/demo/`+v.name+`">`) {
			t.Errorf("no link to %s", v.name)
		}
	}
	if !strings.Contains(page, "mock mode") {
		t.Error("it does not show the note")
	}
	if answer := w.get("/demo"); answer.Header().Get("Location") != "/demo/" {
		t.Errorf("without its slash: %d %v", answer.Code, answer.Header())
	}
}

func TestAFileThatTheBrowserHasIsNotSentAgain(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"look.css", "demo.css", "demo.js", "mark.svg"} {
		tag := w.get("/demo/static/" + name).Header().Get("ETag")
		request := httptest.NewRequest("GET", "/demo/static/"+name, nil)
		request.Header.Set("If-None-Match", tag)
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, request)
		if tag == "" || answer.Code != http.StatusNotModified {
			t.Errorf("%s: %d, ETag %q", name, answer.Code, tag)
		}
	}
}

func TestTooManyFormsAreRefused(t *testing.T) {
	w := newWorld(t, func(c *demo.Config) { c.PerMinute = 1 })
	w.AddSite(t, "native", "a")
	const form = `{"pass":{"pass":"x"}}`
	read(t, w.post("/demo/native/login", form))
	if answer := w.post("/demo/native/login", form); answer.Code != http.StatusTooManyRequests {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestACaptchadThatDoesNotAnswerIsSaidWithoutDetails(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	w := newWorld(t, func(c *demo.Config) { c.URL = gone.URL })
	w.AddSite(t, "native", "a")
	answer := w.post("/demo/native/login", `{"pass":{"pass":"x"}}`)
	if answer.Code != http.StatusBadGateway || strings.Contains(answer.Body.String(), "127.0.0.1") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}
