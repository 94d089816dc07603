package load

import (
	"sync"
	"sync/atomic"

	"github.com/captchad/captchad/captcha"
)

// one sends a request that is an operation by itself.
func (w *worker) one(c call) {
	if w.send(0, c) != nil && w.sample == nil {
		w.sample = []call{c}
	}
}

// issue asks for Challenges, for each Site in turn.
func issue(scripts []script) operation {
	return func(w *worker) bool {
		w.one(w.script(scripts).issue)
		return true
	}
}

// script is that of the Site whose turn it is.
func (w *worker) script(scripts []script) script {
	w.turn++
	return scripts[w.turn%len(scripts)]
}

// supply sends each of the calls once.
func supply(calls []call) operation {
	var next atomic.Int64
	return func(w *worker) bool {
		i := int(next.Add(1)) - 1
		if i >= len(calls) {
			return false
		}
		w.one(calls[i])
		return true
	}
}

// repeat sends the requests of one operation again and again, to a bare server.
func repeat(sample []call) operation {
	var calls []call
	for i, c := range sample {
		calls = append(calls, c.onBare(i))
	}
	return func(w *worker) bool {
		for i, c := range calls {
			if w.send(i, c) == nil {
				return true
			}
		}
		w.sample = calls
		return true
	}
}

// earnings are redemptions of Passes in the order in which these were earned: it is
// the one in which backends redeem them, seconds later.
type earnings struct {
	mu    sync.Mutex
	calls []call
}

// earn answers Challenges that were never issued, and keeps the redemptions of the
// Passes.
func (l *Load) earn(scripts []script, into *earnings) operation {
	return func(w *worker) bool {
		s := w.script(scripts)
		sealed := l.sealed(s)
		if answered := w.send(0, s.answer(sealed)); answered != nil {
			redeem := s.redeem(sealed, answered)
			into.mu.Lock()
			into.calls = append(into.calls, redeem)
			into.mu.Unlock()
		}
		return true
	}
}

// life takes a Challenge through its three steps.
func (l *Load) life(scripts []script) operation {
	return func(w *worker) bool {
		s := w.script(scripts)
		issued := w.send(0, s.issue)
		if issued == nil {
			return true
		}
		id, _ := captcha.ParseID(member(issued, s.idName))
		is, ok := l.Solver.solve(s.site, id)
		if !ok {
			w.failure, w.detail = "unknown id", "the server seals with another key than that of the database"
			return true
		}
		answer := s.answer(is)
		answered := w.send(1, answer)
		if answered == nil {
			return true
		}
		redeem := s.redeem(is, answered)
		if w.send(2, redeem) != nil && w.sample == nil {
			w.sample = []call{s.issue, answer, redeem}
		}
		return true
	}
}
