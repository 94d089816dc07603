package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/captchad/captchad/captcha"
)

// inParallel lets many goroutines begin at the same moment and waits for them.
func inParallel(do func(i int)) {
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	for i := range many {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			do(i)
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
}

// race has many goroutines change one Record and counts how they ended.
func race(t *testing.T, ledger captcha.Ledger, ch captcha.Challenge, change func(i int, r *captcha.Record) error) map[captcha.Code]int {
	t.Helper()
	return raceOn(t, [2]captcha.Ledger{ledger, ledger}, ch, change)
}

// raceOn is a race that half of them run on each of the replicas.
func raceOn(t *testing.T, replicas [2]captcha.Ledger, ch captcha.Challenge, change func(i int, r *captcha.Record) error) map[captcha.Code]int {
	t.Helper()
	var mu sync.Mutex
	ends := map[captcha.Code]int{}
	inParallel(func(i int) {
		err := replicas[i%2].Update(t.Context(), ch, func(r *captcha.Record) error { return change(i, r) })
		mu.Lock()
		defer mu.Unlock()
		ends[captcha.CodeOf(err)]++
		if captcha.CodeOf(err) == captcha.Internal {
			t.Errorf("update: %v", err)
		}
	})
	return ends
}

func parallelRedemptions(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	pass := captcha.Pass{ID: ch.ID, Secret: "secret", Subject: "subject"}
	must(t, ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
		return r.Answer(now, ch, rules, true, pass, nil)
	}))
	ends := race(t, ledger, ch, func(_ int, r *captcha.Record) error { return r.Redeem(now, rules, pass) })
	same(t, "how the redemptions ended", map[captcha.Code]int{"": 1, captcha.Used: many - 1}, ends)
}

func parallelAnswers(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	ends := race(t, ledger, ch, func(_ int, r *captcha.Record) error {
		return r.Answer(now, ch, rules, false, captcha.Pass{}, nil)
	})
	same(t, "how the answers ended",
		map[captcha.Code]int{"": rules.Attempts, captcha.Exhausted: many - rules.Attempts}, ends)
	if got := read(t, ledger, ch).Attempts; got != rules.Attempts {
		t.Errorf("%d attempts are kept, want %d", got, rules.Attempts)
	}
}

func parallelSolutions(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	pass := func(i int) captcha.Pass { return captcha.Pass{ID: ch.ID, Secret: fmt.Sprint("secret ", i)} }
	ends := race(t, ledger, ch, func(i int, r *captcha.Record) error {
		return r.Answer(now, ch, rules, true, pass(i), nil)
	})
	same(t, "how the answers ended", map[captcha.Code]int{"": 1, captcha.Used: many - 1}, ends)
	ends = race(t, ledger, ch, func(i int, r *captcha.Record) error { return r.Redeem(now, rules, pass(i)) })
	same(t, "how the redemptions of all their passes ended",
		map[captcha.Code]int{"": 1, captcha.Unknown: many - 1}, ends)
}

func parallelRecords(t *testing.T, ledger captcha.Ledger) {
	const records, rounds = 32, 25
	var counted atomic.Int64
	inParallel(func(g int) {
		for i := range rounds {
			if err := ledger.Update(t.Context(), newChallenge((g+i)%records), countAttempt); err != nil {
				t.Errorf("update: %v", err)
				return
			}
			counted.Add(1)
		}
	})
	kept := 0
	for i := range records {
		kept += read(t, ledger, newChallenge(i)).Attempts
	}
	if kept != many*rounds || counted.Load() != many*rounds {
		t.Errorf("%d updates were confirmed and %d kept, want %d", counted.Load(), kept, many*rounds)
	}
}
