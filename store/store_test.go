package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestOpen(t *testing.T) {
	for _, address := range []string{"", "memory", "memory:"} {
		t.Run("memory is what "+address+" names", func(t *testing.T) {
			t.Chdir(t.TempDir())
			use(t, address)
			if files, err := os.ReadDir("."); err != nil || len(files) != 0 {
				t.Errorf("found %v, %v", files, err)
			}
		})
	}

	for _, address := range []string{"my.db", "./my.db", "sqlite:my.db", "sqlite://my.db", "SQLite:my.db"} {
		t.Run("a file beside us is what "+address+" names", func(t *testing.T) {
			t.Chdir(t.TempDir())
			use(t, address)
			if _, err := os.Stat("my.db"); err != nil {
				t.Error(err)
			}
		})
	}

	t.Run("a path may begin at the root", func(t *testing.T) {
		for _, before := range []string{"", "sqlite:", "sqlite://"} {
			path := filepath.Join(t.TempDir(), "my.db")
			use(t, before+path)
			if _, err := os.Stat(path); err != nil {
				t.Error(err)
			}
		}
	})

	for _, kind := range []string{"postgres", "postgresql", "POSTGRES"} {
		t.Run("a PostgreSQL database is what a URL of "+kind+" names", func(t *testing.T) {
			use(t, strings.Replace(servers.Postgres(t), "postgres", kind, 1))
		})
	}

	for address, want := range map[string]string{
		"mysql:hunter2":                              "use postgres://..., sqlite:PATH or memory",
		"file:hunter2":                               "use postgres://..., sqlite:PATH or memory",
		"redis://:hunter2@host":                      "name it as the ledger",
		"rediss-cluster://:hunter2@host":             "name it as the ledger",
		"postgres://captchad:hunter2%zz@127.0.0.1/x": "percent-encoded",
		"postgres://captchad:hunter2@127.0.0.1:1/x":  "connection refused",
	} {
		t.Run("what cannot be is told without the password: "+address, func(t *testing.T) {
			_, err := store.Open(t.Context(), address)
			_, _, migrateErr := store.Migrate(t.Context(), address)
			for _, err := range []error{err, migrateErr} {
				if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v", err)
				}
			}
		})
	}

	t.Run("what cannot be opened is no store", func(t *testing.T) {
		opened, err := store.Open(t.Context(), t.TempDir())
		if err == nil || opened != nil {
			t.Errorf("got %v, %v", opened, err)
		}
	})
}

func TestOpenLedger(t *testing.T) {
	t.Run("redis is one", func(t *testing.T) {
		ledger, err := store.OpenLedger(t.Context(), servers.Redis(t))
		if err != nil {
			t.Fatal(err)
		}
		_, err = ledger.Record(t.Context(), captcha.Challenge{}) // the zero time is of no second
		if err := errors.Join(err, ledger.Close()); err != nil {
			t.Error(err)
		}
		if err := ledger.Ping(t.Context()); err == nil {
			t.Error("a closed ledger answers")
		}
	})

	for _, address := range []string{"my.db", "memory", "postgres://user:hunter2@host/db", "redis://:hunter2@127.0.0.1:1", "redis://:hunter2%zz@host"} {
		t.Run("what cannot be is told without the password: "+address, func(t *testing.T) {
			ledger, err := store.OpenLedger(t.Context(), address)
			if err == nil || ledger != nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, %v", ledger, err)
			}
		})
	}
}

func TestMigrate(t *testing.T) {
	t.Run("memory has no tables", func(t *testing.T) {
		if from, to, err := store.Migrate(t.Context(), "memory"); from != 0 || to != 0 || err != nil {
			t.Errorf("got %d, %d, %v", from, to, err)
		}
	})
	t.Run("a new file has version 0 before", func(t *testing.T) {
		if from, to, err := store.Migrate(t.Context(), filepath.Join(t.TempDir(), "my.db")); from != 0 || to == 0 || err != nil {
			t.Errorf("got %d, %d, %v", from, to, err)
		}
	})
}

// use opens a store, and sees that it is one.
func use(t *testing.T, address string) {
	t.Helper()
	opened, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := opened.Site(t.Context(), "a"); !errors.Is(err, captcha.ErrNoSite) {
		t.Error(err)
	}
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
	if err := opened.Ping(t.Context()); err == nil {
		t.Error("a closed store answers")
	}
}
