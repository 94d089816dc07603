// Package audit writes what happens to Challenges into the audit log, off the path of
// the requests.
package audit

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/captchad/captchad/captcha"
)

const (
	queueLength = 8192        // entries that may wait
	batchLength = 512         // entries that are written together
	pace        = time.Second // how long entries wait for others
	trimPace    = time.Minute // how often what is too old is dropped
	trimBatch   = 1000        // entries that are dropped together: who writes waits for no more
)

// Config is what a [Recorder] works with. Log and Report are needed.
type Config struct {
	Log            captcha.AuditLog
	Off            bool             // nothing is noted, nor dropped
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
	dropped atomic.Int64
}

// New makes a Recorder.
func New(c Config) *Recorder {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Recorder{Config: c, queue: make(chan captcha.AuditEntry, queueLength)}
}

// Note takes an Event, and never waits: when the log cannot keep up entries are
// dropped, and their number is reported.
func (r *Recorder) Note(_ context.Context, e captcha.Event) {
	if r.Off || e.Step == captcha.Issued && !r.Issuing {
		return
	}
	select {
	case r.queue <- e.Audit(r.ClearAddresses):
	default:
		r.dropped.Add(1)
	}
}

// Run writes what was noted, about once a second, and drops what is too old, until ctx
// ends. What was noted before that is written.
func (r *Recorder) Run(ctx context.Context) {
	write, trim := time.NewTicker(pace), time.NewTicker(trimPace)
	defer write.Stop()
	defer trim.Stop()
	for {
		select {
		case <-ctx.Done():
			r.write(context.WithoutCancel(ctx))
			return
		case <-write.C:
			r.write(ctx)
		case <-trim.C:
			r.trim(ctx)
		}
	}
}

// write writes what is waiting.
func (r *Recorder) write(ctx context.Context) {
	for {
		entries := r.gather()
		if len(entries) == 0 {
			break
		}
		if err := r.Log.AppendAudit(ctx, entries); err != nil {
			r.Report(fmt.Errorf("write %d entries of the audit log, which are lost: %w", len(entries), err))
			break
		}
	}
	if dropped := r.dropped.Swap(0); dropped > 0 {
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

// trim drops what is too old.
func (r *Recorder) trim(ctx context.Context) {
	if r.Off || r.Retention == 0 {
		return
	}
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
