package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/captchad/captchad/migrations"
)

// Migrate brings the tables of the file at path up to date, and makes the file if
// it is not there. It tells the version that they had and the one that they have
// now. Several programs may do so at once. It fails as [Open] does.
func Migrate(ctx context.Context, path string) (from, to int64, err error) {
	if err := ensureFile(path); err != nil {
		return 0, 0, err
	}
	db, err := openPool(path, forMigrating)
	if err != nil {
		return 0, 0, explain(path, err)
	}
	db.SetMaxOpenConns(1)
	from, to, err = migrate(ctx, db)
	if err = errors.Join(err, db.Close()); err != nil {
		return from, to, explain(path, err)
	}
	return from, to, nil
}

// tries is how often to look again after a step failed. When several programs
// start on one new file each step succeeds for one of them only.
const tries = 10

func migrate(ctx context.Context, db *sql.DB) (from, to int64, err error) {
	// A file is given its write-ahead log under a lock that SQLite does not wait
	// for: whoever is second hears at once that it is taken.
	if err := patiently(func() error { return requireWAL(ctx, db) }); err != nil {
		return 0, 0, err
	}
	for range tries {
		from, to, err = up(ctx, db)
		if err == nil || ctx.Err() != nil || errors.Is(err, errNewer) {
			break
		}
	}
	return from, to, err
}

var errNewer = errors.New("it was used by a newer program: use that one")

func up(ctx context.Context, db *sql.DB) (from, to int64, err error) {
	steps, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.SQLite(),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return 0, 0, fmt.Errorf("read migrations: %w", err)
	}
	from, known, err := steps.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read version: %w", err)
	}
	if from > known {
		return from, from, fmt.Errorf("its tables have version %d, this program knows %d: %w", from, known, errNewer)
	}
	if _, err := steps.Up(ctx); err != nil {
		return from, from, fmt.Errorf("migrate from version %d: %w", from, err)
	}
	return from, known, nil
}
