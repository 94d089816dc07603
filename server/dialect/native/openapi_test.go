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
		site := a.AddSite(t, name, "site-of-"+name, dialecttest.Once)
		d.life(t, a, site.Key, a.subjectOf(site))
	}
	a.AddSite(t, native.Name, "many", func(s *captcha.Site) { s.Settings["native.kinds"] = "slider,text,audio" })
	for _, kind := range []string{"slider", "text", "audio"} {
		d.post(t, a, "challenges", fmt.Sprintf(`{"site":"many","kind":%q}`, kind), http.StatusCreated)
	}
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

// life is a Challenge from issue to redemption, with the refusals on its way.
func (d *description) life(t *testing.T, a app, site, subject string) {
	t.Helper()
	post := func(path, body string, status int) { d.post(t, a, path, body, status) }
	post("challenges", fmt.Sprintf(`{"site":%q}`, site), http.StatusCreated)
	post("challenges", fmt.Sprintf(`{"site":%q,"kind":null}`, site), http.StatusCreated)

	id, solution := a.puzzle(site)
	right, err := json.Marshal(solution)
	if err != nil {
		t.Fatal(err)
	}
	answers := "challenges/" + id + "/answers"
	post(answers, fmt.Sprintf(`{"site":%q,"answer":%s,"subject":null}`, site, right), http.StatusOK)
	post(answers, fmt.Sprintf(`{"site":%q,"answer":%s}`, site, right), http.StatusConflict)

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
	a.Clock.Advance(300 * time.Second)
	redeem(secretOf(site), late, "", http.StatusGone)
	post(answers, fmt.Sprintf(`{"site":%q,"answer":%s}`, site, right), http.StatusGone)
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
	evil := http.Header{"Origin": {"https://evil.example.com"}}
	d.exchange(t, a.Handler, "POST", "/native/v1/challenges", `{"site":"closed"}`, evil, http.StatusForbidden)
	d.exchange(t, a.Handler, "POST", "/native/v1/"+answers, `{"site":"closed","answer":{"x":1}}`, evil, http.StatusForbidden)

	d.post(t, a, "challenges", `{"site":"closed","kind":"cheese"}`, http.StatusBadRequest)
	d.post(t, a, "challenges/x/answers", `{"site":"closed","answer":{"x":1}}`, http.StatusNotFound)
	d.post(t, a, answers, `{"site":"closed","answer":{"x":"1"}}`, http.StatusBadRequest)
	d.post(t, a, "redeem", `{"site":"closed","secret":"secret of closed","pass":7}`, http.StatusBadRequest)
	for range 3 {
		d.post(t, a, answers, fmt.Sprintf(`{"site":"closed","answer":{"x":%v}}`, x+6), http.StatusUnprocessableEntity)
	}
	d.post(t, a, answers, fmt.Sprintf(`{"site":"closed","answer":{"x":%v}}`, x), http.StatusGone)
}

// wellFormed are requests that have nothing wrong with them, by path.
func wellFormed(id string) map[string]string {
	return map[string]string{
		"challenges":                    `{"site":"app"}`,
		"challenges/" + id + "/answers": `{"site":"app","answer":{"x":1}}`,
		"redeem":                        `{"site":"app","secret":"secret of app","pass":"` + id + `.x"}`,
	}
}

func (d *description) limits(t *testing.T) {
	t.Helper()
	for path, body := range wellFormed(strings.Repeat("0", 32)) {
		a := newApp(t, func(c *server.Config) {
			c.Limits = map[string]int{"native.issue": 1, "native.answer": 1, "native.redeem": 1}
		})
		a.AddSite(t, native.Name, "app")
		a.send(path, body)
		d.post(t, a, path, body, http.StatusTooManyRequests)
	}
}

func (d *description) failures(t *testing.T) {
	t.Helper()
	for path, body := range wellFormed(strings.Repeat("0", 32)) {
		step := map[string]string{"challenges": "issue", "redeem": "redeem"}[path]
		if step == "" {
			step = "answer"
		}
		for status, err := range map[int]error{
			http.StatusInternalServerError: errors.New("disk full"),
			http.StatusServiceUnavailable:  captcha.Refuse(captcha.Busy, "too much to do"),
		} {
			a := newApp(t, func(c *server.Config) { c.Deps.Core = failing{c.Deps.Core, step, err} })
			a.AddSite(t, native.Name, "app")
			d.post(t, a, path, body, status)
		}
	}
}
