package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

func TestWhoWatchesIsToldTheRouteAndNotThePath(t *testing.T) {
	type told struct {
		Dialect, Route, Method string
		Status                 int
		Code                   string
	}
	var seen []told
	s := dialecttest.New(t, func(c *server.Config) {
		c.Extra = map[string]http.Handler{"/extra/": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) })}
		c.Watch = []server.Watch{func(ctx context.Context, r server.Request) (context.Context, func(server.Answer)) {
			return ctx, func(a server.Answer) { seen = append(seen, told{r.Dialect, r.Route, r.Method, a.Status, a.Code}) }
		}}
	})
	s.AddSite(t, "native", "my-site")
	id := strings.Repeat("f", 32)
	for _, c := range []struct {
		method, path string
		want         told
	}{
		{"GET", "/api/v2/sdk/captcha", told{"oneaccess", "/api/v2/sdk/captcha", "GET", 400, "APP.0002"}},
		{"GET", "/oneaccess/api/v2/sdk/captcha?x=1", told{"oneaccess", "/api/v2/sdk/captcha", "GET", 400, "APP.0002"}},
		{"POST", "/aj/some-site/captcha/get", told{"ajcaptcha", "/aj/:site/captcha/get", "POST", 404, "unknown_site"}},
		{"GET", "/native/v1/challenges/" + id + "?site=my-site", told{"native", "/native/v1/challenges/:id", "GET", 404, "unknown"}},
		{"GET", "/v4/gt4.js", told{"geetest", "/v4/gt4.js", "GET", 200, ""}},
		{"GET", "/extra/" + id, told{"", "/extra/*path", "GET", 418, ""}},
		{"GET", "/livez", told{"", "/livez", "GET", 200, ""}},
		{"GET", "/no/such/" + id, told{"", "", "GET", 404, ""}},
		{"DELETE", "/captcha/get", told{"", "", "DELETE", 405, "invalid"}},
		{"MADE-UP", "/captcha/get", told{"", "", "other", 405, "invalid"}},
	} {
		seen = nil
		s.Do(dialecttest.Request{Method: c.method, Path: c.path})
		if diff := cmp.Diff([]told{c.want}, seen); diff != "" {
			t.Errorf("%s %s: %s", c.method, c.path, diff)
		}
	}
}

func TestWatchesStandAroundEachOther(t *testing.T) {
	var order []string
	type key struct{}
	watch := func(name string) server.Watch {
		return func(ctx context.Context, _ server.Request) (context.Context, func(server.Answer)) {
			before, _ := ctx.Value(key{}).(string)
			order = append(order, name+" begins in <"+before+">")
			return context.WithValue(ctx, key{}, before+name), func(server.Answer) { order = append(order, name+" ends") }
		}
	}
	s := dialecttest.New(t, func(c *server.Config) {
		c.Watch = []server.Watch{watch("a"), watch("b")}
		c.Extra = map[string]http.Handler{"/extra": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			inside, _ := r.Context().Value(key{}).(string)
			order = append(order, "handled in <"+inside+">")
			panic(http.ErrAbortHandler)
		})}
	})
	func() {
		defer func() { _ = recover() }()
		s.Do(dialecttest.Request{Method: "GET", Path: "/extra"})
	}()
	if diff := cmp.Diff([]string{"a begins in <>", "b begins in <a>", "handled in <ab>", "b ends", "a ends"}, order); diff != "" {
		t.Error(diff)
	}
}
