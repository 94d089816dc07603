package limit_test

import (
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/limit"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func newLocal() (*limit.Local, *mock.Clock) {
	clock := mock.NewClock(start)
	return limit.NewLocal(clock.Now), clock
}

func TestABucketIsEmptiedAndFillsAgain(t *testing.T) {
	local, clock := newLocal()
	rate := limit.PerMinute(3)
	try := func(key string, want bool, wantRetry time.Duration) {
		t.Helper()
		if ok, retry := local.Allow(t.Context(), key, rate); ok != want || retry != wantRetry {
			t.Errorf("%s: %v, retry after %v; want %v, %v", key, ok, retry, want, wantRetry)
		}
	}
	for range 3 {
		try("me", true, 0)
	}
	try("me", false, 20*time.Second)
	try("you", true, 0)
	clock.Advance(15 * time.Second)
	try("me", false, 5*time.Second)
	clock.Advance(5 * time.Second)
	try("me", true, 0)
	try("me", false, 20*time.Second)
	clock.Advance(time.Hour) // holds no more than three
	for range 3 {
		try("me", true, 0)
	}
	try("me", false, 20*time.Second)
}

func TestAClockThatIsPutBackLocksNobodyOut(t *testing.T) {
	local, clock := newLocal()
	rate := limit.PerMinute(1)
	local.Allow(t.Context(), "me", rate)
	clock.Advance(-24 * time.Hour)
	if ok, retry := local.Allow(t.Context(), "me", rate); ok || retry > time.Minute {
		t.Errorf("%v, retry after %v", ok, retry)
	}
	clock.Advance(time.Minute)
	if ok, _ := local.Allow(t.Context(), "me", rate); !ok {
		t.Error("locked out")
	}
}

func TestWhatHasNoRateIsNotCounted(t *testing.T) {
	local, _ := newLocal()
	for range 1000 {
		if ok, _ := local.Allow(t.Context(), "me", limit.Rate{}); !ok {
			t.Fatal("refused")
		}
	}
}

func TestOfManyAtOnceAsManyGetInAsAreAllowed(t *testing.T) {
	local, _ := newLocal()
	var in atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 10 {
				if ok, _ := local.Allow(t.Context(), "me", limit.PerMinute(120)); ok {
					in.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if in.Load() != 120 {
		t.Errorf("%d got in, want 120", in.Load())
	}
}

const flood = 1_000_000

func TestAFloodOfAddresses(t *testing.T) {
	local, clock := newLocal()
	rate := limit.PerMinute(2)
	if ok, _ := local.Allow(t.Context(), "me", rate); !ok {
		t.Fatal("refused at first")
	}
	before, ctx := heap(), t.Context()
	mine, theirs := 0, 0
	for i := range flood {
		if i%1000 == 0 {
			if ok, _ := local.Allow(t.Context(), "me", rate); ok {
				mine++
			}
		}
		if ok, _ := local.Allow(ctx, strconv.Itoa(i), rate); ok {
			theirs++
		}
	}
	if mine != 1 {
		t.Errorf("who has one request left is let in %d times", mine)
	}
	// Each for itself as long as there is room, and then what the crowd's buckets
	// hold: 256 of them, each with the allowance of 8.
	if crowd := 256 * 8 * rate.Count; theirs < limit.Callers/2 || theirs > limit.Callers+crowd {
		t.Errorf("%d of the flood were let in, want at most %d", theirs, limit.Callers+crowd)
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("a million addresses cost %d bytes that stay", grown)
	}
	clock.Advance(rate.Per) // then the flood is idle, and everybody has a bucket again
	for i := range 1000 {
		key := fmt.Sprint("new ", i)
		for range rate.Count {
			if ok, _ := local.Allow(t.Context(), key, rate); !ok {
				t.Fatalf("after the flood %s is refused", key)
			}
		}
		if ok, _ := local.Allow(t.Context(), key, rate); ok {
			t.Fatalf("after the flood %s is not counted", key)
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func TestNewcomersInAFloodAreRefusedAndNotLocked(t *testing.T) {
	local, clock := newLocal()
	rate := limit.PerMinute(60)
	for i := range 2 * limit.Callers { // so that the table is full
		local.Allow(t.Context(), strconv.Itoa(i), rate)
	}
	_, retry := local.Allow(t.Context(), "newcomer", rate)
	if retry > time.Second {
		t.Errorf("a newcomer has to wait for %v", retry)
	}
	clock.Advance(retry)
	if ok, _ := local.Allow(t.Context(), "newcomer", rate); !ok {
		t.Error("refused after the time that was told")
	}
}

func TestToCountCostsNoMemory(t *testing.T) {
	local, _ := newLocal()
	rate := limit.PerMinute(60)
	local.Allow(t.Context(), "me", rate)
	if n := testing.AllocsPerRun(100, func() { local.Allow(t.Context(), "me", rate) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
