package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"

	"zombiezen.com/go/sqlite"
)

// session is the one connection that writes Records, with what is prepared on
// it. Only the writer uses it. It goes past database/sql, whose locks,
// conversions and allocations would cost as much as the work itself.
type session struct {
	conn *sqlite.Conn

	beginning, committing, rollingBack                                    *sqlite.Stmt
	selectRecord, insertRecord, updateRecord, redeemRecord, forgetRecords *sqlite.Stmt
}

// sessionPragmas set up the connection. Each commit waits for the disk. The log
// is moved into the file when it has so many pages (8 MB): what was written more
// than once meanwhile is moved once, but as long as the log still grows the disk
// takes longer. The cache, in KiB, holds what Challenges of the last minutes
// touch.
var sessionPragmas = []string{
	"synchronous = FULL", "journal_size_limit = 67108864", "wal_autocheckpoint = 2000", "cache_size = -4096",
}

// openSession opens the file at path, which [Migrate] has given its write-ahead
// log.
func openSession(path string) (*session, error) {
	// The working directory may change. And a path from the root up has no
	// meaning for SQLite but that of a file.
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return s, nil
}

func (s *session) prepare() (err error) {
	s.conn.SetBusyTimeout(patience)
	for _, pragma := range sessionPragmas {
		if err := s.pragma(pragma); err != nil {
			return err
		}
	}
	for _, statement := range []struct {
		text string
		to   **sqlite.Stmt
	}{
		{"BEGIN IMMEDIATE", &s.beginning},
		{"COMMIT", &s.committing},
		{"ROLLBACK", &s.rollingBack},
		{selectRecord, &s.selectRecord},
		{insertRecord, &s.insertRecord},
		{updateRecord, &s.updateRecord},
		{redeemRecord, &s.redeemRecord},
		{forgetRecords, &s.forgetRecords},
	} {
		if *statement.to, err = s.conn.Prepare(statement.text); err != nil {
			return err
		}
	}
	s.conn.SetBusyTimeout(shortTimeout)
	return nil
}

func (s *session) pragma(text string) error {
	statement, err := s.conn.Prepare("PRAGMA " + text)
	if err != nil {
		return err
	}
	return exec(statement)
}

// begin waits for the write lock: a transaction that reads first and writes then
// would fail when somebody else wrote in between.
func (s *session) begin() error {
	if err := patiently(func() error { return exec(s.beginning) }); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	return nil
}

func (s *session) commit() error {
	if err := exec(s.committing); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// rollback ends the transaction, if there is still one: some failures end it by
// themselves.
func (s *session) rollback() { _ = exec(s.rollingBack) }

// exec runs a statement whose values are bound and whose rows, if it has any,
// are of no interest.
func exec(statement *sqlite.Stmt) error {
	if _, err := statement.Step(); err != nil {
		return err // Step has reset it
	}
	return statement.Reset()
}

// close moves what is in the write-ahead log into the database file, as far as
// other processes let it, and closes the connection.
func (s *session) close() error {
	return errors.Join(s.pragma("wal_checkpoint(TRUNCATE)"), s.conn.Close())
}
