package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/captchad/captchad/captcha"
)

// ErrClosed is what a write fails with after [Store.Close].
var ErrClosed = captcha.Refuse(captcha.Busy, "the store is closed")

const (
	queueLength = 4096 // writes that may wait; at 40,000 a second that is the wait of a tenth of a second
	batchLength = 256  // writes that share a transaction
)

// writer is the goroutine that writes, and the queue before it.
type writer struct {
	session *session
	queue   chan *operation
	stopped chan struct{} // closed when the goroutine has ended
	batch   []*operation  // what the goroutine works at
	running *operation    // of the batch, while its change may end the goroutine
	watch   atomic.Pointer[func(writes int, took time.Duration, err error)]

	mu     sync.RWMutex // held for writing to close the queue, for reading to put something in
	closed bool
}

func openWriter(path string) (*writer, error) {
	session, err := openSession(path)
	if err != nil {
		return nil, err
	}
	w := &writer{session: session, queue: make(chan *operation, queueLength), stopped: make(chan struct{})}
	go w.loop()
	return w, nil
}

// operation is one caller's write. It is waiting until either the writer takes
// it or the caller gives it up, never both.
type operation struct {
	// run does it, inside of a transaction that others share. It returns why it
	// was refused, having written nothing, or why the database failed: then
	// nothing of the transaction is kept. It may run more than once.
	run func(*session) (refused, failed error)
	// alone does it instead of run, with a connection and a transaction of its
	// own, while the session has none.
	alone func() error

	decided atomic.Bool // taken or given up
	refused error
	err     error         // the outcome
	done    chan struct{} // closed when there is one
}

// decide tells whether the caller of it is the first one.
func (op *operation) decide() bool { return op.decided.CompareAndSwap(false, true) }

func (op *operation) end(err error) {
	op.err = err
	close(op.done)
}

// do has the writer run an operation that shares a transaction with others, and
// returns its outcome.
func (w *writer) do(ctx context.Context, run func(*session) (refused, failed error)) error {
	return w.wait(ctx, &operation{run: run, done: make(chan struct{})})
}

// alone has the writer run an operation that makes its own transaction, and
// returns its outcome.
func (w *writer) alone(ctx context.Context, run func() error) error {
	return w.wait(ctx, &operation{alone: run, done: make(chan struct{})})
}

func (w *writer) wait(ctx context.Context, op *operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.enqueue(op); err != nil {
		return err
	}
	select {
	case <-op.done:
	case <-ctx.Done():
		if op.decide() {
			return ctx.Err()
		}
		<-op.done
	}
	if panicked, ok := op.err.(*panicError); ok {
		panic(panicked)
	}
	return op.err
}

func (w *writer) enqueue(op *operation) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- op:
		return nil
	default:
		return captcha.Refuse(captcha.Busy, "too many writes are waiting")
	}
}

// close lets the writer finish what is in the queue.
func (w *writer) close() error {
	w.mu.Lock()
	already := w.closed
	if !already {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.stopped
	if already {
		return nil
	}
	return w.session.close()
}

// loop works until the queue is closed. A change may not only panic but end its
// goroutine, as the FailNow of a test does, and must take nobody with it: then
// the next goroutine goes on with the batch.
func (w *writer) loop() {
	defer w.survive()
	w.apply()
	for first := range w.queue {
		// Requests that could run now are about to queue up: with them in the
		// batch the disk is waited for once.
		runtime.Gosched()
		w.gather(first)
		w.apply()
	}
	close(w.stopped)
}

// survive ends the operation that was running when the goroutine ended, if one
// was, and starts the next goroutine.
func (w *writer) survive() {
	if w.running == nil {
		return
	}
	err := errors.New("the change ended the goroutine that it ran on")
	if value := recover(); value != nil {
		err = &panicError{value, debug.Stack()}
	}
	w.session.rollback()
	w.expel(w.running, err)
	w.running = nil
	go w.loop()
}

// gather makes a batch of the operations that are waiting.
func (w *writer) gather(first *operation) {
	for op := first; ; {
		if op.decide() {
			w.batch = append(w.batch, op)
		}
		if len(w.batch) == batchLength {
			return
		}
		select {
		case next, open := <-w.queue:
			if !open {
				return
			}
			op = next
		default:
			return
		}
	}
}

// apply brings every operation of the batch to its end. One that broke the
// transaction ends alone, and the others begin again without it.
func (w *writer) apply() {
	w.applyAlone()
	for len(w.batch) > 0 {
		culprit, err := w.watched(w.transact)
		if culprit != nil {
			w.expel(culprit, err)
			continue
		}
		for _, op := range w.batch {
			if err == nil {
				op.end(op.refused)
			} else {
				op.end(err)
			}
		}
		clear(w.batch)
		w.batch = w.batch[:0]
	}
}

// applyAlone brings the operations of the batch to their end that share no
// transaction.
func (w *writer) applyAlone() {
	isAlone := func(op *operation) bool { return op.alone != nil }
	for i := slices.IndexFunc(w.batch, isAlone); i >= 0; i = slices.IndexFunc(w.batch, isAlone) {
		op := w.batch[i]
		w.running = op
		err := op.alone()
		w.running = nil
		w.expel(op, err)
	}
}

func (w *writer) expel(culprit *operation, err error) {
	w.batch = slices.DeleteFunc(w.batch, func(op *operation) bool { return op == culprit })
	culprit.end(err)
}

// transact runs the batch in one transaction. After an error nothing is kept;
// the culprit is nil if no single operation is to blame.
func (w *writer) transact() (culprit *operation, err error) {
	if err = w.session.begin(); err == nil {
		if culprit, err = w.run(); err == nil {
			err = w.session.commit()
		}
	}
	if err != nil {
		w.session.rollback()
	}
	return culprit, err
}

func (w *writer) run() (culprit *operation, err error) {
	for _, op := range w.batch {
		w.running = op
		op.refused, err = op.run(w.session)
		w.running = nil
		if err != nil {
			return op, err
		}
	}
	return nil, nil
}

// panicError carries a panic to the caller's goroutine, with the place where it
// happened.
type panicError struct {
	value any
	stack []byte
}

// Error is what the panic said, and where.
func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", p.value, p.stack) }

// Unwrap is the error that was panicked with, if it was one.
func (p *panicError) Unwrap() error {
	err, _ := p.value.(error)
	return err
}
