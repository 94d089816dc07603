package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestKeysOfTheServer(t *testing.T) {
	db := database(t)
	start(t, "serve", db).stop()

	t.Run("the only key of its kind is not removed", func(t *testing.T) {
		_, stderr, code := command(t, "key", "remove", "seal-1", db)
		if code != exitFailed || !strings.Contains(stderr, "captchad key rotate seal") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
	t.Run("a new one is made of each kind, and listed", func(t *testing.T) {
		made := regexp.MustCompile(`new key (\S+)`)
		for _, kind := range []string{"seal", "token"} {
			id := made.FindStringSubmatch(must(t, "key", "rotate", kind, db))
			if id == nil || !regexp.MustCompile(`(?m)^`+kind+` +`+regexp.QuoteMeta(id[1])+` `).MatchString(must(t, "key", "list", db)) {
				t.Errorf("%s: %v is not listed", kind, id)
			}
		}
	})
	t.Run("an old one is removed then", func(t *testing.T) {
		must(t, "key", "remove", "seal-1", db)
		if list := must(t, "key", "list", db); strings.Contains(list, "seal-1 ") {
			t.Errorf("it is listed:\n%s", list)
		}
		start(t, "serve", db)
	})
	t.Run("one that is not there is not removed", func(t *testing.T) {
		if _, stderr, code := command(t, "key", "remove", "seal-1", db); code != exitFailed || !strings.Contains(stderr, "no key has this ID") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
}

func TestSecretsAreEncryptedUnderAMasterKey(t *testing.T) {
	home := t.TempDir()
	db := "--db=" + filepath.Join(home, "captchad.db")
	const secret = "hunter2hunter2hunter2"
	add := []string{"site", "add", db, "--dialect=native", "--key=a", "--secret=" + secret}
	inClear := func() bool {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(home, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("found %v, %v", files, err)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err != nil {
				t.Fatal(err)
			} else if strings.Contains(string(text), secret) {
				return true
			}
		}
		return false
	}
	serves := func(args ...string) {
		t.Helper()
		p := start(t, append([]string{"serve", db}, args...)...)
		if status, body := get(t, p.url+"/readyz", http.Header{}); status != http.StatusOK {
			t.Errorf("got %d %s", status, body)
		}
		p.stop()
	}
	firstKey, secondKey := must(t, "key", "master"), must(t, "key", "master")
	first := "--master-key-file=" + write(t, "first.key", firstKey)
	both := "--master-key-file=" + write(t, "both.key", secondKey+firstKey)
	second := "--master-key-file=" + write(t, "second.key", secondKey)

	must(t, append(add, first)...)
	serves(first)
	if inClear() {
		t.Fatal("the secret is in the database in clear")
	}
	for reason, args := range map[string][]string{"no master key is given": nil, "a master key that is not given": {second}} {
		_, stderr, code := command(t, append([]string{"serve", db, "--listen=127.0.0.1:0"}, args...)...)
		if code != exitFailed || !strings.Contains(stderr, reason) {
			t.Errorf("with %v: exit %d, %s", args, code, stderr)
		}
	}
	for _, args := range [][]string{{"key", "rotate", "seal"}, {"site", "add", "--dialect=native", "--key=b"}} {
		if _, stderr, code := command(t, append(args, db)...); code != exitFailed || !strings.Contains(stderr, "no master key is given") {
			t.Errorf("%v would keep a secret in clear: exit %d, %s", args, code, stderr)
		}
	}
	must(t, "key", "reseal", db, both)
	serves(second)

	t.Run("in the environment too", func(t *testing.T) {
		t.Setenv("CAPTCHAD_MASTER_KEY", secondKey)
		serves()
		if shown := must(t, "config"); strings.Contains(shown, strings.TrimSpace(secondKey)) {
			t.Errorf("the configuration shows it:\n%s", shown)
		}
		if _, stderr, code := command(t, "site", "list", db, second); code != exitUsage || !strings.Contains(stderr, "two ways") {
			t.Errorf("beside a file: exit %d, %s", code, stderr)
		}
	})
	t.Run("one that is none is refused, and not repeated", func(t *testing.T) {
		_, stderr, code := command(t, "site", "list", db, "--master-key-file="+write(t, "bad.key", "hunter3"))
		if code != exitFailed || strings.Contains(stderr, "hunter3") || !strings.Contains(stderr, "32 bytes in base64") {
			t.Errorf("exit %d, %s", code, stderr)
		}
	})
	t.Run("there is nothing to reseal under", func(t *testing.T) {
		if _, _, code := command(t, "key", "reseal", db); code != exitUsage {
			t.Errorf("exit %d", code)
		}
	})
}
