// Package memory keeps everything in maps. It is the store of mock mode and of
// tests; it knows nothing of disks, and what it kept is gone with the process.
//
// Whoever starts again with an empty Store starts with new keys too, so no
// Challenge from before can be opened any more: that is how this ledger refuses
// what was issued before it began to remember.
package memory

import (
	"context"
	"errors"
	"sync"

	"github.com/captchad/captchad/captcha"
)

// Store is a ledger, a site store and a key store in memory. Make one with [New].
type Store struct {
	shards [shardCount]shard

	mu       sync.RWMutex // guards what follows, and closed
	sites    map[string]*captcha.Site
	keys     []captcha.Key
	audit    []captcha.AuditEntry
	auditSeq int64
	closed   bool
}

var (
	_ captcha.Ledger    = (*Store)(nil)
	_ captcha.SiteStore = (*Store)(nil)
	_ captcha.KeyStore  = (*Store)(nil)
	_ captcha.AuditLog  = (*Store)(nil)
)

// New makes an empty Store.
func New() *Store {
	s := &Store{sites: map[string]*captcha.Site{}}
	for i := range s.shards {
		s.shards[i].records = map[captcha.ID]captcha.Record{}
	}
	return s
}

// Ping tells whether the Store can be used.
func (s *Store) Ping(ctx context.Context) error { return s.usable(ctx) }

// Close ends the use of the Store: every later call fails.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

var errClosed = errors.New("memory store: already closed")

func (s *Store) usable(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return errClosed
	}
	return ctx.Err()
}
