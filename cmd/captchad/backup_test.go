package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestABackupOfARunningServerIsRestored(t *testing.T) {
	home := t.TempDir()
	backup, restored := filepath.Join(home, "backup"), "--db="+filepath.Join(home, "restored.db")
	db := database(t)
	p := start(t, "serve", db)
	must(t, "site", "add", db, "--dialect=native", "--key=mine")
	status, issued := post(t, p.url+"/native/v1/challenges", `{"site":"mine"}`)
	if status != 201 {
		t.Fatalf("got %d %s", status, issued)
	}
	_, after, _ := strings.Cut(issued, `"id":"`)
	answer := "/native/v1/challenges/" + after[:32] + "/answers"
	must(t, "backup", backup, db)
	if out := must(t, "restore", backup, restored); !strings.Contains(out, "expired") {
		t.Errorf("nothing is said of challenges: %s", out)
	}

	again := start(t, "serve", restored)
	if status, body := post(t, again.url+"/native/v1/challenges", `{"site":"mine"}`); status != 201 {
		t.Errorf("the site is not there: %d %s", status, body)
	}
	if status, body := post(t, again.url+answer, `{"site":"mine","answer":{"x":100}}`); !strings.Contains(body, "expired") {
		t.Errorf("a challenge from before is judged: %d %s", status, body)
	}
	if _, stderr, code := command(t, "backup", backup, "--db=memory"); code != exitFailed || !strings.Contains(stderr, "SQLite") {
		t.Errorf("a backup of memory: exit %d, %s", code, stderr)
	}
}
