package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// program is captchad running within the test, as a user starts it.
type program struct {
	url    string
	stdout *output
	stderr *output
	stop   func() int // ends it and returns its exit code
}

// output is what was printed so far.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	written chan struct{}
}

func newOutput() *output { return &output{written: make(chan struct{}, 1)} }

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.written <- struct{}{}:
	default:
	}
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var listening = regexp.MustCompile(`(?m)^Listening on (http://\S+)\n(?s:.*)\n\z`)

// start runs captchad with these arguments, on a free port, until the test ends.
func start(t testing.TB, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	p := &program{stdout: newOutput(), stderr: newOutput()}
	exited := make(chan int, 1)
	go func() {
		exited <- run(ctx, append([]string{"--drain-delay=0s"}, append(args, "--listen=127.0.0.1:0")...), p.stdout, p.stderr)
	}()
	p.stop = sync.OnceValue(func() int { cancel(); return <-exited })
	t.Cleanup(func() { p.stop() })
	for {
		if match := listening.FindStringSubmatch(p.stdout.String()); match != nil {
			p.url = match[1]
			return p
		}
		select {
		case <-p.stdout.written:
		case code := <-exited:
			t.Fatalf("captchad %v: exit %d\n%s%s", args, code, p.stdout, p.stderr)
		}
	}
}

// command runs a command of captchad to its end.
func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	out, err := newOutput(), newOutput()
	code = run(t.Context(), args, out, err)
	return out.String(), err.String(), code
}

// must runs a command that has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, code := command(t, args...)
	if code != exitOK {
		t.Fatalf("captchad %v: exit %d\n%s%s", args, code, stdout, stderr)
	}
	return stdout
}

func database(t *testing.T) string { return "--db=" + filepath.Join(t.TempDir(), "captchad.db") }

func get(t *testing.T, url string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	return do(t, request)
}

func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	return do(t, request)
}

func do(t *testing.T, request *http.Request) (int, string) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
