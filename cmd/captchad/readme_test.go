package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
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

// chapter is what the README says about testing an app.
func chapter(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## Testing an app\n")
	about, _, ended := strings.Cut(rest, "\n## ")
	if !found || !ended {
		t.Fatal("there is no chapter about testing an app")
	}
	return about
}

// blocks are those of a chapter that are in that language.
func blocks(t *testing.T, text, language string) []string {
	t.Helper()
	var found []string
	for _, block := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, block[1])
	}
	if len(found) == 0 {
		t.Fatalf("no block of %s", language)
	}
	return found
}

// TestTheReadmesCommandsForTestsWork runs what a CI step would run, with the program in
// its place and another port.
func TestTheReadmesCommandsForTestsWork(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	folder, address := t.TempDir(), freeAddress(t)
	if err := os.Symlink(build(t), filepath.Join(folder, "captchad")); err != nil {
		t.Fatal(err)
	}
	for _, script := range blocks(t, chapter(t), "sh") {
		script = "set -e; trap 'kill $!; wait' EXIT\n" + strings.ReplaceAll(script, "127.0.0.1:7480", address)
		command := exec.CommandContext(t.Context(), "sh", "-c", script)
		command.Dir = folder
		command.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"), "CAPTCHAD_LISTEN="+address)
		out, err := command.CombinedOutput()
		for _, part := range []string{"ready\n", `"pass_token":`, `"outcome":"automatic","times":0`, `"http:503"`, `"entries":[]`} {
			if err != nil || !strings.Contains(string(out), part) {
				log, _ := os.ReadFile(filepath.Join(folder, "captchad.log"))
				t.Fatalf("no %s: %v\n%s\n%s", part, err, out, log)
			}
		}
	}
}

// TestTheReadmesFilesForCIAreWellFormed, and the commands in them are ours.
func TestTheReadmesFilesForCIAreWellFormed(t *testing.T) {
	p := start(t, "mock")
	checks := 0
	for _, text := range blocks(t, chapter(t), "yaml") {
		var file struct {
			Steps    []struct{ Uses, Run string }
			Services map[string]struct {
				Command     string
				Healthcheck struct{ Test []string }
			}
		}
		if err := yaml.Unmarshal([]byte(text), &file); err != nil || len(file.Steps)+len(file.Services) == 0 {
			t.Errorf("%v:\n%s", err, text)
		}
		var commands [][]string
		for _, step := range file.Steps {
			commands = append(commands, strings.Fields(step.Run))
		}
		for _, service := range file.Services {
			if test := service.Healthcheck.Test; len(test) > 1 {
				commands = append(commands, test[1:])
			}
		}
		for _, words := range commands {
			if len(words) < 2 || words[0] != "captchad" || words[1] != "readyz" {
				continue
			}
			checks++
			if said := must(t, append(words[1:], "--url="+p.url)...); said != "ready\n" {
				t.Errorf("%v: %s", words, said)
			}
		}
	}
	if checks != 2 {
		t.Errorf("%d of the files wait for the server, want two", checks)
	}
}

// TestTheReadmeQuotesTheTestThatIsRun: what it shows of Playwright stands in the clients'
// tests as it is. What it shows of Cypress is tried there.
func TestTheReadmeQuotesTheTestThatIsRun(t *testing.T) {
	source, err := os.ReadFile(clients + "/app/login.test.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, quoted := range blocks(t, chapter(t), "js") {
		if !strings.Contains(quoted, "cy.") && !strings.Contains(string(source), quoted) {
			t.Errorf("not in app/login.test.mjs:\n%s", quoted)
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
