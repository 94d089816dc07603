package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlite"
)

func TestBackup(t *testing.T) {
	home := t.TempDir()
	path, backup, back := filepath.Join(home, "captchad.db"), filepath.Join(home, "it's a backup"), filepath.Join(home, "back.db")
	store := open(t, home)
	must(t, store.SaveSite(t.Context(), &captcha.Site{Key: "a", Name: "mine"}))
	must(t, store.Update(t.Context(), challenge(1), countAttempt))
	must(t, sqlite.Backup(t.Context(), path, backup))
	must(t, store.SaveSite(t.Context(), &captcha.Site{Key: "later"}))

	t.Run("is one file that only its owner can read", func(t *testing.T) {
		info, err := os.Stat(backup)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if files, err := filepath.Glob(backup + "*"); err != nil || len(files) != 1 {
			t.Errorf("found %v, %v", files, err)
		}
	})
	t.Run("overwrites nothing", func(t *testing.T) {
		if err := sqlite.Backup(t.Context(), path, backup); err == nil || !strings.Contains(err.Error(), "exists") {
			t.Errorf("got %v", err)
		}
		if err := sqlite.Restore(t.Context(), backup, path); err == nil || !strings.Contains(err.Error(), "move it away") {
			t.Errorf("got %v", err)
		}
	})
	before := challenge(1)
	before.IssuedAt = time.Now().Truncate(time.Second)
	t.Run("is not restored beside what a crash has left", func(t *testing.T) {
		for _, part := range []string{"-wal", "-shm", "-journal"} {
			left := back + part
			must(t, os.WriteFile(left, []byte("left"), 0o600))
			if err := sqlite.Restore(t.Context(), backup, back); err == nil || !strings.Contains(err.Error(), left) {
				t.Errorf("beside %s: got %v", part, err)
			}
			must(t, os.Remove(left))
		}
	})
	t.Run("has the sites of its moment", func(t *testing.T) {
		must(t, sqlite.Restore(t.Context(), backup, back))
		restored, err := sqlite.Open(t.Context(), back)
		must(t, err)
		defer restored.Close()
		sites, err := restored.Sites(t.Context())
		if err != nil || len(sites) != 1 || sites[0].Name != "mine" {
			t.Errorf("got %v, %v", sites, err)
		}
	})
	t.Run("lets no challenge from before be answered or redeemed again", func(t *testing.T) {
		restored, err := sqlite.Open(t.Context(), back)
		must(t, err)
		defer restored.Close()
		after := challenge(2)
		after.IssuedAt = time.Now().Add(2 * time.Second)
		if err := restored.Update(t.Context(), before, countAttempt); captcha.CodeOf(err) != captcha.Expired {
			t.Errorf("got %v", err)
		}
		must(t, restored.Update(t.Context(), after, countAttempt))
	})
	t.Run("that is none leaves nothing behind", func(t *testing.T) {
		other := filepath.Join(home, "other.db")
		text := filepath.Join(home, "text")
		must(t, os.WriteFile(text, []byte(strings.Repeat("no database ", 100)), 0o600))
		empty := filepath.Join(home, "empty")
		must(t, os.WriteFile(empty, nil, 0o600))
		for _, bad := range []string{text, empty, filepath.Join(home, "missing"), home} {
			if err := sqlite.Restore(t.Context(), bad, other); err == nil {
				t.Errorf("%s was restored", bad)
			}
		}
		if err := sqlite.Backup(t.Context(), filepath.Join(home, "missing"), other); err == nil {
			t.Error("what is not there was copied")
		}
		if files, err := filepath.Glob(other + "*"); err != nil || len(files) != 0 {
			t.Errorf("found %v, %v", files, err)
		}
	})
}
