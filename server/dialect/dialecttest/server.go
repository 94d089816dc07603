// Package dialecttest holds Dialects to their vendors' pages: it runs
// conversations, which are text files anyone can read (see [Conversations]), and
// the laws that every Dialect keeps (see [Laws]).
//
// Nothing here is a double: requests go through the whole server, on the memory
// store and the real makers of puzzles. Only the clock and the randomness are
// fixed, so that a run is like every other.
package dialecttest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/store/memory"
)

// Start is what the clock of every test server shows at first.
var Start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// URL is where every test server believes that it is found.
const URL = "https://captcha.example.test"

// Text is what all pictures of text say.
const Text = "AB12"

// makers are made once: drawing the characters of a text takes a while.
var makers = sync.OnceValues(func() ([]captcha.Maker, error) {
	return puzzle.Makers(puzzle.Choice{FixedText: Text})
})

// Server is captchad within a test.
type Server struct {
	Handler  http.Handler
	Core     *mock.Core
	Clock    *mock.Clock
	Store    *memory.Store
	Dialects map[string]dialect.Dialect
	Makers   []captcha.Maker
	Deps     dialect.Deps // what the Dialects are made of

	mu     sync.Mutex
	events []captcha.Event
	outbox []dialect.Message
	log    strings.Builder
}

// New starts a server without Sites. Change, if given, changes its configuration
// first: dialecttest.New(t, func(c *server.Config) { c.Limits = ... }).
func New(t testing.TB, change ...func(*server.Config)) *Server {
	t.Helper()
	s := &Server{Clock: mock.NewClock(Start), Store: memory.New(), Dialects: map[string]dialect.Dialect{}}
	random := mock.Random(1)
	var err error
	if s.Makers, err = makers(); err != nil {
		t.Fatal(err)
	}
	keys, err := captcha.LoadKeyring(t.Context(), s.Store, random, Start)
	if err != nil {
		t.Fatal(err)
	}
	s.Core = mock.New(captcha.Config{
		Keys: keys, Ledger: s.Store, Sites: s.Store, Makers: s.Makers, Now: s.Clock.Now, Random: random, Observe: s.observe,
	})
	config := server.Config{
		Deps:  dialect.Deps{Core: s.Core, Keys: s.Store, URL: URL, Random: random, Outbox: s, Automatic: s.Core},
		Ready: s.Store.Ping,
		Log:   slog.New(slog.NewTextHandler(lockedWriter{s}, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	if s.Handler, err = server.New(config); err != nil {
		t.Fatal(err)
	}
	s.Deps = config.Deps
	for _, d := range server.Dialects(config.Deps) {
		s.Dialects[d.Name()] = d
	}
	return s
}

// AddSite keeps a Site that speaks the dialect, with its default rules, open to
// pages of every origin. Change, if given, changes it first.
func (s *Server) AddSite(t testing.TB, dialectName, key string, change ...func(*captcha.Site)) *captcha.Site {
	t.Helper()
	d, ok := s.Dialects[dialectName]
	if !ok {
		t.Fatalf("no dialect is called %q", dialectName)
	}
	site := &captcha.Site{
		Key: key, Name: key, Dialect: dialectName, Rules: d.Defaults(), Hosts: []string{"*"},
		Secrets: []captcha.Secret{{Value: "secret of " + key}}, Settings: captcha.Settings{},
	}
	for _, f := range change {
		f(site)
	}
	if err := s.Store.SaveSite(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	return site
}

// Once makes the Passes of a Site good once, whatever its Dialect's default.
func Once(site *captcha.Site) { site.Rules.Reusable = false }

// Request is one request to the server.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         string
}

// Do sends a request and returns the answer.
func (s *Server) Do(r Request) *http.Response {
	request := httptest.NewRequest(r.Method, r.Path, strings.NewReader(r.Body))
	for name, values := range r.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	if host := r.Header.Get("Host"); host != "" { // which is no header to net/http
		request.Host = host
	}
	recorder := httptest.NewRecorder()
	s.Handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

// Body reads an answer's body to its end.
func Body(t testing.TB, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// SolutionX is the right x of the slider with that ID.
func (s *Server) SolutionX(t testing.TB, id string) float64 {
	t.Helper()
	return s.Solution(t, id).Points[0].X
}

// Solution is the right Answer to the Challenge with that ID.
func (s *Server) Solution(t testing.TB, id string) captcha.Answer {
	t.Helper()
	parsed, ok := captcha.ParseID(id)
	if !ok {
		t.Fatalf("%q is no ID", id)
	}
	insight, err := s.Core.Inspect(t.Context(), parsed)
	if err != nil {
		t.Fatal(err)
	}
	return insight.Solution
}

// Put takes a message, as the mock's outbox does.
func (s *Server) Put(m dialect.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outbox = append(s.outbox, m)
}

// Outbox is what was sent so far.
func (s *Server) Outbox() []dialect.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]dialect.Message(nil), s.outbox...)
}

func (s *Server) observe(_ context.Context, e captcha.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

// Events are the steps that were taken or refused so far.
func (s *Server) Events() []captcha.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Log is what the server has logged so far.
func (s *Server) Log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

type lockedWriter struct{ s *Server }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.log.Write(b)
}

// quiet logs nothing.
var quiet = slog.New(slog.DiscardHandler)
