package limit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/captchad/captchad/server/limit"
)

// engine is one for all replicas of a test, on which they count without end.
type engine struct {
	left   int // requests that it allows; below 0 they have to wait
	failed error
	asked  int
}

func (e *engine) Take(context.Context, string, int, time.Duration) (time.Duration, error) {
	e.asked++
	if e.failed != nil {
		return 0, e.failed
	}
	if e.left--; e.left < 0 {
		return 7 * time.Second, nil
	}
	return 0, nil
}

// replica is a Shared on an engine, with a clock and what it has reported.
type replica struct {
	*limit.Shared
	clock    time.Time
	failures []error
}

func newReplica(on *engine) *replica {
	r := &replica{clock: time.Unix(1_800_000_000, 0)}
	r.Shared = limit.NewShared(on, func() time.Time { return r.clock }, func(err error) { r.failures = append(r.failures, err) })
	return r
}

func (r *replica) expect(t *testing.T, rate limit.Rate, want bool, wait time.Duration) {
	t.Helper()
	if ok, retryAfter := r.Allow(t.Context(), "somebody", rate); ok != want || retryAfter != wait {
		t.Errorf("got %v and %v, want %v and %v", ok, retryAfter, want, wait)
	}
}

func TestReplicasCountTogether(t *testing.T) {
	on := &engine{left: 3}
	one, two := newReplica(on), newReplica(on)
	for _, r := range []*replica{one, two, one} {
		r.expect(t, limit.PerMinute(3), true, 0)
	}
	two.expect(t, limit.PerMinute(3), false, 7*time.Second)
}

func TestWhatIsTooMuchForOneReplicaTheEngineIsNotAsked(t *testing.T) {
	on := &engine{left: 100}
	r := newReplica(on)
	r.expect(t, limit.PerMinute(1), true, 0)
	for range 10 {
		r.expect(t, limit.PerMinute(1), false, time.Minute)
	}
	if on.asked != 1 {
		t.Errorf("it was asked %d times", on.asked)
	}
}

func TestWithoutTheEngineEachReplicaCountsForItself(t *testing.T) {
	on := &engine{left: 100, failed: errors.New("away")}
	r := newReplica(on)
	r.expect(t, limit.PerMinute(2), true, 0)
	r.expect(t, limit.PerMinute(2), true, 0)
	r.expect(t, limit.PerMinute(2), false, 30*time.Second)
	if on.asked != 1 || len(r.failures) != 1 {
		t.Errorf("it was asked %d times, and reported %v: want it to be left alone for a while", on.asked, r.failures)
	}
	on.failed, on.left = nil, 0
	r.clock = r.clock.Add(time.Minute)
	r.expect(t, limit.PerMinute(2), false, 7*time.Second)
}

func TestARequestThatWasGivenUpSaysNothingOfTheEngine(t *testing.T) {
	on := &engine{failed: context.Canceled}
	r := newReplica(on)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r.Allow(gone, "somebody", limit.PerMinute(5))
	on.failed = nil
	r.expect(t, limit.PerMinute(5), false, 7*time.Second)
	if len(r.failures) != 0 {
		t.Errorf("reported %v", r.failures)
	}
}

func TestASharedLimitOfNothingAllowsEverything(t *testing.T) {
	on := &engine{}
	r := newReplica(on)
	for range 100 {
		r.expect(t, limit.Rate{}, true, 0)
	}
	if on.asked != 0 {
		t.Errorf("the engine was asked %d times", on.asked)
	}
}
