package mock

import (
	"sync"

	"github.com/captchad/captchad/captcha"
)

// maxRecent is how many Challenges a [recent] knows something of: those that it was told
// of last.
const maxRecent = 10_000

// recent holds what a Core was told of Challenges, for as many as maxRecent. The zero value
// is empty and ready; many may use it at a time.
type recent[V any] struct {
	mu     sync.Mutex
	byID   map[captcha.ID]V
	oldest []captcha.ID // a ring, once it is full
	next   int          // where in the ring the next one goes
}

// put keeps the value for that Challenge, in place of the one before, if there is one.
func (r *recent[V]) put(id captcha.ID, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID == nil {
		r.byID = map[captcha.ID]V{}
	}
	if _, known := r.byID[id]; !known {
		r.makeRoom(id)
	}
	r.byID[id] = value
}

// makeRoom drops what was kept first, if need be.
func (r *recent[V]) makeRoom(id captcha.ID) {
	if len(r.oldest) < maxRecent {
		r.oldest = append(r.oldest, id)
		return
	}
	delete(r.byID, r.oldest[r.next])
	r.oldest[r.next] = id
	r.next = (r.next + 1) % maxRecent
}

// of is what is kept for that Challenge; the zero value: nothing is.
func (r *recent[V]) of(id captcha.ID) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

func (r *recent[V]) any() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.byID) > 0
}

func (r *recent[V]) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID, r.oldest, r.next = nil, nil, 0
}
