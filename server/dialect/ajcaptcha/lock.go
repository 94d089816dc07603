package ajcaptcha

import (
	"context"
	"time"

	"github.com/captchad/captchad/server/dialect"
	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	lockTime      = 300 * time.Second
	lockedCallers = 1 << 14 // how many are remembered
)

// lock keeps callers with too many wrong Answers from getting pictures for a
// while. It is off unless the limit ajcaptcha.failed is set.
type lock struct {
	dialect.Deps
	until *lru.Cache[string, time.Time] // by caller
}

func newLock(deps dialect.Deps) *lock {
	until, err := lru.New[string, time.Time](lockedCallers)
	if err != nil {
		panic(err) // its size is a constant
	}
	return &lock{deps, until}
}

// check refuses a caller who is locked out.
func (l *lock) check(caller string) error {
	if until, locked := l.until.Get(caller); locked && l.Core.Now().Before(until) {
		return lockedOut
	}
	return nil
}

// failed notes a wrong Answer.
func (l *lock) failed(ctx context.Context, caller string) {
	if l.Limiter.Allow(ctx, limitFailed, caller) != nil {
		l.until.Add(caller, l.Core.Now().Add(lockTime))
	}
}
