package control

import "sync/atomic"

// listeners counts who hear events, so that a page that goes wild does not use up the
// server.
type listeners struct{ now atomic.Int64 }

// enter lets one more in, unless there are too many.
func (l *listeners) enter() bool {
	if l.now.Add(1) > maxListeners {
		l.leave()
		return false
	}
	return true
}

func (l *listeners) leave() { l.now.Add(-1) }
