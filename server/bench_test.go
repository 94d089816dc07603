package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/store"
	"github.com/gin-gonic/gin"
)

// connections is how many clients ask at the same time.
const connections = 64

// BenchmarkHTTP measures whole requests over loopback on a SQLite file, beside a
// bare gin handler that sends a constant body of about the same size. Compare
// the req/s of one run with each other; alone they tell about the machine.
func BenchmarkHTTP(b *testing.B) {
	s := newBenchServer(b)
	picture := len(s.do(b, s.captcha()))

	b.Run("bare gin, body of a picture", func(b *testing.B) { s.drive(b, bare(b, picture), nil) })
	b.Run("GET captcha", func(b *testing.B) { s.drive(b, s.url, s.captcha) })
	b.Run("bare gin, body of a pass", func(b *testing.B) { s.drive(b, bare(b, 80), nil) })
	b.Run("POST verify", func(b *testing.B) { s.drive(b, s.url, s.verify) })
	b.Run("POST verify, CloudBase", func(b *testing.B) { s.drive(b, s.url, s.verifyText) })
	b.Run("POST redeem", func(b *testing.B) {
		passes := make(chan string, b.N)
		for range b.N {
			passes <- s.pass(b)
		}
		s.drive(b, s.url, func() *http.Request { return s.redeem(<-passes) })
	})
}

type benchServer struct {
	core   *captcha.Service
	keys   *captcha.Keyring
	makers map[captcha.Kind]captcha.Maker
	site   *captcha.Site // speaks OneAccess
	cloud  *captcha.Site // speaks CloudBase
	url    string
	client *http.Client
}

func newBenchServer(b *testing.B) *benchServer {
	b.Helper()
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
	check(b, err)
	b.Cleanup(func() { check(b, db.Close()) })
	keys, err := captcha.LoadKeyring(b.Context(), db, zeros{}, time.Now())
	check(b, err)
	makers, err := puzzle.Makers(puzzle.Choice{})
	check(b, err)
	core := captcha.New(captcha.Config{Keys: keys, Ledger: db, Sites: db, Makers: makers})
	site := &captcha.Site{Key: "bench", Dialect: "oneaccess", Secrets: []captcha.Secret{{Value: "secret"}},
		Rules: captcha.Rules{Attempts: 3, Lifetime: time.Hour, PassLifetime: time.Hour}}
	cloud := &captcha.Site{Key: "bench-env", Dialect: "cloudbase", Rules: site.Rules}
	check(b, errors.Join(db.SaveSite(b.Context(), site), db.SaveSite(b.Context(), cloud)))
	handler, err := server.New(server.Config{Deps: dialect.Deps{Core: core, Keys: db, URL: "http://bench"}, Ready: db.Ping, Log: slog.New(slog.DiscardHandler)})
	check(b, err)
	s := &benchServer{
		core: core, keys: keys, makers: map[captcha.Kind]captcha.Maker{}, site: site, cloud: cloud, url: listen(b, handler),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}},
	}
	for _, maker := range makers {
		s.makers[maker.Kind()] = maker
	}
	return s
}

// zeros is no randomness at all: the sealing key of a benchmark is no secret.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func listen(b *testing.B, handler http.Handler) string {
	b.Helper()
	s := httptest.NewServer(handler)
	b.Cleanup(s.Close)
	return s.URL
}

// bare serves a constant body of that size, and does nothing else.
func bare(b *testing.B, size int) string {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	body := []byte(strings.Repeat("x", size))
	engine.Any("/*path", func(c *gin.Context) {
		io.Copy(io.Discard, c.Request.Body)
		c.Data(http.StatusOK, "application/json", body)
	})
	return listen(b, engine)
}

// drive sends b.N requests over the connections, and reports their rate. A nil
// request is a plain POST.
func (s *benchServer) drive(b *testing.B, url string, request func() *http.Request) {
	if request == nil {
		request = func() *http.Request {
			r, _ := http.NewRequest("POST", url+"/", strings.NewReader(`{"point_json":"x"}`))
			return r
		}
	}
	b.SetParallelism(connections)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.do(b, request())
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// do sends a request, which has to succeed, and returns the body of the answer.
func (s *benchServer) do(b *testing.B, r *http.Request) []byte {
	response, err := s.client.Do(r)
	if err != nil {
		b.Error(err)
		return nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Errorf("%s %s: %s %.200s %v", r.Method, r.URL.Path, response.Status, body, err)
	}
	return body
}

func (s *benchServer) captcha() *http.Request { return s.request("GET", "/api/v2/sdk/captcha", "") }

func (s *benchServer) request(method, path, body string) *http.Request {
	r, _ := http.NewRequest(method, s.url+path, strings.NewReader(body))
	for _, name := range []string{"X-operating-sys-version", "X-device-fingerprint", "X-agent"} {
		r.Header.Set(name, "bench")
	}
	r.Header.Set("X-client-id", s.site.Key)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// verify is the right Answer to a new Challenge, which nobody had to draw.
func (s *benchServer) verify() *http.Request {
	ch, solution := s.solved(s.site, captcha.KindSlider)
	return s.request("POST", "/api/v2/sdk/captcha/verify",
		fmt.Sprintf(`{"point_json":"{\"x\":%v,\"y\":5}","token":"%v","sender":"12345678901"}`, solution.Points[0].X, ch.ID))
}

// verifyText is the same of CloudBase, whose Pass has to be signed.
func (s *benchServer) verifyText() *http.Request {
	ch, solution := s.solved(s.cloud, captcha.KindText)
	return s.request("POST", "/auth/v1/captcha/data/verify?client_id="+s.cloud.Key,
		fmt.Sprintf(`{"token":"%v","key":%q}`, ch.ID, solution.Text))
}

// solved is a new Challenge and its solution.
func (s *benchServer) solved(site *captcha.Site, kind captcha.Kind) (captcha.Challenge, captcha.Answer) {
	ch := s.core.NewChallenge(site, kind)
	_, seed, _ := s.keys.Open(ch.ID, ch.SiteTag)
	return ch, s.makers[kind].Solution(seed, nil)
}

// pass makes a Pass without a request.
func (s *benchServer) pass(b *testing.B) string {
	ch, solution := s.solved(s.site, captcha.KindSlider)
	d, _ := server.Find("oneaccess")
	pass, err := s.core.Answer(context.Background(), s.site, d.Attempt(s.site, ch.ID, solution, "12345678901"))
	check(b, err)
	return strings.ReplaceAll(pass.Secret, `"`, `\"`)
}

func (s *benchServer) redeem(pass string) *http.Request {
	return s.request("POST", "/native/v1/redeem",
		fmt.Sprintf(`{"site":"bench","secret":"secret","pass":"%s","subject":"12345678901"}`, pass))
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
