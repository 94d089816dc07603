package mock

import (
	"sync"
	"time"
)

// Clock is a clock that can be moved. Make one with [NewClock] or
// [RunningClock].
type Clock struct {
	unmoved func() time.Time

	mu    sync.Mutex
	moved time.Duration
}

// NewClock makes a Clock that shows now, and stands still until it is moved.
func NewClock(now time.Time) *Clock {
	return &Clock{unmoved: func() time.Time { return now }}
}

// RunningClock makes a Clock that shows the real time, and goes on running
// wherever it is moved to.
func RunningClock() *Clock { return &Clock{unmoved: time.Now} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unmoved().Add(c.moved)
}

// Advance moves the clock, back if by is negative.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved += by
}

// Reset undoes all moves.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = 0
}

// Set moves the clock to where it shows now.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = now.Sub(c.unmoved())
}
