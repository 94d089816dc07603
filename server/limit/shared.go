package limit

import (
	"context"
	"sync/atomic"
	"time"
)

// Engine counts requests where all replicas can see them.
type Engine interface {
	// Take takes one request out of the bucket of that key, which holds count of them
	// and is full again after per, or says how long to wait for the next one.
	Take(ctx context.Context, key string, count int, per time.Duration) (retryAfter time.Duration, err error)
}

const (
	enginePatience = 100 * time.Millisecond // how long a request waits for the Engine
	enginePause    = time.Second            // how long the Engine is left alone after it has failed
)

// Shared has replicas count together. Each counts for itself too, which saves the Engine
// what is too much for one replica alone. When the Engine fails that is all that counts,
// so that visitors are served.
type Shared struct {
	engine Engine
	local  *Local
	now    func() time.Time
	report func(error)

	resting atomic.Int64 // the Engine, until then: Unix nanoseconds
}

var _ Limiter = (*Shared)(nil)

// NewShared makes a Shared of an Engine. Report is told when that fails, at most once
// a second.
func NewShared(engine Engine, now func() time.Time, report func(error)) *Shared {
	return &Shared{engine: engine, local: NewLocal(now), now: now, report: report}
}

// Allow counts a request.
func (s *Shared) Allow(ctx context.Context, key string, rate Rate) (ok bool, retryAfter time.Duration) {
	if rate.Count <= 0 || rate.Per <= 0 {
		return true, 0
	}
	if ok, retryAfter := s.local.Allow(ctx, key, rate); !ok {
		return false, retryAfter
	}
	now, resting := s.now().UnixNano(), s.resting.Load()
	if now < resting {
		return true, 0
	}
	asking, cancel := context.WithTimeout(ctx, enginePatience)
	defer cancel()
	retryAfter, err := s.engine.Take(asking, key, rate.Count, rate.Per)
	if err == nil {
		return retryAfter <= 0, retryAfter
	}
	// Of many requests that see it fail one tells. A request that was given up says
	// nothing of the Engine.
	if ctx.Err() == nil && s.resting.CompareAndSwap(resting, now+int64(enginePause)) {
		s.report(err)
	}
	return true, 0
}
