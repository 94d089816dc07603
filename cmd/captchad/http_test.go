package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/server"
)

// serveWith serves the handler on a free port until the test ends.
func serveWith(t *testing.T, handler http.Handler, wait patience, most int) (address string) {
	t.Helper()
	listener, err := listen("127.0.0.1:0", most)
	if err != nil {
		t.Fatal(err)
	}
	s := newHTTPServer(handler, slog.New(slog.DiscardHandler), wait)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() {
		ended <- serveHTTP(ctx, []service{{s, func() error { return s.Serve(listener) }}}, drain{})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// dial connects and sends the beginning of something.
func dial(t *testing.T, address, beginning string) net.Conn {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, beginning); err != nil {
		t.Fatal(err)
	}
	return conn
}

func greeting(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, 8<<10)); err != nil {
		http.Error(w, "too slow", http.StatusRequestTimeout)
		return
	}
	io.WriteString(w, "hello")
}

func TestClientsThatSendSlowlyAreCutOffAndHinderNobody(t *testing.T) {
	// The patience is short so that the test is; nothing hangs on how fast the machine
	// is: who is cut off is waited for, however long it takes.
	address := serveWith(t, http.HandlerFunc(greeting), patience{header: 300 * time.Millisecond, request: 400 * time.Millisecond, answer: time.Minute, idle: 300 * time.Millisecond}, 10_000)
	beginnings := []string{
		"",                                    // says nothing
		"GE",                                  // half a line
		"GET / HTTP/1.1\r\nHost: x\r\nX-A: b", // half a header
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf a body",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
	}
	var slow []net.Conn
	for i := range 300 {
		slow = append(slow, dial(t, address, beginnings[i%len(beginnings)]))
	}
	for range 20 {
		if status, body := get(t, "http://"+address, nil); status != 200 || body != "hello" {
			t.Fatalf("while others are slow: %d %q", status, body)
		}
	}
	for i, conn := range slow {
		if _, err := io.Copy(io.Discard, conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("client %d, which sent %q: %v", i, beginnings[i%len(beginnings)], err)
		}
	}
	idle := dial(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if said, err := io.ReadAll(idle); err != nil || !strings.Contains(string(said), "hello") {
		t.Errorf("who is answered and says nothing more: %q %v", said, err)
	}
}

func TestTheServerIsAsPatientAsItIsMeantToBe(t *testing.T) {
	s := newHTTPServer(http.HandlerFunc(greeting), slog.New(slog.DiscardHandler), standardPatience)
	for name, d := range map[string]time.Duration{"header": s.ReadHeaderTimeout, "request": s.ReadTimeout, "answer": s.WriteTimeout, "idle": s.IdleTimeout} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
	if s.MaxHeaderBytes <= 0 {
		t.Error("headers have no end")
	}
}

func TestSoManyConnectionsAndNoMore(t *testing.T) {
	var left atomic.Bool // one of the first three
	address := serveWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fourth" && !left.Load() {
			t.Error("four are served at a time")
		}
		greeting(w, r)
	}), standardPatience, 3)
	var full []*talker
	for range 3 {
		full = append(full, &talker{conn: dial(t, address, "")})
		full[len(full)-1].talk(t)
	}
	fourth := dial(t, address, "GET /fourth HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	for range 200 { // time enough to see it, were it let in
		full[1].talk(t)
	}
	left.Store(true)
	full[0].conn.Close()
	if said, err := io.ReadAll(fourth); err != nil || !strings.Contains(string(said), "hello") {
		t.Errorf("once another has gone the fourth hears %q %v", said, err)
	}
}

// talker is a client that stays.
type talker struct {
	conn   net.Conn
	reader *bufio.Reader
}

func (c *talker) talk(t *testing.T) {
	t.Helper()
	if c.reader == nil {
		c.reader = bufio.NewReader(c.conn)
	}
	if _, err := io.WriteString(c.conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "hello" {
		t.Fatalf("%q %v", body, err)
	}
}

func TestNoConnectionsAtAllIsAMistake(t *testing.T) {
	if _, stderr, code := command(t, "mock", "--listen=127.0.0.1:0", "--max-connections=0"); code != exitUsage || !strings.Contains(stderr, "max-connections") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestWhoIsToldToStopSaysSoFirst: /readyz is not ready, and everything is answered as
// ever, from the word to stop until the delay is over.
func TestWhoIsToldToStopSaysSoFirst(t *testing.T) {
	ready := server.NewReadiness(func(context.Context) error { return nil }, time.Now)
	mux := http.NewServeMux()
	mux.Handle("/readyz", server.Readyz(ready.Check))
	mux.HandleFunc("/", greeting)
	listener, err := listen("127.0.0.1:0", 100)
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	s := newHTTPServer(mux, slog.New(slog.DiscardHandler), standardPatience)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	defer cancel()
	begun, over, ended := make(chan struct{}), make(chan time.Time), make(chan error, 1)
	go func() {
		ended <- serveHTTP(ctx, []service{{s, func() error { return s.Serve(listener) }}}, drain{
			begin: func() { ready.Drain(); close(begun) }, over: func() <-chan time.Time { return over },
		})
	}()
	if status, _ := get(t, url+"/readyz", nil); status != 200 {
		t.Fatalf("before: status %d", status)
	}
	cancel()
	<-begun
	if status, body := get(t, url+"/readyz", nil); status != http.StatusServiceUnavailable || body != "not ready\n" {
		t.Errorf("/readyz: %d %q", status, body)
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			response, err := http.Get(url)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if response.StatusCode != 200 {
				t.Errorf("a request during the delay: status %d", response.StatusCode)
			}
		})
	}
	wg.Wait()
	close(over)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if response, err := http.Get(url); err == nil {
		response.Body.Close()
		t.Error("it still listens")
	}
}

func TestTheDelayBeforeTheEnd(t *testing.T) {
	for _, c := range []struct{ given, want string }{{"", "drain-delay: 1s"}, {"--drain-delay=7s", "drain-delay: 7s"}} {
		args := []string{"config"}
		if c.given != "" {
			args = append(args, c.given)
		}
		if shown := must(t, args...); !strings.Contains(shown, c.want) {
			t.Errorf("%s: %s", fmt.Sprint(args), shown)
		}
	}
	p := start(t, "serve", database(t), "--drain-delay=1ms")
	if code := p.stop(); code != exitOK {
		t.Errorf("exit %d: %s", code, p.stderr)
	}
}
