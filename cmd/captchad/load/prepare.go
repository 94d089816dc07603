package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// What is prepared for a step: enough for a rate that is higher than that of the
// warm-up, but no more than this, and no longer than so many times the step's own
// duration. A step whose supply is used up ends.
const (
	spare        = 1.5
	mostPrepared = 400_000
	mostPatience = 3
	firstRate    = 20_000 // a second: what a warm-up may use up
)

// ready warms the server up and makes an operation of the step, with all that it
// needs.
func (l *Load) ready(ctx context.Context, step Step, scripts []script) (warm Measured, operate operation, err error) {
	warming := l.warmUp()
	switch step {
	case Issue:
		operate = issue(scripts)
	case Life:
		operate = l.life(scripts)
	default:
		calls := l.prepare(ctx, step, scripts, l.need(firstRate, warming.duration), &warm)
		l.Progress("warming up")
		warm.add(l.drive(ctx, l.client, warming, supply(calls)))
		calls = l.prepare(ctx, step, scripts, l.need(warm.PerSecond()*spare, l.Duration), &warm)
		return warm, supply(calls), ctx.Err()
	}
	l.Progress("warming up")
	return l.drive(ctx, l.client, warming, operate), operate, ctx.Err()
}

// need is how many calls a step can use up.
func (l *Load) need(perSecond float64, duration time.Duration) int {
	if l.Operations > 0 {
		return max(l.Operations, l.Connections)
	}
	return min(mostPrepared, int(perSecond*duration.Seconds())+l.Connections)
}

// prepare makes the calls of a step ahead. What went wrong is counted with the
// warm-up.
func (l *Load) prepare(ctx context.Context, step Step, scripts []script, n int, warm *Measured) []call {
	if step == Answer {
		l.Progress("sealing challenges")
		return l.seal(scripts, n)
	}
	l.Progress("earning passes")
	var earned earnings
	earning := l.drive(ctx, l.client, portion{n, mostPatience * l.Duration}, l.earn(scripts, &earned))
	warm.explain(earning.Example)
	for kind, count := range earning.Errors {
		warm.fail(kind, count)
	}
	return earned.calls
}

// seal makes Answers to n Challenges that nobody has issued.
func (l *Load) seal(scripts []script, n int) []call {
	calls := make([]call, n)
	var next atomic.Int64
	var all sync.WaitGroup
	for range l.Connections {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				s := scripts[i%len(scripts)]
				calls[i] = s.answer(l.sealed(s))
			}
		})
	}
	all.Wait()
	return calls
}

func (l *Load) sealed(s script) solved {
	is, _ := l.Solver.solve(s.site, l.Solver.seal(s.site, s.kind)) // which we have sealed
	return is
}
