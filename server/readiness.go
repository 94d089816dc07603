package server

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Readiness tells whether a server can do its work, to any number of probes at the
// price of one: what a check has found is told again for a while, and those who ask
// during a check wait for that one.
type Readiness struct {
	check func(context.Context) error
	now   func() time.Time

	mu       sync.Mutex
	draining bool
	checked  time.Time
	found    error
	running  chan struct{} // closed when the check that is going on has ended; nil: none is
}

const (
	readinessAge  = time.Second     // for how long what was found is told
	readinessTime = 2 * time.Second // how long a check may take
)

// NewReadiness makes a Readiness of a check that fails with the reason why the server
// cannot work now.
func NewReadiness(check func(context.Context) error, now func() time.Time) *Readiness {
	return &Readiness{check: check, now: now}
}

// Drain makes the server not ready from now on: it is about to stop, and whoever sends
// it requests should choose another.
func (r *Readiness) Drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
}

var errDraining = errors.New("the server is about to stop")

// Check fails with the reason why the server cannot work, if it cannot. It waits no
// longer than ctx allows.
func (r *Readiness) Check(ctx context.Context) error {
	for {
		r.mu.Lock()
		if r.draining {
			r.mu.Unlock()
			return errDraining
		}
		if !r.checked.IsZero() && r.now().Sub(r.checked) < readinessAge {
			defer r.mu.Unlock()
			return r.found
		}
		if r.running == nil {
			r.running = make(chan struct{})
			go r.run(context.WithoutCancel(ctx), r.running) // for all who wait, whoever goes away
		}
		running := r.running
		r.mu.Unlock()
		select {
		case <-running:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *Readiness) run(ctx context.Context, ended chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, readinessTime)
	defer cancel()
	found := r.check(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found, r.checked, r.running = found, r.now(), nil
	close(ended)
}
