package sqlstore

import (
	"context"
	"database/sql"
	"errors"
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

	selectRecord, insertRecord, updateRecord, redeemRecord, forgetRecords *statement
	statements                                                            []*statement // all of these
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
	for _, prepared := range []struct {
		text string
		to   **statement
	}{
		{selectRecord, &s.selectRecord},
		{insertRecord, &s.insertRecord},
		{updateRecord, &s.updateRecord},
		{redeemRecord, &s.redeemRecord},
		{forgetRecords, &s.forgetRecords},
	} {
		if *prepared.to, err = prepare(ctx, s.conn, prepared.text); err != nil {
			return err
		}
		s.statements = append(s.statements, *prepared.to)
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

func (s *session) exec(text string) error {
	_, err := s.conn.ExecContext(context.Background(), text)
	return err
}

// close moves what is in the write-ahead log into the database file, as far as
// other processes let it, and closes the connection.
func (s *session) close() error {
	var errs []error
	// A connection stays open, unseen, as long as a statement of it does.
	for _, prepared := range s.statements {
		errs = append(errs, prepared.close())
	}
	if s.conn != nil {
		errs = append(errs, s.exec("PRAGMA wal_checkpoint(TRUNCATE)"), s.conn.Close())
	}
	return errors.Join(append(errs, s.pool.Close())...)
}
