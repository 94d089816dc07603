// Package servertest starts captchad in mock mode inside a Go test, as net/http/httptest
// starts an HTTP server: without a network beyond this process, without a visitor, and
// with every outcome on demand.
//
// The app under test is pointed at [Server.URL], where it was pointed at its vendor, and
// gets the credentials of [Server.Site]. The test then plays the visitor with
// [Server.Pass] or [Server.Solve], and says with [Server.Next], [Server.Fault] and
// [Server.Advance] what goes wrong.
package servertest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/mockserver"
	"github.com/captchad/captchad/store/memory"
)

// Text is what every picture of text says.
const Text = "AB12"

// Server is a running server. Make one with [New].
type Server struct {
	URL     string                // such as "http://127.0.0.1:40123"
	Control *controlclient.Client // for all that has no method here

	running *httptest.Server
	mocked  *mockserver.Server
	failing failer
}

// Site is what an app needs to use a vendor: what it would have from the vendor.
type Site struct {
	Key      string // X-client-id, captcha_id, captchaId or client_id
	Secret   string // captcha_key, secretKey
	SecretID string // Yidun's secretId; others have none
}

// Option changes how a server starts.
type Option func(*options)

type options struct {
	clock  *mock.Clock
	random io.Reader
	log    *slog.Logger
}

// Seed makes IDs, pictures, codes and secrets the same in every run. The clock then
// stands still until [Server.Advance] moves it.
func Seed(seed uint64) Option {
	return func(o *options) { o.clock, o.random = mock.NewClock(seededStart), mock.Random(seed) }
}

// seededStart is what the clock shows when a seed is given: IDs hold the time.
var seededStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Log shows what the server does.
func Log(log *slog.Logger) Option { return func(o *options) { o.log = log } }

// makers are the same for all servers of a process: they keep no state of any.
var makers = sync.OnceValues(func() ([]captcha.Maker, error) { return puzzle.Makers(puzzle.Choice{FixedText: Text}) })

// New starts a server on a free port of this machine. It ends with the test, which
// fails if anything asked of the server cannot be done.
func New(t testing.TB, chosen ...Option) *Server {
	t.Helper()
	s, err := start(chosen)
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	t.Cleanup(s.Close)
	s.failing = t
	return s
}

// Start is New where there is no test, such as in TestMain: the caller closes the
// server. It panics if it cannot start, as the server does if anything asked of it
// cannot be done.
func Start(chosen ...Option) *Server {
	s, err := start(chosen)
	if err != nil {
		panic(fmt.Sprintf("servertest: %v", err))
	}
	return s
}

// Close ends the server.
func (s *Server) Close() {
	s.mocked.Close() // whoever listens to the journal does not go by himself
	s.running.Close()
}

func start(chosen []Option) (*Server, error) {
	o := &options{clock: mock.RunningClock(), random: rand.Reader, log: slog.New(slog.DiscardHandler)}
	for _, option := range chosen {
		option(o)
	}
	kinds, err := makers()
	if err != nil {
		return nil, err
	}
	running := httptest.NewUnstartedServer(nil)
	url := "http://" + running.Listener.Addr().String()
	mocked, err := mockserver.New(context.Background(), mockserver.Config{
		Store: memory.New(), Makers: kinds, Clock: o.clock, Random: o.random, URL: url, Log: o.log,
	})
	if err != nil {
		running.Close()
		return nil, err
	}
	running.Config.Handler = mocked
	running.Start()
	return &Server{URL: url, Control: controlclient.New(url, running.Client()), running: running, mocked: mocked, failing: panicking{}}, nil
}

// failer is what ends a test.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// panicking ends a program.
type panicking struct{}

func (panicking) Helper() {}

func (panicking) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Site is the Site that is ready for that vendor: "oneaccess", "ajcaptcha",
// "cloudbase", "geetest", "yidun", or "native".
func (s *Server) Site(vendor string) Site {
	s.failing.Helper()
	ready := s.mocked.Ready(vendor)
	if ready == nil {
		s.failing.Fatalf("servertest: no vendor is called %q: there are %s", vendor, strings.Join(s.mocked.Vendors(), ", "))
	}
	return Site{Key: ready.Key, Secret: ready.Secrets[0].Value, SecretID: ready.Secrets[0].ID}
}

// Pass is a genuine Pass of that vendor, without a visitor.
func (s *Server) Pass(vendor string) controlclient.Pass { return s.PassFor(vendor, "") }

// PassFor is a Pass that is bound to somebody, such as OneAccess' to a phone number.
func (s *Server) PassFor(vendor, subject string) controlclient.Pass {
	s.failing.Helper()
	pass, err := s.Control.Mint(context.Background(), s.Site(vendor).Key, subject)
	s.must(err)
	return pass
}

// Solve solves a Challenge that a page has on show.
func (s *Server) Solve(id string) controlclient.Pass {
	s.failing.Helper()
	pass, err := s.Control.Solve(context.Background(), id, "")
	s.must(err)
	return pass
}

// Challenge looks into a Challenge: its solution above all.
func (s *Server) Challenge(id string) controlclient.Challenge {
	s.failing.Helper()
	found, err := s.Control.Challenge(context.Background(), id)
	s.must(err)
	return found
}

// Next says how the next step ends at that vendor: step is "issue", "answer" or
// "redeem", outcome "right" or the code of a refusal, such as "wrong", "expired", "used"; for
// the vendor's own codes see [Server.NextCode]. Several are gone through in their order.
func (s *Server) Next(vendor, step, outcome string) {
	s.failing.Helper()
	s.must(s.Control.Plan(context.Background(), controlclient.Plan{Site: s.Site(vendor).Key, Step: step, Outcome: outcome, Times: 1}))
}

// NextCode has the next step at that vendor end with a code of the vendor's own, such as
// GeeTest's "-50005", in the vendor's own shape.
func (s *Server) NextCode(vendor, step, code string) {
	s.failing.Helper()
	s.Next(vendor, step, "code:"+code)
}

// Expire lets a Challenge and its Pass be too old, without moving the clock.
func (s *Server) Expire(id string) {
	s.failing.Helper()
	_, err := s.Control.Expire(context.Background(), id)
	s.must(err)
}

// Spend lets the Pass of a Challenge be redeemed already.
func (s *Server) Spend(id string) {
	s.failing.Helper()
	_, err := s.Control.Spend(context.Background(), id)
	s.must(err)
}

// Latest looks into the Challenge that was issued last, by whatever call.
func (s *Server) Latest() controlclient.Challenge {
	s.failing.Helper()
	found, err := s.Control.Latest(context.Background())
	s.must(err)
	return found
}

// SaveSite adds a Site with that key, or changes it, and gives back its credentials. What
// change leaves out stays as it is, or as it is in a new Site of the vendor.
func (s *Server) SaveSite(key string, change controlclient.SiteChange) Site {
	s.failing.Helper()
	saved, err := s.Control.SaveSite(context.Background(), key, change)
	s.must(err)
	site := Site{Key: saved.Key}
	if len(saved.Secrets) > 0 {
		site.Secret, site.SecretID = saved.Secrets[0].Value, saved.Secrets[0].ID
	}
	return site
}

// Always says how all steps end at that vendor for which nothing else is planned.
// "issue", "automatic" is a vendor without puzzles: its widget passes by itself.
// "answer", "wrong" is one that nobody passes.
func (s *Server) Always(vendor, step, outcome string) {
	s.failing.Helper()
	s.must(s.Control.Plan(context.Background(), controlclient.Plan{Site: s.Site(vendor).Key, Step: step, Outcome: outcome}))
}

// Fault has the vendor do something wrong from now on, such as "http:503" or "badjson";
// "normal" ends it.
func (s *Server) Fault(vendor, fault string) {
	s.failing.Helper()
	s.must(s.Control.SetFault(context.Background(), s.Site(vendor).Key, fault))
}

// Journal lists what was asked of that vendor, and what became of it, oldest first: what
// was refused or met a fault too.
func (s *Server) Journal(vendor string) []controlclient.Entry {
	s.failing.Helper()
	entries, err := s.Control.Journal(context.Background(), controlclient.Filter{Dialect: vendor})
	s.must(err)
	return entries
}

// Reset makes everything as it was at the start: sites, faults, plans, journal, outbox, clock.
func (s *Server) Reset() {
	s.failing.Helper()
	s.must(s.Control.Reset(context.Background()))
}

// Advance moves the server's clock.
func (s *Server) Advance(by time.Duration) {
	s.failing.Helper()
	_, err := s.Control.Advance(context.Background(), by)
	s.must(err)
}

func (s *Server) must(err error) {
	s.failing.Helper()
	if err != nil {
		s.failing.Fatalf("servertest: %v", err)
	}
}
