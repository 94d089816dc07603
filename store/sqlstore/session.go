package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	sqlite3 "modernc.org/sqlite/lib"
)

// session is the one connection that writes, with what is prepared on it. Only
// the writer uses it.
//
// Nothing on it has a context: a statement that is broken off could end the
// transaction for all who share it.
type session struct {
	pool *sql.DB
	conn *sql.Conn
	orm  *gorm.DB // on conn

	selectRecord, upsertRecord, forgetRecords *sql.Stmt
}

func openSession(ctx context.Context, path string) (*session, error) {
	pool, err := openPool(path, forWriting)
	if err != nil {
		return nil, err
	}
	s := &session{pool: pool}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *session) prepare(ctx context.Context) (err error) {
	if s.conn, err = s.pool.Conn(ctx); err != nil {
		return err
	}
	for _, statement := range []struct {
		text string
		to   **sql.Stmt
	}{
		{selectRecord, &s.selectRecord},
		{upsertRecord, &s.upsertRecord},
		{forgetRecords, &s.forgetRecords},
	} {
		if *statement.to, err = s.conn.PrepareContext(ctx, statement.text); err != nil {
			return fmt.Errorf("prepare %q: %w", statement.text, err)
		}
	}
	if s.orm, err = openGORM(s.conn); err != nil {
		return err
	}
	return s.exec("PRAGMA busy_timeout = 50") // see begin
}

// gorm begins a query on the connection, inside of the transaction.
func (s *session) gorm() *gorm.DB { return s.orm.WithContext(context.Background()) }

// patience is how long to ask for the write lock while another process has it.
const patience = 10 * time.Second

// begin waits for the write lock. SQLite asks for it more and more seldom the
// longer it waits, and would hardly ever find the gaps that a busy process
// leaves; so its timeout is short here, and begin asks again.
func (s *session) begin() error {
	for deadline := time.Now().Add(patience); ; {
		err := s.exec("BEGIN IMMEDIATE")
		if primaryCode(err) != sqlite3.SQLITE_BUSY || time.Now().After(deadline) {
			return err
		}
	}
}

func (s *session) commit() error { return s.exec("COMMIT") }

// rollback ends the transaction, if there is still one: some failures end it by
// themselves.
func (s *session) rollback() { _ = s.exec("ROLLBACK") }

func (s *session) exec(statement string) error {
	_, err := s.conn.ExecContext(context.Background(), statement)
	return err
}

// close moves what is in the write-ahead log into the database file, as far as
// other processes let it, and closes the connection.
func (s *session) close() error {
	var errs []error
	// A connection stays open, unseen, as long as a statement of it does.
	for _, statement := range []*sql.Stmt{s.selectRecord, s.upsertRecord, s.forgetRecords} {
		if statement != nil {
			errs = append(errs, statement.Close())
		}
	}
	if s.conn != nil {
		errs = append(errs, s.exec("PRAGMA wal_checkpoint(TRUNCATE)"), s.conn.Close())
	}
	return errors.Join(append(errs, s.pool.Close())...)
}
