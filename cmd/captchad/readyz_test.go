package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestReadyzTellsWhetherAServerIsReady(t *testing.T) {
	p := start(t, "mock")
	if out := must(t, "readyz", "--url="+p.url); out != "ready\n" {
		t.Errorf("said %q", out)
	}
	p.stop()
	if _, stderr, code := command(t, "readyz", "--url="+p.url); code != exitFailed || !strings.Contains(stderr, "not ready") {
		t.Errorf("after its end: %d, %s", code, stderr)
	}
	if _, stderr, code := command(t, "readyz", "--url="+p.url, "--wait", "--timeout=120ms"); code != exitFailed || !strings.Contains(stderr, "after 120ms") {
		t.Errorf("waiting in vain: %d, %s", code, stderr)
	}
}

func TestReadyzWaitsForAServer(t *testing.T) {
	var asked atomic.Int64
	starting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" || asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer starting.Close()
	listen := "--listen=" + strings.TrimPrefix(starting.URL, "http://")
	if out := must(t, "readyz", listen, "--wait"); out != "ready\n" || asked.Load() != 3 {
		t.Errorf("said %q after %d times", out, asked.Load())
	}
	for name, args := range map[string][]string{
		"a free port": {"--listen=127.0.0.1:0"}, "no port": {"--listen=localhost"}, "no time": {"--timeout=0s"},
	} {
		if _, stderr, code := command(t, append([]string{"readyz"}, args...)...); code != exitUsage {
			t.Errorf("%s: %d, %s", name, code, stderr)
		}
	}
}
