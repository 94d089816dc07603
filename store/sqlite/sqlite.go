// Package sqlite keeps everything in a SQLite file.
//
// SQLite has one writer at a time, and each commit waits for the disk. So one
// goroutine does all the writing (writer.go), and commits what many callers
// want together: durability costs one wait per batch and not per request.
// Reading goes past it, through connections of its own, and never waits for a
// write. Another process may use the same file at the same time: this is how an
// operator's commands reach a running server.
//
// The hot path, Records, is prepared statements on a connection of the writer's
// own (session.go); Sites and keys go through gorm, whose writing has a
// connection too and its turn between two of the writer's transactions.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/rows"
)

// Store is a ledger, a site store and a key store in a SQLite file. Make one
// with [Open].
type Store struct {
	rows.Directory // Sites and keys

	writer *writer
	since  int64 // the second from which on Challenges are remembered; 0: all are

	changes   *sql.DB
	writeGORM *gorm.DB // on changes

	reads      *sql.DB
	readRecord *sql.Stmt
}

var (
	_ captcha.Ledger    = (*Store)(nil)
	_ captcha.SiteStore = (*Store)(nil)
	_ captcha.KeyStore  = (*Store)(nil)
)

// Open opens the database file at path and brings its tables up to date. A file
// that is not there is made, readable by its owner alone: it holds secrets. Open
// fails if the file cannot be written, is no SQLite database, or was used by a
// newer program.
func Open(ctx context.Context, path string) (*Store, error) {
	if _, _, err := Migrate(ctx, path); err != nil {
		return nil, err
	}
	s, err := open(ctx, path)
	if err != nil {
		return nil, explain(path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Store, error) {
	writer, err := openWriter(path)
	if err != nil {
		return nil, err
	}
	s := &Store{writer: writer}
	if err := errors.Join(s.openChanges(path), s.openReads(ctx, path)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openChanges(path string) (err error) {
	if s.changes, err = openPool(path, forChanging); err != nil {
		return err
	}
	s.changes.SetMaxOpenConns(1)
	s.writeGORM, err = openGORM(s.changes)
	return err
}

// readers is how many reads may go on at once: more than the processors that
// they keep busy are of no use.
const readers = 4

func (s *Store) openReads(ctx context.Context, path string) (err error) {
	if s.reads, err = openPool(path, forReading); err != nil {
		return err
	}
	s.reads.SetMaxOpenConns(readers)
	s.reads.SetMaxIdleConns(readers)
	if s.readRecord, err = s.reads.PrepareContext(ctx, selectRecord); err != nil {
		return fmt.Errorf("prepare to read records: %w", err)
	}
	readGORM, err := openGORM(s.reads)
	if err != nil {
		return err
	}
	s.Directory = rows.NewDirectory(readGORM, s.change)
	return s.reads.QueryRowContext(ctx, "SELECT coalesce(max(since), 0) FROM memory").Scan(&s.since)
}

// Ping tells whether the Store can read and write now. It waits its turn among
// the writes.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.reads.PingContext(ctx); err != nil {
		return fmt.Errorf("read from the database: %w", err)
	}
	// An empty transaction shows that the write lock can be had.
	nothing := func(*session) (refused, failed error) { return nil, nil }
	return s.writer.do(ctx, nothing)
}

// Close finishes the writes that are waiting, puts everything into the one file
// and closes it. Later writes fail with [ErrClosed]. Closing again does nothing.
func (s *Store) Close() error {
	var errs []error
	if s.readRecord != nil {
		errs = append(errs, s.readRecord.Close())
	}
	if s.reads != nil {
		errs = append(errs, s.reads.Close())
	}
	errs = append(errs, s.writer.close())
	if s.changes != nil {
		errs = append(errs, s.changes.Close())
	}
	return errors.Join(errs...)
}
