package load_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/cmd/captchad/load"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/store/memory"
)

// connections and operations are few: what is asserted does not hang on how many.
const connections, operations = 3, 8

// target is a server within the test.
type target struct {
	url     string
	handler http.Handler
	sites   map[string][]*captcha.Site
	solver  *load.Solver
}

func newTarget(t *testing.T) *target {
	t.Helper()
	db := memory.New()
	keys := newKeys(t)
	makers, err := puzzle.Makers(puzzle.Choice{})
	check(t, err)
	core := captcha.New(captcha.Config{Keys: keys, Ledger: db, Sites: db, Makers: makers})
	handler, err := server.New(server.Config{
		Deps:  dialect.Deps{Core: core, Keys: db, URL: "http://bench", Random: rand.Reader},
		Ready: db.Ping, Log: slog.New(slog.DiscardHandler),
	})
	check(t, err)
	s := &target{handler: handler, sites: map[string][]*captcha.Site{}, solver: load.NewSolver(keys, makers)}
	for i, name := range load.Dialects() {
		d, ok := server.Find(name)
		if !ok {
			t.Fatalf("the server has no dialect called %q", name)
		}
		for j := range 2 {
			site := &captcha.Site{
				Key: fmt.Sprintf("%032x", 10*i+j), Dialect: name, Rules: d.Defaults(), Hosts: []string{"*"},
				Secrets: []captcha.Secret{{Value: fmt.Sprintf("secret of %s %d", name, j)}},
			}
			check(t, server.CheckSite(site, makers))
			check(t, db.SaveSite(t.Context(), site))
			s.sites[name] = append(s.sites[name], site)
		}
	}
	s.url = serve(t, handler)
	return s
}

func newKeys(t *testing.T) *captcha.Keyring {
	t.Helper()
	keys, err := captcha.LoadKeyring(t.Context(), memory.New(), rand.Reader, time.Now())
	check(t, err)
	return keys
}

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// measure measures one step at that URL.
func (s *target) measure(t *testing.T, url, dialect string, step load.Step, change ...func(*load.Config)) load.Result {
	t.Helper()
	config := load.Config{Server: load.Server{URL: url}, Solver: s.solver, Connections: connections, Operations: operations}
	for _, f := range change {
		f(&config)
	}
	driver, err := load.New(config)
	check(t, err)
	defer driver.Close()
	result, err := driver.Measure(t.Context(), dialect, step, s.sites[dialect])
	check(t, err)
	return result
}

func TestEveryStepOfEveryDialectSucceeds(t *testing.T) {
	s := newTarget(t)
	for _, dialect := range load.Dialects() {
		for _, step := range load.Steps() {
			t.Run(dialect+" "+string(step), func(t *testing.T) {
				result := s.measure(t, s.url, dialect, step)
				if len(result.Errors) > 0 {
					t.Fatalf("went wrong: %v, such as %s", result.Errors, result.Example)
				}
				if result.Operations() != operations || result.PerSecond() <= 0 || result.Bytes() == 0 {
					t.Errorf("%d operations, %v a second, %d bytes", result.Operations(), result.PerSecond(), result.Bytes())
				}
				if result.HasCPU {
					t.Error("tells what the server used, and nobody could know")
				}
			})
		}
	}
}

func TestTheBareServerAnswersWithAsManyBytes(t *testing.T) {
	s := newTarget(t)
	bare := func(c *load.Config) {
		c.Bare = func(_ context.Context, sizes []int) (load.Server, func(), error) {
			return load.Server{URL: serve(t, load.Bare(sizes))}, func() {}, nil
		}
	}
	for step, slack := range map[load.Step]int{load.Answer: 0, load.Issue: 30_000, load.Life: 30_000} {
		result := s.measure(t, s.url, "native", step, bare)
		if result.Failures() != 0 || result.Bare == nil || result.Bare.Failures() != 0 {
			t.Fatalf("%s: %+v, bare %+v", step, result.Measured, result.Bare)
		}
		if result.Operations() != operations || result.Bare.Operations() != operations {
			t.Errorf("%s: %d operations, bare %d", step, result.Operations(), result.Bare.Operations())
		}
		// Pictures are of many sizes, and those of so short a warm-up were others.
		if off := result.Bytes() - result.Bare.Bytes(); off < -slack || off > slack {
			t.Errorf("%s: %d bytes, bare %d", step, result.Bytes(), result.Bare.Bytes())
		}
		if rate, p99 := result.Compare(result.Bare); rate <= 0 || p99 <= 0 {
			t.Errorf("%s: compared: %v, %v", step, rate, p99)
		}
	}
}

func TestABareServerThatDoesNotStartIsSaid(t *testing.T) {
	s, broken := newTarget(t), errors.New("no port")
	driver, err := load.New(load.Config{
		Server: load.Server{URL: s.url}, Solver: s.solver, Connections: 1, Operations: 1,
		Bare: func(context.Context, []int) (load.Server, func(), error) { return load.Server{}, nil, broken },
	})
	check(t, err)
	defer driver.Close()
	if _, err := driver.Measure(t.Context(), "native", load.Issue, s.sites["native"]); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// A server that refuses is fast, and that is not what was asked for.
func TestARefusalIsNoSpeed(t *testing.T) {
	s := newTarget(t)
	answer := func(status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
	gone := httptest.NewServer(answer(200, ""))
	gone.Close()
	for name, c := range map[string]struct{ url, want string }{
		"another status":           {serve(t, answer(429, "slow down")), "status 429"},
		"a refusal in good status": {serve(t, answer(200, `{"repCode":"6110"}`)), "refused"},
		"nobody there":             {gone.URL, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range load.Steps() {
				result := s.measure(t, c.url, "ajcaptcha", step)
				if result.Operations() != 0 || result.PerSecond() != 0 || result.Latency(0.5) != 0 {
					t.Errorf("%s: %d operations are taken for good", step, result.Operations())
				}
				if n := result.Errors[c.want] + result.Errors["before measuring: "+c.want]; n == 0 || n != result.Failures() || result.Example == "" {
					t.Errorf("%s: errors %v, such as %q", step, result.Errors, result.Example)
				}
			}
		})
	}
}

func TestARateIsKept(t *testing.T) {
	s := newTarget(t)
	result := s.measure(t, s.url, "native", load.Life, func(c *load.Config) { c.Rate = 100 })
	if least := (operations - 1) * 10 * time.Millisecond; result.Operations() != operations || result.Elapsed < least {
		t.Errorf("%d operations took %v, want %v at least", result.Operations(), result.Elapsed, least)
	}
}

func TestAStepEndsWithItsPasses(t *testing.T) {
	s := newTarget(t)
	var answers atomic.Int64
	reluctant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The warm-up earns as many as are measured.
		if strings.HasSuffix(r.URL.Path, "/answers") && answers.Add(1) > operations+2 {
			http.Error(w, "enough", http.StatusServiceUnavailable)
			return
		}
		s.handler.ServeHTTP(w, r)
	})
	result := s.measure(t, serve(t, reluctant), "native", load.Redeem)
	if result.Operations() != 2 || result.Errors["before measuring: status 503"] != operations-2 {
		t.Errorf("%d operations, errors %v", result.Operations(), result.Errors)
	}
}

func TestAServerWithOtherKeysIsSaid(t *testing.T) {
	s := newTarget(t)
	makers, err := puzzle.Makers(puzzle.Choice{})
	check(t, err)
	s.solver = load.NewSolver(newKeys(t), makers)
	result := s.measure(t, s.url, "native", load.Life)
	if result.Operations() != 0 || result.Errors["unknown id"] == 0 {
		t.Errorf("%d operations, errors %v", result.Operations(), result.Errors)
	}
}

func TestAnEndOfTheContextEndsTheLoad(t *testing.T) {
	s := newTarget(t)
	ctx, stop := context.WithCancel(t.Context())
	driver, err := load.New(load.Config{
		Server: load.Server{URL: s.url}, Solver: s.solver, Connections: connections, Duration: time.Hour,
		Progress: func(string) { stop() },
	})
	check(t, err)
	defer driver.Close()
	for _, step := range load.Steps() {
		if _, err := driver.Measure(ctx, "native", step, s.sites["native"]); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", step, err)
		}
	}
}

func TestALoadThatCannotBeIsRefused(t *testing.T) {
	good := load.Config{Server: load.Server{URL: "http://127.0.0.1:1"}, Connections: 1, Operations: 1}
	for name, change := range map[string]func(*load.Config){
		"no connections":    func(c *load.Config) { c.Connections = 0 },
		"a rate below 0":    func(c *load.Config) { c.Rate = -1 },
		"no end":            func(c *load.Config) { c.Operations = 0 },
		"no host":           func(c *load.Config) { c.Server.URL = "http://" },
		"no scheme":         func(c *load.Config) { c.Server.URL = "127.0.0.1:7480" },
		"a scheme not HTTP": func(c *load.Config) { c.Server.URL = "ftp://127.0.0.1" },
	} {
		config := good
		change(&config)
		if _, err := load.New(config); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	driver, err := load.New(good)
	check(t, err)
	for dialect, sites := range map[string][]*captcha.Site{
		"nobody": {{Key: "k", Secrets: []captcha.Secret{{Value: "s"}}}}, "native": nil, "yidun": {{Key: "k"}},
	} {
		if _, err := driver.Measure(t.Context(), dialect, load.Issue, sites); err == nil {
			t.Errorf("%s: no error", dialect)
		}
	}
}
