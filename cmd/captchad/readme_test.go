package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// exchange is a command of the README's session and what it prints.
type exchange struct{ command, output string }

// TestTheReadmesSessionIsTrue replays the session of the README against a mock
// with the same seed. A line "..." there stands for any lines.
func TestTheReadmesSessionIsTrue(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	const address = "http://127.0.0.1:7480"
	p := start(t, "mock", "--seed=1")
	var variables []string // set by the session so far
	for i, e := range readme(t) {
		if i == 0 {
			compare(t, e, strings.ReplaceAll(p.stdout.String(), p.url, address))
			continue
		}
		if regexp.MustCompile(`^[A-Z]=`).MatchString(e.command) {
			variables = append(variables, strings.ReplaceAll(e.command, address, p.url))
			continue
		}
		script := strings.Join(append(variables, strings.ReplaceAll(e.command, address, p.url)), "\n")
		out, err := exec.Command("sh", "-c", script).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", e.command, err)
		}
		compare(t, e, string(out))
	}
}

// TestTheReadmeShowsTheConfigurationsThatAreTested: what nginx is run with, and its
// neighbours, stand in the README as they are.
func TestTheReadmeShowsTheConfigurationsThatAreTested(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nginx.conf", "nginx-geetest.conf", "traefik.yaml", "Caddyfile"} {
		config, err := os.ReadFile("../../testdata/proxies/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), string(config)) {
			t.Errorf("the README does not show %s as it is", name)
		}
	}
}

func compare(t *testing.T, e exchange, got string) {
	t.Helper()
	pattern := regexp.QuoteMeta(strings.TrimSpace(e.output))
	pattern = strings.ReplaceAll(pattern, `\.\.\.`, `(?s:.*)`)
	if !regexp.MustCompile(`^` + pattern + `$`).MatchString(strings.TrimSpace(got)) {
		t.Errorf("$ %s\nprints\n%s\nbut the README says\n%s", e.command, got, e.output)
	}
}

// readme finds the session in the README.
func readme(t *testing.T) []exchange {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var session []exchange
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				session = append(session, exchange{command: strings.TrimSuffix(command, "\n")})
			} else {
				session[len(session)-1].output += line
			}
		}
	}
	if len(session) < 5 || !strings.HasPrefix(session[0].command, "captchad mock --seed 1") {
		t.Fatalf("found %v", session)
	}
	return session
}
