package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
	"zombiezen.com/go/sqlite"
)

// What a connection is for decides how it is set up. How the one for Records is
// stands in session.go.
var (
	// forMigrating gives the file its write-ahead log.
	forMigrating = url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)"},
	}
	// forChanging asks for the write lock when a transaction begins: one that
	// reads first and writes then fails, whatever the timeout, when somebody
	// else wrote in between.
	forChanging = url.Values{
		"_txlock": {"immediate"},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", shortTimeout.Milliseconds()), "synchronous(FULL)", "cache_size(-512)"},
	}
	// forReading cannot write by mistake, and so be in the writer's way.
	forReading = url.Values{
		"_txlock": {"deferred"},
		"_pragma": {"busy_timeout(10000)", "query_only(1)", "cache_size(-512)"},
	}
)

// openPool opens connections to the file at path, none of them yet.
func openPool(path string, purpose url.Values) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// As a URI the path may hold any character, '?' and '%' too. It begins with
	// a slash on Windows too: file:///C:/...
	file := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/"), RawQuery: purpose.Encode()}
	return sql.Open("sqlite", file.String())
}

// ensureFile makes the file at path, unless it is there: SQLite would make it
// readable by everybody whom the umask lets in. The files that SQLite puts beside
// it (-wal, -shm) get the same mode.
//
// A file that is there is not even opened: closing it again would take away, by
// the rules of POSIX, the locks that SQLite has on it in this process.
func ensureFile(path string) error {
	if path == "" {
		return errors.New("the path of the database file is empty")
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return file.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the database file cannot be made: %w", err)
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return errors.Join(err, fmt.Errorf("the database file cannot be used: %s is a folder, or a link to nowhere", path))
	}
	return nil
}

// requireWAL fails where the file system cannot do what a write-ahead log needs:
// SQLite does not say so, it goes on without.
func requireWAL(ctx context.Context, db *sql.DB) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("no write-ahead log is possible here (journal mode %s): use a local disk", mode)
	}
	return nil
}

// explain says in words what is wrong with the file at path.
func explain(path string, err error) error {
	switch primaryCode(err) {
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("the file %s is not a SQLite database: %w", path, err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("the database file %s, or its folder, cannot be written: %w", path, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("another program keeps the database file %s locked: %w", path, err)
	default:
		return fmt.Errorf("database file %s: %w", path, err)
	}
}

// primaryCode is SQLite's result code without its details, whether the error is
// from database/sql's driver or from the writer's connection.
func primaryCode(err error) int {
	if failure, ok := errors.AsType[*driver.Error](err); ok {
		return failure.Code() & 0xff
	}
	return int(sqlite.ErrCode(err).ToPrimary())
}
