package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/captchad/captchad/captcha"
)

// sharedLaw is about one ledger that two replicas have open.
type sharedLaw struct {
	name string
	test func(t *testing.T, replicas [2]captcha.Ledger)
}

var sharedLaws = []sharedLaw{
	{"what one replica has kept the other sees", seenByTheOther},
	{"what one replica has refused left no trace for the other", refusedForTheOther},
	{"of right answers on two replicas, the first that there are, one solves", solvedOnce},
	{"of redemptions on two replicas one wins", redeemedOnce},
	{"of answers on two replicas only the allowed number is judged", judgedOnce},
	{"updates on two replicas do not get lost", noneLost},
}

var sharedForgettingLaws = []sharedLaw{
	{"two replicas that forget at once drop each record once", forgottenOnce},
}

// sharedRounds is how often two replicas race for a Challenge.
const sharedRounds = 5

func seenByTheOther(t *testing.T, replicas [2]captcha.Ledger) {
	ch := newChallenge(1)
	for i, want := range []int{1, 2, 3, 4} {
		keep(t, replicas[i%2], ch, captcha.Record{Attempts: want, ForgetAt: now})
		for _, replica := range replicas {
			same(t, "the record", captcha.Record{Attempts: want, ForgetAt: now}, read(t, replica, ch))
		}
	}
}

func refusedForTheOther(t *testing.T, replicas [2]captcha.Ledger) {
	ch, refused := newChallenge(1), captcha.Refuse(captcha.Used, "for a test")
	err := replicas[0].Update(t.Context(), ch, func(r *captcha.Record) error {
		*r = fullRecord()
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v, want the error of the change", err)
	}
	must(t, replicas[1].Update(t.Context(), ch, func(r *captcha.Record) error {
		same(t, "what a change on the other sees", captcha.Record{}, *r)
		return countAttempt(r)
	}))
}

func solvedOnce(t *testing.T, replicas [2]captcha.Ledger) {
	for round := range sharedRounds {
		ch := newChallenge(round)
		pass := func(i int) captcha.Pass { return captcha.Pass{ID: ch.ID, Secret: fmt.Sprint("secret ", i)} }
		ends := raceOn(t, replicas, ch, func(i int, r *captcha.Record) error { return r.Answer(now, ch, rules, true, pass(i), nil) })
		same(t, "how the answers ended", map[captcha.Code]int{"": 1, captcha.Used: many - 1}, ends)
		ends = raceOn(t, replicas, ch, func(i int, r *captcha.Record) error { return r.Redeem(now, rules, pass(i)) })
		same(t, "how the redemptions of all their passes ended", map[captcha.Code]int{"": 1, captcha.Unknown: many - 1}, ends)
	}
}

func redeemedOnce(t *testing.T, replicas [2]captcha.Ledger) {
	for round := range sharedRounds {
		ch := newChallenge(round)
		pass := captcha.Pass{ID: ch.ID, Secret: "secret"}
		must(t, replicas[0].Update(t.Context(), ch, func(r *captcha.Record) error { return r.Answer(now, ch, rules, true, pass, nil) }))
		ends := raceOn(t, replicas, ch, func(_ int, r *captcha.Record) error { return r.Redeem(now, rules, pass) })
		same(t, "how the redemptions ended", map[captcha.Code]int{"": 1, captcha.Used: many - 1}, ends)
	}
}

func judgedOnce(t *testing.T, replicas [2]captcha.Ledger) {
	for round := range sharedRounds {
		ch := newChallenge(round)
		ends := raceOn(t, replicas, ch, func(_ int, r *captcha.Record) error {
			return r.Answer(now, ch, rules, false, captcha.Pass{}, nil)
		})
		same(t, "how the answers ended",
			map[captcha.Code]int{"": rules.Attempts, captcha.Exhausted: many - rules.Attempts}, ends)
	}
}

func noneLost(t *testing.T, replicas [2]captcha.Ledger) {
	const records = 4
	for i := range records {
		ch := newChallenge(i)
		ends := raceOn(t, replicas, ch, func(_ int, r *captcha.Record) error { return countAttempt(r) })
		same(t, "how the updates ended", map[captcha.Code]int{"": many}, ends)
		same(t, "the record", captcha.Record{Attempts: many}, read(t, replicas[0], ch))
	}
}

func forgottenOnce(t *testing.T, replicas [2]captcha.Ledger) {
	const records = 8 * many
	inParallel(func(g int) {
		for i := g; i < records; i += many {
			keep(t, replicas[g%2], newChallenge(i), captcha.Record{Attempts: 1, ForgetAt: now})
		}
	})
	var forgotten [2]int
	inParallel(func(g int) {
		if g > 1 {
			return
		}
		for n := 1; n > 0; {
			var err error
			n, err = replicas[g].Forget(t.Context(), now.Add(1))
			if err != nil {
				t.Errorf("forget: %v", err)
				return
			}
			forgotten[g] += n
		}
	})
	// The one that found nothing left may have been kept from what the other was at.
	n, err := replicas[0].Forget(t.Context(), now.Add(1))
	if total := forgotten[0] + forgotten[1] + n; total != records || err != nil {
		t.Errorf("forgot %d, %v; want %d", total, err, records)
	}
}
