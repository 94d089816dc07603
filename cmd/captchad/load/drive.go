package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// mostSamples bounds how many operations a step has, and so what its latencies
// take: four bytes each.
const mostSamples = 8 << 20

// mostFailures is after how many failures a connection gives up: a server that
// refuses needs no load.
const mostFailures = 100

// portion is how much of something to do. No duration is no end.
type portion struct {
	operations int
	duration   time.Duration
}

// operation does one thing on a worker's connection. It tells false when nothing is
// left to be done.
type operation func(w *worker) bool

// drive does operations on all connections, and adds up what they have seen.
func (l *Load) drive(ctx context.Context, on *client, p portion, operate operation) Measured {
	workers := make([]*worker, l.Connections)
	for i := range workers {
		workers[i] = &worker{client: on, turn: i, errors: map[string]int{}, latencies: make([]uint32, 0, 1<<10)}
	}
	var left atomic.Int64
	left.Store(int64(p.operations))
	cpuBefore, _ := on.cpu()
	begun := time.Now()
	pace := l.pace(begun)
	var all sync.WaitGroup
	for _, w := range workers {
		all.Go(func() { w.run(ctx, &left, begun, p.duration, pace, operate) })
	}
	all.Wait()
	m := Measured{Elapsed: time.Since(begun)}
	if cpu, ok := on.cpu(); ok {
		m.CPU, m.HasCPU = cpu-cpuBefore, true
	}
	for _, w := range workers {
		m.gather(w)
	}
	return m
}

// pace makes workers wait for the time of their next operation, if a rate is asked
// for. When the server is too slow for it operations begin late.
func (l *Load) pace(start time.Time) func() {
	if l.Rate == 0 {
		return func() {}
	}
	var begun atomic.Int64
	return func() {
		n := float64(begun.Add(1) - 1)
		time.Sleep(time.Until(start.Add(time.Duration(n / l.Rate * float64(time.Second)))))
	}
}

// run does operations until there is nothing left, the time is over, or too much
// has gone wrong.
func (w *worker) run(ctx context.Context, left *atomic.Int64, begun time.Time, duration time.Duration, pace func(), operate operation) {
	failures := 0
	for ctx.Err() == nil && failures < mostFailures && left.Add(-1) >= 0 {
		w.failure = ""
		pace()
		start := time.Now()
		if duration > 0 && start.Sub(begun) >= duration || !operate(w) {
			return
		}
		if w.failure != "" {
			w.fail()
			failures++
			continue
		}
		w.latencies = append(w.latencies, microseconds(time.Since(start)))
	}
}

func (w *worker) fail() {
	w.errors[w.failure]++
	if w.example == "" {
		w.example = w.detail
	}
}

func microseconds(d time.Duration) uint32 { return uint32(min(d.Microseconds(), 1<<32-1)) }
