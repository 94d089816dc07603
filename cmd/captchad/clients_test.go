package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
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
	db := filepath.Join(t.TempDir(), "captchad.db")
	p := start(t, "mock", "--db="+db)
	program := build(t)
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
			command := exec.CommandContext(t.Context(), "node", "--test", name)
			command.Dir = clients
			command.Env = append(os.Environ(), "CAPTCHAD_URL="+p.url, "CAPTCHAD_DB="+db, "CAPTCHAD_PROGRAM="+program)
			if out, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// installClients installs what the lock file names, unless it is there already.
func installClients(t *testing.T) {
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
