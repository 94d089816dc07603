package main

import (
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// hangUp tells all servers of this process to read their configuration again, and
// waits until this one has logged what came of it.
func (p *program) hangUp(t *testing.T, logged string) {
	t.Helper()
	before := strings.Count(p.stderr.String(), logged)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for strings.Count(p.stderr.String(), logged) == before {
		select {
		case <-p.stderr.written:
		case <-t.Context().Done():
			t.Fatalf("%q is never logged", logged)
		}
	}
}

func TestTheConfigurationIsReadAgain(t *testing.T) {
	file := write(t, "captchad.yaml", "log-level: info\n")
	rewrite := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, "serve", database(t), "--config-file="+file, "--log-format=json")
	issue := func() int {
		before := strings.Count(p.stderr.String(), `"step":"issued"`)
		header := http.Header{"X-Client-Id": {firstKey(t, p)}, "X-Agent": {"a"}, "X-Device-Fingerprint": {"b"}, "X-Operating-Sys-Version": {"c"}}
		if status, body := get(t, p.url+"/api/v2/sdk/captcha", header); status != http.StatusOK {
			t.Fatalf("got %d %s", status, body)
		}
		return strings.Count(p.stderr.String(), `"step":"issued"`) - before
	}

	if n := issue(); n != 0 {
		t.Errorf("at info %d issued challenges are logged", n)
	}
	rewrite("log-level: debug\n")
	p.hangUp(t, "configuration read again")
	if n := issue(); n != 1 {
		t.Errorf("at debug %d issued challenges are logged", n)
	}
	for _, bad := range []string{"log-level: loud\n", "no-such: option\n", "log-level: ["} {
		rewrite(bad)
		p.hangUp(t, "the configuration cannot be read again")
		if n := issue(); n != 1 {
			t.Errorf("after %q %d issued challenges are logged", bad, n)
		}
	}
}

func TestLimitsChangeWithoutARestart(t *testing.T) {
	file := write(t, "captchad.yaml", "limit: {oneaccess.issue: 1}\n")
	p := start(t, "serve", database(t), "--config-file="+file)
	allowed := func() bool {
		status, _ := get(t, p.url+"/api/v2/sdk/captcha", nil)
		return status != http.StatusTooManyRequests
	}
	if !allowed() || allowed() {
		t.Fatal("want one request a minute")
	}
	for _, c := range []struct {
		text, logged string
		want         bool
	}{
		{"limit: {no.such: 1}\n", "the configuration is not good", false},
		{"limits: off\n", "configuration read again", true},
		{"limit: {oneaccess.issue: 1}\n", "configuration read again", false},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p.hangUp(t, c.logged)
		if got := allowed(); got != c.want {
			t.Errorf("after %q: allowed %v", c.text, got)
		}
	}
}

func TestACertificateIsRenewedWithoutARestart(t *testing.T) {
	first, certFile, keyFile := pair(t)
	p := start(t, "serve", database(t), "--tls-listen=127.0.0.1:0", "--tls-cert="+certFile, "--tls-key="+keyFile)
	if !shown(t, p.secureURL(t)).Equal(first) {
		t.Fatal("another certificate is shown")
	}

	second, newCert, newKey := pair(t)
	replace(t, newCert, certFile)
	p.hangUp(t, "the configuration is not good") // the key is still that of the first one
	if !shown(t, p.secureURL(t)).Equal(first) {
		t.Error("half of a pair replaces the former one")
	}
	replace(t, newKey, keyFile)
	p.hangUp(t, "configuration read again")
	if !shown(t, p.secureURL(t)).Equal(second) {
		t.Error("the new certificate is not shown")
	}
}

func replace(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// firstKey is the key of the Site that the first start makes.
func firstKey(t *testing.T, p *program) string {
	t.Helper()
	_, after, found := strings.Cut(p.stdout.String(), "key ")
	if !found {
		t.Fatalf("no key in:\n%s", p.stdout)
	}
	return strings.Fields(after)[0]
}
