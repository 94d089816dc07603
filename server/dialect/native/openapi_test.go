package native_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/native"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// description is the OpenAPI file as the server gives it out, and what of it
// was seen in real requests and answers.
type description struct {
	document *openapi3.T
	router   routers.Router
	seen     map[string]bool // "operation status"
}

func readDescription(t *testing.T) *description {
	t.Helper()
	served := newApp(t).Do(dialecttest.Request{Method: "GET", Path: "/native/v1/openapi.json"})
	document, err := openapi3.NewLoader().LoadFromData([]byte(dialecttest.Body(t, served)))
	if err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(document) // checks the document, with its examples
	if err != nil {
		t.Fatal(err)
	}
	return &description{document, router, map[string]bool{}}
}

// exchange sends a request, and holds it and its answer against the file.
func (d *description) exchange(t *testing.T, handler http.Handler, method, path, body string, header http.Header, status int) {
	t.Helper()
	newRequest := func() *http.Request {
		request := httptest.NewRequest(method, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		for name, values := range header {
			request.Header[name] = values
		}
		return request
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, newRequest())
	what := fmt.Sprintf("%s %s %.100s: %d %.200s", method, path, body, recorder.Code, recorder.Body)
	if recorder.Code != status {
		t.Fatalf("%s\nwant %d", what, status)
	}
	request := newRequest()
	route, parameters, err := d.router.FindRoute(request)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	input := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route}
	if err := openapi3filter.ValidateRequest(t.Context(), input); (err != nil) != (status == http.StatusBadRequest) {
		t.Errorf("%s\nthe file says of the request: %v", what, err)
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: recorder.Code, Header: recorder.Header(),
		Body:    io.NopCloser(recorder.Body),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%s\nthe file says of the answer: %v", what, err)
	}
	d.seen[route.Operation.OperationID+" "+strconv.Itoa(status)] = true
}

// TestTheDescriptionIsTrue takes every operation through every answer that the
// file has for it.
func TestTheDescriptionIsTrue(t *testing.T) {
	d := readDescription(t)
	a := newApp(t)
	for name := range a.Dialects {
		site := a.AddSite(t, name, "site-of-"+name, dialecttest.Once, shortLived)
		d.life(t, a, site.Key, a.subjectOf(site))
	}
	a.AddSite(t, native.Name, "many", func(s *captcha.Site) { s.Settings["native.kinds"] = "slider,text,audio" })
	for _, kind := range []string{"slider", "text", "audio"} {
		d.post(t, a, "challenges", fmt.Sprintf(`{"site":"many","kind":%q}`, kind), http.StatusCreated)
	}
	a.AddSite(t, native.Name, "effortless")
	a.automaticFor("effortless")
	d.post(t, a, "challenges", `{"site":"effortless"}`, http.StatusCreated)
	d.refusals(t, a)
	d.limits(t)
	d.failures(t)
	d.exchange(t, a.Handler, "GET", "/native/v1/openapi.json", "", nil, http.StatusOK)
	for path, item := range d.document.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				if !d.seen[operation.OperationID+" "+status] {
					t.Errorf("%s %s: nothing was answered with %s", method, path, status)
				}
			}
		}
	}
}

// shortLived has all of a Site over after five minutes.
func shortLived(site *captcha.Site) {
	site.Rules.Lifetime = min(site.Rules.Lifetime, 5*time.Minute)
	site.Rules.PassLifetime = min(site.Rules.PassLifetime, 5*time.Minute)
}

// life is a Challenge from issue to redemption, with the refusals on its way.
func (d *description) life(t *testing.T, a app, site, subject string) {
	t.Helper()
	post := func(path, body string, status int) { d.post(t, a, path, body, status) }
	post("challenges", fmt.Sprintf(`{"site":%q}`, site), http.StatusCreated)
	post("challenges", fmt.Sprintf(`{"site":%q,"kind":null,"page":null}`, site), http.StatusCreated)
	post("challenges?site="+site, fmt.Sprintf(`{"site":%q,"page":%s}`, site, somePage), http.StatusCreated)
	post("challenges?site="+site, `{}`, http.StatusCreated)
	post("challenges", fmt.Sprintf(`{"site":%q,"page":{"language":null,"client_type":null,"user_info":null,"failures":null}}`, site), http.StatusCreated)

	id, solution := a.puzzle(site)
	right, err := json.Marshal(solution)
	if err != nil {
		t.Fatal(err)
	}
	answers := "challenges/" + id + "/answers"
	show := func(status int) { d.get(t, a, "challenges/"+id+"?site="+site, status) }
	show(http.StatusOK)
	post(answers+"?site="+site, fmt.Sprintf(`{"answer":%s,"subject":null,"track":%s,"page":%s}`, right, someTrack, somePage), http.StatusOK)
	post(answers, fmt.Sprintf(`{"site":%q,"answer":%s}`, site, right), http.StatusConflict)
	show(http.StatusConflict)

	pass, late := a.solve(site, subject), a.solve(site, "")
	redeem := func(secret string, pass any, subject string, status int) {
		post("redeem", fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s,"subject":%q}`, site, secret, pass, subject), status)
	}
	redeem("no secret", pass, subject, http.StatusUnauthorized)
	if subject != "" {
		redeem(secretOf(site), pass, "somebody else", http.StatusNotFound)
	}
	redeem(secretOf(site), `"no pass"`, "", http.StatusNotFound)
	redeem(secretOf(site), pass, subject, http.StatusOK)
	redeem(secretOf(site), pass, subject, http.StatusConflict)
	a.Clock.Advance(5 * time.Minute)
	redeem(secretOf(site), late, "", http.StatusGone)
	post(answers, fmt.Sprintf(`{"site":%q,"answer":%s}`, site, right), http.StatusGone)
	show(http.StatusGone)
}

// What a page may tell besides the Answer.
const (
	somePage  = `{"language":"de-AT","client_type":"web","user_info":"cart of 3","failures":2}`
	someTrack = `[[0,0,20],[16.5,3.5,20]]`
)

func (d *description) get(t *testing.T, a app, path string, status int) {
	t.Helper()
	d.exchange(t, a.Handler, "GET", "/native/v1/"+path, "", nil, status)
}

func (d *description) post(t *testing.T, a app, path, body string, status int) {
	t.Helper()
	d.exchange(t, a.Handler, "POST", "/native/v1/"+path, body, nil, status)
}

func (d *description) refusals(t *testing.T, a app) {
	t.Helper()
	a.AddSite(t, native.Name, "off", func(s *captcha.Site) { s.Disabled = true })
	a.AddSite(t, native.Name, "closed", func(s *captcha.Site) { s.Hosts = nil })
	id, x := a.challenge("closed")
	answers := "challenges/" + id + "/answers"
	for path, rest := range map[string]string{"challenges": ``, answers: `,"answer":{"x":1}`, "redeem": `,"secret":"x","pass":"x"`} {
		d.post(t, a, path, `{"site":"nobody"`+rest+`}`, http.StatusNotFound)
		d.post(t, a, path, `{"site":"off"`+rest+`}`, http.StatusForbidden)
		d.post(t, a, path, `{"site":""`+rest+`}`, http.StatusBadRequest)
		d.post(t, a, path, `{"site":"closed","cheese":1`+rest+`}`, http.StatusBadRequest)
	}
	for key, status := range map[string]int{
		"nobody": http.StatusNotFound, "off": http.StatusForbidden, "": http.StatusBadRequest, strings.Repeat("a", 65): http.StatusBadRequest,
	} {
		d.get(t, a, "challenges/"+id+"?site="+key, status)
	}
	d.get(t, a, "challenges/"+id, http.StatusBadRequest)
	d.get(t, a, "challenges/x?site=closed", http.StatusNotFound)
	d.get(t, a, "challenges/"+strings.Repeat("0", 32)+"?site=closed", http.StatusNotFound)
	evil := http.Header{"Origin": {"https://evil.example.com"}}
	d.exchange(t, a.Handler, "GET", "/native/v1/challenges/"+id+"?site=closed", "", evil, http.StatusForbidden)
	d.exchange(t, a.Handler, "POST", "/native/v1/challenges", `{"site":"closed"}`, evil, http.StatusForbidden)
	d.exchange(t, a.Handler, "POST", "/native/v1/"+answers, `{"site":"closed","answer":{"x":1}}`, evil, http.StatusForbidden)

	d.post(t, a, "challenges", `{"site":"closed","kind":"cheese"}`, http.StatusBadRequest)
	d.post(t, a, "challenges/x/answers", `{"site":"closed","answer":{"x":1}}`, http.StatusNotFound)
	d.post(t, a, answers, `{"site":"closed","answer":{"x":"1"}}`, http.StatusBadRequest)
	d.badPages(t, a, answers)
	d.post(t, a, "redeem", `{"site":"closed","secret":"secret of closed","pass":7}`, http.StatusBadRequest)
	for range 3 {
		d.post(t, a, answers, fmt.Sprintf(`{"site":"closed","answer":{"x":%v}}`, x+6), http.StatusUnprocessableEntity)
	}
	d.post(t, a, answers, fmt.Sprintf(`{"site":"closed","answer":{"x":%v}}`, x), http.StatusGone)
	d.get(t, a, "challenges/"+id+"?site=closed", http.StatusGone)
}

// badPages tells what neither the file nor the server takes of a page.
func (d *description) badPages(t *testing.T, a app, answers string) {
	t.Helper()
	for _, page := range badPages {
		d.post(t, a, "challenges", `{"site":"closed","page":`+page.text+`}`, http.StatusBadRequest)
		d.post(t, a, answers, `{"site":"closed","answer":{"x":1},"page":`+page.text+`}`, http.StatusBadRequest)
	}
	for _, track := range badTracks {
		if strings.Contains(track, "-1,") || strings.Contains(track, "3600001") {
			continue // JSON Schema has no words for the first of three numbers
		}
		d.post(t, a, answers, `{"site":"closed","answer":{"x":1},"track":`+track+`}`, http.StatusBadRequest)
	}
}

// wellFormed are requests that have nothing wrong with them.
var wellFormed = []struct {
	method, path, body string
	step               string // of the core
}{
	{"POST", "/native/v1/challenges", `{"site":"app"}`, "issue"},
	{"GET", "/native/v1/challenges/" + noID + "?site=app", ``, "draw"},
	{"POST", "/native/v1/challenges/" + noID + "/answers", `{"site":"app","answer":{"x":1}}`, "answer"},
	{"POST", "/native/v1/redeem", `{"site":"app","secret":"secret of app","pass":"` + noID + `.x"}`, "redeem"},
}

// noID is spelt like an ID, and names nothing.
const noID = "00000000000000000000000000000000"

func (d *description) limits(t *testing.T) {
	t.Helper()
	for _, r := range wellFormed {
		a := newApp(t, func(c *server.Config) {
			c.Limits = map[string]int{"native.issue": 1, "native.answer": 1, "native.redeem": 1}
		})
		a.AddSite(t, native.Name, "app")
		a.Do(dialecttest.Request{Method: r.method, Path: r.path, Body: r.body})
		d.exchange(t, a.Handler, r.method, r.path, r.body, nil, http.StatusTooManyRequests)
	}
}

func (d *description) failures(t *testing.T) {
	t.Helper()
	for _, r := range wellFormed {
		for status, err := range map[int]error{
			http.StatusInternalServerError: errors.New("disk full"),
			http.StatusServiceUnavailable:  captcha.Refuse(captcha.Busy, "too much to do"),
		} {
			a := newApp(t, func(c *server.Config) { c.Deps.Core = failing{c.Deps.Core, r.step, err} })
			a.AddSite(t, native.Name, "app")
			d.exchange(t, a.Handler, r.method, r.path, r.body, nil, status)
		}
	}
}
