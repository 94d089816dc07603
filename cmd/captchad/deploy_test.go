package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestTheComposeFilesGiveOptionsThatThereAre has captchad read what containers are given.
func TestTheComposeFilesGiveOptionsThatThereAre(t *testing.T) {
	for _, name := range []string{"compose.yaml", "compose.mock.yaml"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
			if err != nil {
				t.Fatal(err)
			}
			var file struct {
				Services struct {
					Captchad struct {
						Command     []string
						Environment map[string]string
					}
				}
			}
			if err := yaml.Unmarshal(text, &file); err != nil {
				t.Fatal(err)
			}
			given := file.Services.Captchad
			if len(given.Command) == 0 {
				t.Fatal("no command")
			}
			var unread strings.Builder
			parsed, command, code := parse(given.Command, &unread, &unread)
			if command == nil {
				t.Fatalf("%q: exit %d\n%s", given.Command, code, &unread)
			}
			if file := "compose.yaml"; name == file && (parsed.Ledger == "" || parsed.Serve.FirstSite != "none") {
				t.Errorf("three replicas would each keep records, or make a first site: %q", given.Command)
			}
			var known []string
			for _, flag := range command.Flags() {
				known = append(known, flag.Envs...)
			}
			for variable := range given.Environment {
				if !slices.Contains(known, variable) {
					t.Errorf("no option is called %s", variable)
				}
			}
		})
	}
}
