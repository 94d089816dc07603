// Package audit writes what happens to Challenges into the audit log, off the path of
// the requests.
package audit

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/captchad/captchad/captcha"
)

const (
	queueLength = 8192            // entries that may wait
	batchLength = 512             // entries that are written together
	pace        = time.Second     // how long entries wait for others
	trimPace    = time.Minute     // how often what is too old is dropped
	trimBatch   = 1000            // entries that are dropped together: who writes waits for no more
	patience    = 5 * time.Second // how long writing may take: a server that is told to stop waits for it
)

// Config is what a [Recorder] works with. Log and Report are needed.
type Config struct {
	Log            captcha.AuditLog
	Now            func() time.Time // default: the real clock
	Retention      time.Duration    // how long entries are kept; 0: for ever
	Issuing        bool             // note Challenges that are issued too
	ClearAddresses bool             // keep addresses as they are, and not hashed
	Report         func(error)      // is told what goes wrong, at most once a second
}

// Recorder takes Events and has them written. Make one with [New], and run it.
type Recorder struct {
	Config
	queue   chan captcha.AuditEntry
	filling chan struct{} // holds something when the queue should not wait for its time
	dropped atomic.Int64
}

// New makes a Recorder.
func New(c Config) *Recorder {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Recorder{Config: c, queue: make(chan captcha.AuditEntry, queueLength), filling: make(chan struct{}, 1)}
}

// Note takes an Event, and never waits: when the log cannot keep up entries are
// dropped, and their number is reported.
func (r *Recorder) Note(_ context.Context, e captcha.Event) {
	if e.Step == captcha.Issued && !r.Issuing {
		return
	}
	select {
	case r.queue <- e.Audit(r.ClearAddresses):
	default:
		r.dropped.Add(1)
	}
	if len(r.queue) >= queueLength/2 {
		select {
		case r.filling <- struct{}{}:
		default:
		}
	}
}

// Run writes what was noted, about once a second, and drops what is too old, until ctx
// ends. What was noted before that is written.
func (r *Recorder) Run(ctx context.Context) {
	var trimming sync.WaitGroup
	trimming.Go(func() { r.trimAlways(ctx) })
	defer trimming.Wait()
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			r.write(ctx)
			return
		case <-ticker.C:
		case <-r.filling:
		}
		r.write(ctx)
	}
}

// write writes what is waiting, also when ctx has ended.
func (r *Recorder) write(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	var failed error
	for entries := r.gather(); len(entries) > 0; entries = r.gather() {
		if failed == nil {
			failed = r.Log.AppendAudit(ctx, entries)
		}
		if failed != nil {
			r.dropped.Add(int64(len(entries)))
		}
	}
	switch dropped := r.dropped.Swap(0); {
	case failed != nil:
		r.Report(fmt.Errorf("%d entries of the audit log are lost: %w", dropped, failed))
	case dropped > 0:
		r.Report(fmt.Errorf("%d entries of the audit log are lost: it does not keep up", dropped))
	}
}

// gather takes entries that are waiting.
func (r *Recorder) gather() (entries []captcha.AuditEntry) {
	for len(entries) < batchLength {
		select {
		case entry := <-r.queue:
			entries = append(entries, entry)
		default:
			return entries
		}
	}
	return entries
}

// trimAlways drops what is too old, and again each minute. It is no part of writing, which
// a large backlog would hold up.
func (r *Recorder) trimAlways(ctx context.Context) {
	if r.Retention == 0 {
		return
	}
	ticker := time.NewTicker(trimPace)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			r.trim(ctx)
		}
	}
}

// trim drops what is too old.
func (r *Recorder) trim(ctx context.Context) {
	for ctx.Err() == nil {
		dropped, err := r.Log.TrimAudit(ctx, r.Now().Add(-r.Retention), trimBatch)
		if err != nil && ctx.Err() == nil {
			r.Report(fmt.Errorf("drop old entries of the audit log: %w", err))
		}
		if err != nil || dropped == 0 {
			return
		}
	}
}
