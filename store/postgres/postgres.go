// Package postgres keeps everything in a PostgreSQL database, which any number of
// replicas may share.
//
// Records are changed by compare-and-set (package cas), each in a statement of its own
// that PostgreSQL commits to its disk before it answers; it puts commits that come
// together into one wait by itself. Sites and keys go through gorm, over the same
// connections.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
	"github.com/captchad/captchad/store/rows"
)

// Store is a ledger, a site store, a key store and an audit log in a PostgreSQL database.
// Make one with [Open].
type Store struct {
	directory rows.Directory
	audit     rows.Directory // the same, for the audit log
	gorm      *gorm.DB
	db        *sql.DB // for gorm, on pool
	pool      *pgxpool.Pool
	updater   *cas.Updater
	since     int64 // the second from which on Challenges are remembered; 0: all are
}

var (
	_ captcha.Ledger    = (*Store)(nil)
	_ captcha.SiteStore = (*Store)(nil)
	_ captcha.KeyStore  = (*Store)(nil)
	_ captcha.AuditLog  = (*Store)(nil)
)

// Open opens the database at the URL (postgres://user:password@host:port/database) and
// brings its tables up to date; replicas may do so at the same time. It fails if the
// database cannot be reached or written, or was used by a newer program. The password is
// in none of its errors.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	if _, _, err := migrate(ctx, config); err != nil {
		return nil, fmt.Errorf("PostgreSQL database: %w", err)
	}
	s := &Store{}
	if err := s.open(ctx, config); err != nil {
		return nil, errors.Join(fmt.Errorf("PostgreSQL database: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, config *pgxpool.Config) (err error) {
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return err
	}
	s.db = stdlib.OpenDBFromPool(s.pool)
	if s.gorm, err = rows.OpenGORM(gormpostgres.New(gormpostgres.Config{Conn: s.db})); err != nil {
		return err
	}
	s.directory, s.audit = rows.NewDirectory(s.gorm, s.change), rows.NewDirectory(s.gorm, s.changeAudit)
	s.updater = cas.New(s)
	return s.pool.QueryRow(ctx, "SELECT coalesce(max(since), 0) FROM memory").Scan(&s.since)
}

// Ping tells whether the Store can read and write now.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cas.Patience)
	defer cancel()
	var readOnly bool
	err := s.pool.QueryRow(ctx, "SELECT current_setting('transaction_read_only')::boolean").Scan(&readOnly)
	if err != nil {
		return fmt.Errorf("ask the database: %w", s.noted(err))
	}
	if readOnly {
		s.pool.Reset() // another server may be in charge now
		return errors.New("the database can only be read: is it a standby?")
	}
	return nil
}

// Close waits for what is being done and closes the connections.
func (s *Store) Close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}
