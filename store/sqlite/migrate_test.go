package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/migrations"
	"github.com/captchad/captchad/store/sqlite"
)

func TestMigrate(t *testing.T) {
	t.Run("tells the versions before and after", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "captchad.db")
		for _, want := range [][2]int64{{0, 3}, {3, 3}} {
			from, to, err := sqlite.Migrate(t.Context(), path)
			if err != nil || from != want[0] || to != want[1] {
				t.Errorf("got %d, %d, %v; want %v", from, to, err, want)
			}
		}
	})

	ofBefore := captcha.Challenge{ID: captcha.ID{1}, IssuedAt: time.Now().Add(-time.Minute)}

	t.Run("to version 2 drops the records, and refuses what may have had one", func(t *testing.T) {
		home := t.TempDir()
		migrateTo(t, home, 1)
		raw(t, home, `INSERT INTO records (id, attempts, subject) VALUES (x'01000000000000000000000000000000', 1, '')`)
		for range 2 { // it is known after another start too
			store := open(t, home)
			if err := store.Update(t.Context(), ofBefore, countAttempt); captcha.CodeOf(err) != captcha.Expired {
				t.Errorf("a challenge of before: got %v, want it expired", err)
			}
			record, err := store.Record(t.Context(), ofBefore)
			if diff := cmp.Diff(captcha.Record{}, record); diff != "" || err != nil {
				t.Errorf("it reads as %v, %v", record, err)
			}
			later := captcha.Challenge{ID: captcha.ID{2}, IssuedAt: time.Now().Add(time.Minute)}
			alias := captcha.Challenge{ID: captcha.ID{3}}
			for _, ch := range []captcha.Challenge{later, alias} {
				if err := store.Update(t.Context(), ch, countAttempt); err != nil {
					t.Errorf("%+v: %v", ch, err)
				}
			}
			must(t, store.Close())
		}
	})

	t.Run("to version 2 refuses nothing where there were no records", func(t *testing.T) {
		home := t.TempDir()
		migrateTo(t, home, 1)
		if err := open(t, home).Update(t.Context(), ofBefore, countAttempt); err != nil {
			t.Error(err)
		}
	})
}

// migrateTo makes a database as an older program left it.
func migrateTo(t *testing.T, home string, version int64) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(home, "captchad.db")+"?_pragma=journal_mode(WAL)")
	must(t, err)
	defer db.Close()
	steps, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.SQLite(), goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = steps.UpTo(t.Context(), version)
	must(t, err)
}
