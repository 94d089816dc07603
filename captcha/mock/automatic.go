package mock

import (
	"sync"

	"github.com/captchad/captchad/captcha"
)

// Automatic is the outcome of an issue whose Challenge asks nothing of the visitor: our
// widget shows no puzzle and passes by itself, and any Answer is right, of whoever draws
// the puzzle all the same.
const Automatic Outcome = "automatic"

// maxAutomatic is how many Challenges a Core knows to be automatic: the last ones. Those
// before are judged as any other, should anybody still answer them.
const maxAutomatic = 10_000

// automatic remembers which Challenges are. The zero value is empty and ready; many may
// use it at a time.
type automatic struct {
	mu     sync.Mutex
	known  map[captcha.ID]bool
	oldest []captcha.ID // a ring, once it is full
	next   int          // where in the ring the next one goes
}

func (a *automatic) add(id captcha.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil {
		a.known = map[captcha.ID]bool{}
	}
	a.known[id] = true
	if len(a.oldest) < maxAutomatic {
		a.oldest = append(a.oldest, id)
		return
	}
	delete(a.known, a.oldest[a.next])
	a.oldest[a.next] = id
	a.next = (a.next + 1) % maxAutomatic
}

func (a *automatic) has(id captcha.ID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[id]
}

// Automatic tells whether the Challenge with that ID asks nothing of the visitor. A
// [captcha.Service] has no such method: there every Challenge takes an Answer.
func (c *Core) Automatic(id captcha.ID) bool { return c.automatic.has(id) }
