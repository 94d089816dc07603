package captcha

import (
	"context"
	"errors"
	"time"
)

// Ledger keeps Records. It knows nothing of their rules; it promises to apply
// them atomically, and to have a kept Record still after a crash. The laws are
// tests in store/storetest.
type Ledger interface {
	// Update applies change to the Record of ch and keeps the result, unless
	// change fails: then nothing is kept and Update returns that error. A
	// Challenge never heard of has the zero Record. Between reading and keeping
	// nobody else changes the Record.
	//
	// The change may run more than once, on another goroutine and while others
	// wait: it is quick, and does not use the ledger. Update is never unsure: nil
	// means kept, even if ctx ended meanwhile.
	//
	// A ledger that lost its memory refuses, with ErrForgotten, a Challenge that
	// was issued before it began to remember again.
	//
	// A Challenge with zero IssuedAt was never issued: it is a name of ours for
	// another one, and is never held to be from before the ledger's memory.
	Update(ctx context.Context, ch Challenge, change func(*Record) error) error

	// Record reads the Record of ch: the zero Record if there is none. It may refuse,
	// as Update does, what was issued before the ledger's memory.
	Record(ctx context.Context, ch Challenge) (Record, error)

	// Forget drops Records whose ForgetAt is before the given time, a bounded
	// number at a call, and returns how many it dropped. Zero: none are left. A
	// Record without a ForgetAt stays: without it its attempts would start afresh.
	Forget(ctx context.Context, before time.Time) (int, error)
}

// ErrForgotten is how a [Ledger] refuses what was issued before it began to remember.
var ErrForgotten = Refuse(Expired, "the challenge was issued before the ledger began to remember")

// Remembered refuses, with ErrForgotten, a Challenge that was issued before the second of
// Unix time since which a [Ledger] remembers. A name of ours is always remembered.
func (ch Challenge) Remembered(since int64) error {
	if !ch.IssuedAt.IsZero() && ch.IssuedAt.Unix() < since {
		return ErrForgotten
	}
	return nil
}

// SiteStore keeps Sites. Its methods hand out copies: a caller may change what
// it got.
type SiteStore interface {
	// Site finds the Site with that key, or fails with ErrNoSite.
	Site(ctx context.Context, key string) (*Site, error)
	// Sites lists all Sites, ordered by key.
	Sites(ctx context.Context) ([]*Site, error)
	// SaveSite keeps a new Site or a changed one. It refuses, with ErrTagTaken,
	// a key whose [Site.Tag] belongs to another Site.
	SaveSite(ctx context.Context, site *Site) error
	// DeleteSite drops the Site, or fails with ErrNoSite.
	DeleteSite(ctx context.Context, key string) error
}

// What a [SiteStore] fails with.
var (
	ErrNoSite   = errors.New("no site has this key")
	ErrTagTaken = errors.New("another site has a key with the same tag: choose another key")
)
