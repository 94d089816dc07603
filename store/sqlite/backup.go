package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
)

// forCopying reads a file that others may be writing to.
var forCopying = url.Values{"_pragma": {"busy_timeout(10000)"}}

// Backup copies the database at path into a new file, while servers use it. The copy
// is as of one moment, and holds the same secrets.
func Backup(ctx context.Context, path, to string) error {
	if _, err := os.Stat(path); err != nil {
		return explain(path, err)
	}
	if err := copyInto(ctx, path, to); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// Restore makes a database of a backup. There must be none at path yet.
//
// What happened after the backup was made the backup does not know: it would let a
// Pass be redeemed a second time. So every Challenge from before this second is
// expired in the new database.
func Restore(ctx context.Context, backup, path string) (err error) {
	// What a crash has left beside a database would be taken for a part of the new one.
	for _, part := range []string{"", "-wal", "-shm", "-journal"} {
		if _, err := os.Stat(path + part); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, fmt.Errorf("restore: there is a file %s already: stop the server and move it away, with what else begins with %s", path+part, path))
		}
	}
	if err := ours(ctx, backup); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	// Half a database must not be taken for a whole one: it gets its name last.
	made := path + ".restoring"
	if err := copyInto(ctx, backup, made); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(made)) }()
	if err := loseMemory(ctx, made); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return os.Link(made, path) // which fails if a database was made meanwhile
}

// ours fails if the file holds no database of a captchad.
func ours(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return explain(path, err)
	}
	db, err := openPool(path, forCopying)
	if err != nil {
		return explain(path, err)
	}
	var tables int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name IN ('goose_db_version', 'sites', 'keys')").Scan(&tables)
	if err = errors.Join(err, db.Close()); err != nil {
		return explain(path, err)
	}
	if tables != 3 {
		return fmt.Errorf("the file %s is no database of captchad", path)
	}
	return nil
}

// copyInto makes a new file, readable by its owner alone.
func copyInto(ctx context.Context, path, to string) (err error) {
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(to))
		}
	}()
	if err := file.Close(); err != nil { // SQLite fills a file that is empty
		return err
	}
	db, err := openPool(path, forCopying)
	if err != nil {
		return explain(path, err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	if err = errors.Join(err, db.Close()); err != nil {
		return explain(path, err)
	}
	return nil
}

// loseMemory brings the tables up to date, and drops all Records: the ledger
// remembers from the next second on.
func loseMemory(ctx context.Context, path string) error {
	if _, _, err := Migrate(ctx, path); err != nil {
		return err
	}
	db, err := openPool(path, forMigrating)
	if err != nil {
		return explain(path, err)
	}
	db.SetMaxOpenConns(1)
	err = transact(ctx, db, "DELETE FROM records", "INSERT INTO memory SELECT unixepoch() + 1")
	if err = errors.Join(err, db.Close()); err != nil {
		return explain(path, err)
	}
	return nil
}

func transact(ctx context.Context, db *sql.DB, statements ...string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}
