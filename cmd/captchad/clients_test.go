package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// clients are the vendors' own clients, unmodified, and the tests that drive them.
const clients = "../../testdata/clients"

// TestRealClients runs them in Node and in headless Chromium against a mock. It
// is the proof that a dialect works.
func TestRealClients(t *testing.T) {
	if os.Getenv("CAPTCHAD_SKIP_CLIENTS") != "" {
		t.Skip("left out on demand")
	}
	installClients(t)
	env := clientsEnv(t)
	tests, err := filepath.Glob(clients + "/*/*.test.mjs")
	if err != nil || len(tests) == 0 {
		t.Fatalf("no tests of clients: %v", err)
	}
	for _, file := range tests {
		name, err := filepath.Rel(clients, file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			if out, err := inNode(t, env, "--test", name).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// BenchmarkWidget measures what a visitor waits for in headless Chromium: from
// the script's tag to "ready", and from the drop of the piece to "success".
func BenchmarkWidget(b *testing.B) {
	installClients(b)
	env := clientsEnv(b)
	for b.Loop() {
		out, err := inNode(b, env, "widget/times.mjs").Output()
		if err != nil {
			b.Fatal(err)
		}
		var times map[string]float64
		if err := json.Unmarshal(out, &times); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		for what, milliseconds := range times {
			b.ReportMetric(milliseconds, what)
		}
	}
}

// clientsEnv starts a mock and tells where it is, as the clients' tests know it.
func clientsEnv(t testing.TB) []string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "captchad.db")
	certificate := filepath.Join(t.TempDir(), "captchad.pem")
	p := start(t, "mock", "--db="+db, "--tls-listen=127.0.0.1:0", "--tls-save="+certificate)
	secure := listeningTLS.FindStringSubmatch(p.stdout.String())
	if secure == nil {
		t.Fatalf("no TLS: %s", p.stdout)
	}
	key := regexp.MustCompile(`(?m)^  SPKI +(\S+)$`).FindStringSubmatch(p.stdout.String())
	if key == nil {
		t.Fatalf("no digest of the certificate's key: %s", p.stdout)
	}
	return append(os.Environ(),
		"CAPTCHAD_URL="+p.url, "CAPTCHAD_TLS_URL="+secure[1], "CAPTCHAD_DB="+db, "CAPTCHAD_PROGRAM="+build(t),
		"CAPTCHAD_SPKI="+key[1], "NODE_EXTRA_CA_CERTS="+certificate)
}

func inNode(t testing.TB, env []string, args ...string) *exec.Cmd {
	command := exec.CommandContext(t.Context(), "node", args...)
	command.Dir, command.Env = clients, env
	return command
}

// installClients installs what the lock file names, unless it is there already.
func installClients(t testing.TB) {
	t.Helper()
	locked, err := os.ReadFile(clients + "/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	installed := clients + "/node_modules/.installed-lock.json"
	if have, err := os.ReadFile(installed); err == nil && bytes.Equal(have, locked) {
		return
	}
	// Without scripts: nothing that a package brings runs before it is used.
	command := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts")
	command.Dir = clients
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v (make test installs what is missing)\n%s", err, out)
	}
	if err := os.WriteFile(installed, locked, 0o600); err != nil {
		t.Fatal(err)
	}
}
