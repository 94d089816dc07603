package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlite"
	"github.com/captchad/captchad/store/storetest"
)

func TestFile(t *testing.T) {
	t.Run("only its owner can read it and what is beside it", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		if err := store.Update(t.Context(), challenge(1), countAttempt); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(home)
		if err != nil || len(files) != 3 {
			t.Errorf("found %v, %v; want the database, its log and the index of that", files, err)
		}
		for _, file := range files {
			info, err := file.Info()
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v; want mode 0600", info, err)
			}
		}
	})

	t.Run("is one file once the store is closed", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		if err := store.Update(t.Context(), challenge(1), countAttempt); err != nil {
			t.Fatal(err)
		}
		if err := store.SaveSite(t.Context(), &captcha.Site{Key: "a"}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}
		if files, err := os.ReadDir(home); err != nil || len(files) != 1 {
			t.Errorf("found %v, %v", files, err)
		}
	})

	t.Run("may have any name", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a b?mode=memory&c%41#d;'\"ü.db")
		store, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	})

	t.Run("has all that was kept, even if the process ends without a word", func(t *testing.T) {
		home, after := t.TempDir(), t.TempDir()
		store := open(t, home)
		for i := range 100 {
			if err := store.Update(t.Context(), challenge(i), countAttempt); err != nil {
				t.Fatal(err)
			}
		}
		// What a crash leaves is the files as they are now.
		if err := os.CopyFS(after, os.DirFS(home)); err != nil {
			t.Fatal(err)
		}
		store = open(t, after)
		for i := range 100 {
			if got := attempts(t, store, i); got != 1 {
				t.Errorf("challenge %d has %d attempts, want 1", i, got)
			}
		}
	})
}

func TestOpen(t *testing.T) {
	for _, row := range []struct {
		name string
		path func(home string) string
		want string
	}{
		{"a folder that is not there is told", func(home string) string { return filepath.Join(home, "a", "b.db") }, "no such file"},
		{"a folder is no database", func(home string) string { return home }, "is a folder"},
		{"an empty path is told", func(string) string { return "" }, "is empty"},
		{"a file of something else is told", func(home string) string {
			path := filepath.Join(home, "notes.txt")
			must(t, os.WriteFile(path, []byte(strings.Repeat("Dear diary, ", 1000)), 0o600))
			return path
		}, "is not a SQLite database"},
		{"a database of a newer program is refused", func(home string) string {
			store := open(t, home)
			raw(t, home, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
			must(t, store.Close())
			return filepath.Join(home, "captchad.db")
		}, "newer program"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := row.path(t.TempDir())
			store, err := sqlite.Open(t.Context(), path)
			if err == nil {
				store.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %q, want it to name the file and to say %q", err, row.want)
			}
		})
	}

	home := t.TempDir()
	storetest.OpenedAtOnce(t, func() (captcha.SiteStore, error) { return sqlite.Open(t.Context(), filepath.Join(home, "captchad.db")) })
}

func TestTwoProcesses(t *testing.T) {
	t.Run("that write to one file at once lose nothing and hear of no lock", func(t *testing.T) {
		home := t.TempDir()
		stores := []*sqlite.Store{open(t, home), open(t, home)}
		const callers, rounds = 16, 20
		var all sync.WaitGroup
		for i := range callers {
			for _, store := range stores {
				all.Go(func() {
					for range rounds {
						if err := store.Update(t.Context(), challenge(i), countAttempt); err != nil {
							t.Errorf("update: %v", err)
							return
						}
						if err := store.SaveSite(t.Context(), &captcha.Site{Key: string(rune('a' + i))}); err != nil {
							t.Errorf("save site: %v", err)
							return
						}
						if _, err := store.Site(t.Context(), string(rune('a'+i))); err != nil {
							t.Errorf("read site: %v", err)
						}
					}
				})
			}
		}
		all.Wait()
		for i := range callers {
			if got, want := attempts(t, stores[i%2], i), len(stores)*rounds; got != want {
				t.Errorf("challenge %d has %d attempts, want %d", i, got, want)
			}
		}
	})

	t.Run("an operator's command gets its turn beside a server that never rests", func(t *testing.T) {
		home := t.TempDir()
		server, command := open(t, home), open(t, home)
		stop := make(chan struct{})
		var load sync.WaitGroup
		for i := range 32 {
			load.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if err := server.Update(t.Context(), challenge(i), countAttempt); err != nil {
						t.Errorf("update: %v", err)
						return
					}
				}
			})
		}
		for i := range 10 {
			if err := command.SaveSite(t.Context(), &captcha.Site{Key: string(rune('a' + i))}); err != nil {
				t.Errorf("save site: %v", err)
			}
		}
		close(stop)
		load.Wait()
		if sites, err := server.Sites(t.Context()); err != nil || len(sites) != 10 {
			t.Errorf("the server sees %d sites, %v; want 10", len(sites), err)
		}
	})
}

// raw does what another program could do to the database in home.
func raw(t *testing.T, home, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(home, "captchad.db")+"?_pragma=busy_timeout(10000)")
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
