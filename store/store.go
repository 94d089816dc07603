// Package store opens the store that an address names. It is the list of
// stores; what each does stands in its own folder.
package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/memory"
	"github.com/captchad/captchad/store/postgres"
	"github.com/captchad/captchad/store/redisstore"
	"github.com/captchad/captchad/store/sealed"
	"github.com/captchad/captchad/store/sqlite"
)

// Store keeps all that a server has to remember.
type Store interface {
	captcha.Ledger
	captcha.SiteStore
	captcha.KeyStore
	captcha.AuditLog

	// Ping tells whether the store can read and write now.
	Ping(ctx context.Context) error
	// Close finishes what was begun. Nothing works afterwards.
	Close() error
}

var (
	_ Store = (*memory.Store)(nil)
	_ Store = (*postgres.Store)(nil)
	_ Store = (*sqlite.Store)(nil)
)

// Open opens the store at address:
//
//	"", memory, memory:   in memory, gone with the process
//	sqlite:PATH           a SQLite file, made if it is not there; sqlite://PATH is the same
//	PATH                  the same, if PATH does not begin with a word and a colon
//	postgres://...        a PostgreSQL database, as [postgres.Open] takes it; postgresql://... is the same
//
// A store with tables is brought up to date first.
func Open(ctx context.Context, address string) (Store, error) {
	kind, rest := split(address)
	switch kind {
	case "memory":
		return memory.New(), nil
	case "sqlite":
		return opened(sqlite.Open(ctx, rest))
	case "postgres", "postgresql":
		return opened(postgres.Open(ctx, address))
	default:
		return nil, unknown(kind)
	}
}

// opened is a Store, or nil and not a nil pointer that is no nil Store.
func opened[S Store](store S, err error) (Store, error) {
	if err != nil {
		return nil, err
	}
	return store, nil
}

// Migrate brings the tables of the store at address up to date without opening
// it, and tells the version that they had and the one that they have. A store
// without tables has version 0.
func Migrate(ctx context.Context, address string) (from, to int64, err error) {
	kind, rest := split(address)
	switch kind {
	case "memory":
		return 0, 0, nil
	case "sqlite":
		return sqlite.Migrate(ctx, rest)
	case "postgres", "postgresql":
		return postgres.Migrate(ctx, address)
	default:
		return 0, 0, unknown(kind)
	}
}

// Seal puts encryption in front of a store: the secrets of Sites and the server's
// own keys are kept under a master key.
func Seal(s Store, master *sealed.MasterKeys) Store {
	return sealedStore{
		Ledger:    s,
		SiteStore: sealed.SiteStore{SiteStore: s, Master: master},
		KeyStore:  sealed.KeyStore{KeyStore: s, Master: master},
		AuditLog:  s,
		plain:     s,
	}
}

type sealedStore struct {
	captcha.Ledger
	captcha.SiteStore
	captcha.KeyStore
	captcha.AuditLog
	plain Store
}

// Behind is the store behind, for those who ask for more than a Store has.
func (s sealedStore) Behind() Store { return s.plain }

// Ping tells whether the store behind can read and write now.
func (s sealedStore) Ping(ctx context.Context) error { return s.plain.Ping(ctx) }

// Close closes the store behind.
func (s sealedStore) Close() error { return s.plain.Close() }

// Ledger keeps Records where a Store keeps the rest.
type Ledger interface {
	captcha.Ledger

	// Ping tells whether the ledger can read and write now.
	Ping(ctx context.Context) error
	// Close ends its use.
	Close() error
}

var _ Ledger = (*redisstore.Ledger)(nil)

// OpenLedger opens the ledger at address: redis://..., as [redisstore.Open] takes it.
func OpenLedger(ctx context.Context, address string) (Ledger, error) {
	switch kind, _ := split(address); kind {
	case "redis", "rediss", "redis-cluster", "rediss-cluster":
		ledger, err := redisstore.Open(ctx, address, time.Now)
		if err != nil {
			return nil, err
		}
		return ledger, nil
	default:
		return nil, fmt.Errorf("ledger: unknown kind %q: use redis://..., or leave it out to keep records in the database", kind)
	}
}

// scheme has two letters or more, so that a drive of Windows is none.
var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):`)

func split(address string) (kind, rest string) {
	if address == "" || address == "memory" {
		return "memory", ""
	}
	match := scheme.FindStringSubmatch(address)
	if match == nil {
		return "sqlite", address
	}
	rest = address[len(match[0]):]
	return strings.ToLower(match[1]), strings.TrimPrefix(rest, "//")
}

// FilePath is the path of the SQLite file at address; false: it is no file.
func FilePath(address string) (path string, ok bool) {
	kind, path := split(address)
	return path, kind == "sqlite"
}

// unknown does not repeat the address: it may hold a password.
func unknown(kind string) error {
	switch kind {
	case "redis", "rediss", "redis-cluster", "rediss-cluster":
		return fmt.Errorf("store: %s keeps no sites and keys, only records: name it as the ledger, beside a database (postgres://... or sqlite:PATH)", kind)
	default:
		return fmt.Errorf("store: unknown kind %q: use postgres://..., sqlite:PATH or memory", kind)
	}
}

// ErrNoFile is why some things cannot be done with a store.
var ErrNoFile = errors.New("this is for SQLite files: another database has tools of its own")

// Backup copies the SQLite file at address into a new file, while servers use it. It
// fails with [ErrNoFile] if address names another store.
func Backup(ctx context.Context, address, to string) error {
	kind, path := split(address)
	if kind != "sqlite" {
		return ErrNoFile
	}
	return sqlite.Backup(ctx, path, to)
}

// Restore makes the SQLite file at address, which must not be there, of a backup. All
// Challenges from before are expired then. It fails with [ErrNoFile] if address names
// another store.
func Restore(ctx context.Context, backup, address string) error {
	kind, path := split(address)
	if kind != "sqlite" {
		return ErrNoFile
	}
	return sqlite.Restore(ctx, backup, path)
}
