package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/captchad/captchad/migrations"
)

// Migrate brings the tables of the database at the URL up to date. It tells the version
// that they had and the one that they have now. Several programs may do so at once. It
// fails as [Open] does.
func Migrate(ctx context.Context, url string) (from, to int64, err error) {
	config, err := parse(url)
	if err != nil {
		return 0, 0, err
	}
	if from, to, err = migrate(ctx, config); err != nil {
		return from, to, fmt.Errorf("PostgreSQL database: %w", err)
	}
	return from, to, nil
}

// lockWait is how many seconds to wait at most while another program migrates.
const lockWait = 60

// errNewer tells who is to go on.
var errNewer = errors.New("it was used by a newer program: use that one")

func migrate(ctx context.Context, config *pgxpool.Config) (from, to int64, err error) {
	connection := config.ConnConfig.Copy()
	for _, timeout := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		delete(connection.RuntimeParams, timeout) // a step may take its time
	}
	db := stdlib.OpenDB(*connection)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.PingContext(ctx); err != nil {
		return 0, 0, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockWait))
	if err != nil {
		return 0, 0, err
	}
	steps, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Postgres(), goose.WithSessionLocker(locker),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return 0, 0, fmt.Errorf("read migrations: %w", err)
	}
	// First of all, as this alone is done under the lock.
	taken, err := steps.Up(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("migrate: %w", err)
	}
	to, known, err := steps.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read version: %w", err)
	}
	if to > known {
		return to, to, fmt.Errorf("its tables have version %d, this program knows %d: %w", to, known, errNewer)
	}
	return to - int64(len(taken)), to, nil
}
