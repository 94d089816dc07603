package control_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/captchad/captchad/server/control"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/go-cmp/cmp"
)

// described is the OpenAPI file as the server gives it out.
var described = sync.OnceValues(func() (routers.Router, error) {
	recorder := httptest.NewRecorder()
	control.New(control.Config{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/control/v1/openapi.json", nil))
	document, err := openapi3.NewLoader().LoadFromData(recorder.Body.Bytes())
	if err != nil {
		return nil, err
	}
	for _, mediaType := range []string{"image/png", "image/gif", "audio/wav", "text/event-stream"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.FileBodyDecoder)
	}
	return legacy.NewRouter(document) // checks the document
})

// describes holds an exchange of any test in this package against the file: its answer
// always, its request if that was good.
func describes(t testing.TB, r dialecttest.Request, status int, header http.Header, answer string) {
	t.Helper()
	router, err := described()
	if err != nil {
		t.Fatalf("the description: %v", err)
	}
	request := httptest.NewRequest(r.Method, r.Path, strings.NewReader(r.Body))
	request.Header.Set("Content-Type", "application/json")
	route, params, err := router.FindRoute(request)
	if err != nil {
		if status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			t.Errorf("%s %s is not described: %v", r.Method, r.Path, err)
		}
		return
	}
	input := &openapi3filter.RequestValidationInput{Request: request, PathParams: params, Route: route}
	if status < 300 {
		if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
			t.Errorf("%s %s %s is taken, and not described: %v", r.Method, r.Path, r.Body, err)
		}
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(answer))),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%s %s %s: %d %s is not described: %v", r.Method, r.Path, r.Body, status, answer, err)
	}
}

func TestEveryPathIsDescribed(t *testing.T) {
	m := newMock(t)
	text := dialecttest.Body(t, m.Do(dialecttest.Request{Method: "GET", Path: "/control/v1/openapi.json"}))
	document, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	described, served := map[string]bool{}, map[string]bool{}
	for path, item := range document.Paths.Map() {
		for method := range item.Operations() {
			described[method+" "+path] = true
		}
	}
	for _, route := range control.Routes() {
		served[route] = true
	}
	if diff := cmp.Diff(served, described); diff != "" {
		t.Errorf("served and described: %s", diff)
	}
}
