// Package limit counts what callers ask for, and says who has to wait.
//
// Each caller has a bucket of allowances. A request takes one out, and with time they
// come back. What a caller is, and how much it is allowed, is up to others: this
// package knows nothing of HTTP, vendors or Sites.
package limit

import (
	"context"
	"time"
)

// Rate is an allowance: Count requests in any time Per, in one burst or one by one. The
// zero Rate allows everything.
type Rate struct {
	Count int
	Per   time.Duration
}

// PerMinute is the Rate of so many requests a minute.
func PerMinute(count int) Rate { return Rate{count, time.Minute} }

// Limiter keeps buckets.
type Limiter interface {
	// Allow takes one request out of the bucket of that key, or says how long to
	// wait for the next one. A key always goes with the same Rate. It never fails:
	// a Limiter that cannot count as it should counts as well as it can.
	Allow(ctx context.Context, key string, rate Rate) (ok bool, retryAfter time.Duration)
}

// take counts one request in a bucket that is full again at that time, in nanoseconds.
// This is the generic cell rate algorithm: one number says all about a bucket, and a
// bucket whose time has come is like one that never was.
func take(full, now int64, rate Rate) (next int64, ok bool, retryAfter time.Duration) {
	per := int64(rate.Per)
	// A clock that was put back must not lock anybody out for longer than a full
	// bucket takes.
	full = min(max(full, now), now+per)
	next = full + per/int64(rate.Count)
	if wait := next - now - per; wait > 0 {
		return full, false, time.Duration(wait)
	}
	return next, true, 0
}
