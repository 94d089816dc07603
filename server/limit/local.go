package limit

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

// Local keeps the buckets of this process, in a table that never grows.
//
// A key has its place in one of a few slots, which its hash chooses. It takes a slot
// whose bucket is full, as to forget that one loses nothing; so whoever is being
// counted is never pushed out, by however many others. When all slots of a key are
// taken by callers that are being counted, which takes a hundred thousand callers at
// a time, the newcomer shares a bucket with other newcomers: the bucket of a crowd,
// with the allowance of several. A flood of addresses then waits for itself, those who
// were there before it notice nothing, and the memory is what it was.
type Local struct {
	now  func() time.Time
	seed maphash.Seed

	once sync.Once
	sets []set

	mu     sync.Mutex
	crowds map[Rate]*crowd
}

const (
	sets      = 1 << 14
	slots     = 8      // of a set
	maxCrowd  = 1 << 8 // buckets that newcomers share
	crowdSize = 8      // how many callers' allowance such a bucket has
	maxRates  = 1 << 8 // that have crowds of their own; there are as many Rates as an operator writes down
)

// Callers is how many callers can be counted each for itself.
const Callers = sets * slots

// set is the slots that a key may have.
type set struct {
	mu      sync.Mutex
	buckets [slots]bucket
}

// bucket is somebody's, until the time at which it is full again.
type bucket struct {
	key  uint64 // hash of the key
	full int64  // Unix nanoseconds
}

type crowd struct {
	mu   sync.Mutex
	full [maxCrowd]int64
}

var _ Limiter = (*Local)(nil)

// NewLocal makes a Local by this clock. Its table, 2 MB, is made when it is first
// needed.
func NewLocal(now func() time.Time) *Local {
	return &Local{now: now, seed: maphash.MakeSeed(), crowds: map[Rate]*crowd{}}
}

// Allow counts a request.
func (l *Local) Allow(_ context.Context, key string, rate Rate) (ok bool, retryAfter time.Duration) {
	if rate.Count <= 0 || rate.Per <= 0 {
		return true, 0
	}
	l.once.Do(func() { l.sets = make([]set, sets) })
	hash, now := maphash.String(l.seed, key), l.now().UnixNano()
	own := &l.sets[hash%sets]
	own.mu.Lock()
	found := own.find(hash, now)
	if found == nil {
		own.mu.Unlock()
		return l.crowd(rate).allow(hash, now, rate)
	}
	defer own.mu.Unlock()
	found.full, ok, retryAfter = take(found.full, now, rate)
	return ok, retryAfter
}

// find finds the key's own bucket, or gives it one that is full; nil: there is none.
func (s *set) find(key uint64, now int64) *bucket {
	var free *bucket
	for i := range s.buckets {
		b := &s.buckets[i]
		if b.key == key && b.full != 0 {
			return b
		}
		if free == nil && b.full <= now {
			free = b
		}
	}
	if free != nil {
		*free = bucket{key: key, full: now}
	}
	return free
}

// crowd is the newcomers' with that Rate.
func (l *Local) crowd(rate Rate) *crowd {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.crowds) >= maxRates && l.crowds[rate] == nil {
		rate = Rate{} // which nobody has
	}
	if l.crowds[rate] == nil {
		l.crowds[rate] = &crowd{}
	}
	return l.crowds[rate]
}

func (c *crowd) allow(hash uint64, now int64, rate Rate) (ok bool, retryAfter time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	full := &c.full[hash/sets%maxCrowd]
	*full, ok, retryAfter = take(*full, now, Rate{rate.Count * crowdSize, rate.Per})
	return ok, retryAfter
}
