// Package store opens the store that an address names. It is the list of
// stores; what each does stands in its own folder.
package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/memory"
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
	_ Store = (*sqlite.Store)(nil)
)

// Open opens the store at address:
//
//	"", memory, memory:   in memory, gone with the process
//	sqlite:PATH           a SQLite file, made if it is not there; sqlite://PATH is the same
//	PATH                  the same, if PATH does not begin with a word and a colon
//
// A store with tables is brought up to date first.
func Open(ctx context.Context, address string) (Store, error) {
	kind, rest := split(address)
	switch kind {
	case "memory":
		return memory.New(), nil
	case "sqlite":
		db, err := sqlite.Open(ctx, rest)
		if err != nil {
			return nil, err // and not a nil *sqlite.Store that is no nil Store
		}
		return db, nil
	default:
		return nil, unknown(kind)
	}
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

// unknown does not repeat the address: it may hold a password.
func unknown(kind string) error {
	switch kind {
	case "postgres", "postgresql", "redis", "rediss":
		return fmt.Errorf("store: %s is not built in yet: use sqlite:PATH or memory", kind)
	default:
		return fmt.Errorf("store: unknown kind %q: use sqlite:PATH or memory", kind)
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
