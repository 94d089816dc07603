package server_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

func TestNoTwoDialectsClaimOnePath(t *testing.T) {
	owner := map[string]string{}
	for _, d := range server.Dialects(dialect.Deps{}) {
		for _, route := range d.Routes() {
			if other, taken := owner[route.Method+" "+route.Path]; taken {
				t.Errorf("%s and %s both have %s %s", other, d.Name(), route.Method, route.Path)
			}
			owner[route.Method+" "+route.Path] = d.Name()
		}
	}
}

func TestEveryDialectHasAListOfLimitsUnderItsName(t *testing.T) {
	for _, d := range server.Dialects(dialect.Deps{}) {
		for name := range d.Limits() {
			if !strings.HasPrefix(name, d.Name()+".") {
				t.Errorf("%s calls a limit %q", d.Name(), name)
			}
		}
		if found, ok := server.Find(d.Name()); !ok || found.Name() != d.Name() {
			t.Errorf("%s is not found by its name", d.Name())
		}
	}
	if _, ok := server.Find("nobody"); ok {
		t.Error("a dialect is found that does not exist")
	}
}

func TestWhatBelongsToNoVendorIsRefusedInPlainWords(t *testing.T) {
	s := dialecttest.New(t)
	for _, path := range []string{"/", "/favicon.ico", "/api", "/control/v1/outbox", "//", "/%00"} {
		response := s.Do(dialecttest.Request{Method: "GET", Path: path})
		if body := dialecttest.Body(t, response); response.StatusCode != http.StatusNotFound || strings.HasPrefix(body, "{") && path == "/" {
			t.Errorf("%s: %d %q", path, response.StatusCode, body)
		}
	}
	response := s.Do(dialecttest.Request{Method: "POST", Path: "/livez"})
	if body := dialecttest.Body(t, response); response.StatusCode != http.StatusMethodNotAllowed || body != "Method Not Allowed\n" {
		t.Errorf("POST /livez: %d %q", response.StatusCode, body)
	}
}

func TestReadyTellsTheTruthAndNoReason(t *testing.T) {
	s := dialecttest.New(t, func(c *server.Config) {
		c.Ready = func(context.Context) error { return errors.New("disk /secret/path is full") }
	})
	response := s.Do(dialecttest.Request{Method: "GET", Path: "/readyz"})
	if body := dialecttest.Body(t, response); response.StatusCode != http.StatusServiceUnavailable || body != "not ready\n" {
		t.Errorf("%d %q", response.StatusCode, body)
	}
	response = s.Do(dialecttest.Request{Method: "GET", Path: "/livez"})
	if response.StatusCode != http.StatusOK {
		t.Errorf("livez: %d", response.StatusCode)
	}
}

func TestTheCallersAddressIsBelievedOnlyFromTrustedProxies(t *testing.T) {
	get := func(s *dialecttest.Server, forwarded string) int {
		return s.Do(dialecttest.Request{Method: "GET", Path: "/api/v2/sdk/captcha", Header: http.Header{"X-Forwarded-For": {forwarded}}}).StatusCode
	}
	limits := map[string]int{"oneaccess.issue": 1}
	// httptest's requests come from 192.0.2.1.
	for name, c := range map[string]struct {
		proxies []string
		want    int
	}{
		"no proxy is trusted":    {nil, http.StatusTooManyRequests},
		"another one is trusted": {[]string{"10.0.0.0/8"}, http.StatusTooManyRequests},
		"this one is trusted":    {[]string{"192.0.2.0/24"}, http.StatusBadRequest},
	} {
		s := dialecttest.New(t, func(c2 *server.Config) { c2.Limits, c2.TrustedProxies = limits, c.proxies })
		get(s, "203.0.113.1")
		if status := get(s, "203.0.113.2"); status != c.want {
			t.Errorf("%s: status %d, want %d", name, status, c.want)
		}
	}
	if _, err := server.New(server.Config{Deps: dialect.Deps{Core: dialecttest.New(t).Core}, TrustedProxies: []string{"nonsense"}}); err == nil {
		t.Error("a proxy that is no address is taken")
	}
}

func TestCheckSite(t *testing.T) {
	good := captcha.Site{Key: "app", Dialect: "oneaccess", Rules: captcha.Rules{Attempts: 1, Lifetime: 1e9, PassLifetime: 1e9}}
	makers := dialecttest.New(t).Makers
	if err := server.CheckSite(&good, makers); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*captcha.Site){
		"no key":             func(s *captcha.Site) { s.Key = "" },
		"a key with a slash": func(s *captcha.Site) { s.Key = "a/b" },
		"a very long key":    func(s *captcha.Site) { s.Key = strings.Repeat("a", 65) },
		"no dialect":         func(s *captcha.Site) { s.Dialect = "" },
		"another dialect's setting": func(s *captcha.Site) {
			s.Settings = captcha.Settings{"ajcaptcha.aes": "on"}
		},
		"an origin for a host": func(s *captcha.Site) { s.Hosts = []string{"https://app.example.com"} },
		"no attempts":          func(s *captcha.Site) { s.Rules.Attempts = 0 },
	} {
		bad := good
		change(&bad)
		if server.CheckSite(&bad, makers) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
