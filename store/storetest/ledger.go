package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

// OpenLedger opens the ledger that is in home.
type OpenLedger func(t *testing.T, home string) captcha.Ledger

// Ledger holds a ledger to its laws.
func Ledger(t *testing.T, open OpenLedger) {
	ExpiringLedger(t, open)
	run(t, open, forgettingLaws)
}

// ExpiringLedger holds a ledger to its laws that forgets by itself: its Forget drops
// nothing. Its clock has to show a time well before [Now].
func ExpiringLedger(t *testing.T, open OpenLedger) { run(t, open, ledgerLaws) }

func run(t *testing.T, open OpenLedger, laws []ledgerLaw) {
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) { law.test(t, fresh(t, open)) })
	}
}

// DurableLedger holds a ledger that outlives its process to its laws.
func DurableLedger(t *testing.T, open OpenLedger) {
	Ledger(t, open)
	t.Run("records survive reopening", func(t *testing.T) {
		home, ch := t.TempDir(), newChallenge(1)
		ledger := open(t, home)
		keep(t, ledger, ch, fullRecord())
		ledger = reopened(t, ledger, home, open)
		same(t, "the record", fullRecord(), read(t, ledger, ch))
	})
}

type ledgerLaw struct {
	name string
	test func(t *testing.T, ledger captcha.Ledger)
}

var ledgerLaws = []ledgerLaw{
	{"a challenge never heard of has the zero record", unheardOf},
	{"all of a record comes back as it was kept", roundTrip},
	{"a name of ours for a challenge has a record of its own", alias},
	{"challenges that are nearly the same have records of their own", lookalikes},
	{"a subject comes back byte by byte", oddSubject},
	{"details may hold any bytes", oddDetails},
	{"whatever field changes is kept, and no other", eachField},
	{"a record that loses its fields again has lost them", emptied},
	{"a failed change keeps nothing, and its error comes back", failedChange},
	{"a caller cannot change the ledger through what it got", copies},
	{"a change that panics harms nobody else", panics},
	{"a change whose context has ended is not applied", cancelled},
	{"a change whose context ends is not applied again", cancelledAmongOthers},
	{"a caller whose context ends during the change knows the outcome", cancelledDuring},
	{"of parallel redemptions one wins", parallelRedemptions},
	{"of parallel answers only the allowed number is judged", parallelAnswers},
	{"of parallel right answers one solves", parallelSolutions},
	{"parallel updates of different records do not disturb each other", parallelRecords},
}

var forgettingLaws = []ledgerLaw{
	{"forgetting drops what is due and nothing else", forgetsDue},
	{"forgetting drops a name of ours for a challenge, and not that", forgetsAlias},
	{"forgetting goes on in bounded steps until nothing is left", forgetsInSteps},
}

// SharedLedger holds a ledger that several processes may have open at once to its laws:
// open opens the same one again when home is the same.
func SharedLedger(t *testing.T, open OpenLedger) {
	SharedExpiringLedger(t, open)
	runShared(t, open, sharedForgettingLaws)
}

// SharedExpiringLedger is to SharedLedger what [ExpiringLedger] is to [Ledger].
func SharedExpiringLedger(t *testing.T, open OpenLedger) { runShared(t, open, sharedLaws) }

func runShared(t *testing.T, open OpenLedger, laws []sharedLaw) {
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) {
			home := t.TempDir()
			replicas := [2]captcha.Ledger{open(t, home), open(t, home)}
			t.Cleanup(func() { closeStore(t, replicas[0]); closeStore(t, replicas[1]) })
			law.test(t, replicas)
		})
	}
}

// fullRecord has something in every field.
func fullRecord() captcha.Record {
	return captcha.Record{
		Attempts: 3,
		SolvedAt: now, RedeemedAt: now.Add(time.Nanosecond), ForgetAt: now.Add(time.Hour + 2*time.Nanosecond),
		Subject:    "+1 555 0100",
		PassDigest: []byte{0, 1, 2, 0xff},
		Details:    map[string]string{"user_agent": `a "browser" <&> 浏览器`, "empty": "", "": "nameless"},
		AliasOf:    newChallenge(99).ID,
	}
}

func unheardOf(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	same(t, "what Record tells", captcha.Record{}, read(t, ledger, ch))
	must(t, ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
		same(t, "what a change sees", captcha.Record{}, *r)
		return nil
	}))
}

func roundTrip(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	keep(t, ledger, ch, fullRecord())
	same(t, "what Record tells", fullRecord(), read(t, ledger, ch))
	same(t, "what Record tells of another challenge", captcha.Record{}, read(t, ledger, newChallenge(2)))
	must(t, ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
		same(t, "what a change sees", fullRecord(), *r)
		return nil
	}))
	same(t, "what Record tells after a change of nothing", fullRecord(), read(t, ledger, ch))
}

func alias(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	name := captcha.Challenge{ID: newChallenge(2).ID} // found by a secret, which tells no time of issue
	keep(t, ledger, ch, fullRecord())
	keep(t, ledger, name, captcha.Record{AliasOf: ch.ID, ForgetAt: now})
	same(t, "the record of the name", captcha.Record{AliasOf: ch.ID, ForgetAt: now}, read(t, ledger, name))
	same(t, "the record of the challenge", fullRecord(), read(t, ledger, ch))
}

func forgetsAlias(t *testing.T, ledger captcha.Ledger) {
	ch, name := newChallenge(1), captcha.Challenge{ID: newChallenge(2).ID}
	keep(t, ledger, ch, fullRecord())
	keep(t, ledger, name, captcha.Record{AliasOf: ch.ID, ForgetAt: now})
	if n, err := ledger.Forget(t.Context(), now.Add(1)); n != 1 || err != nil {
		t.Errorf("forgot %d, %v; want the name alone", n, err)
	}
	same(t, "the record of the forgotten name", captcha.Record{}, read(t, ledger, name))
	same(t, "the record of the challenge", fullRecord(), read(t, ledger, ch))
}

func lookalikes(t *testing.T, ledger captcha.Ledger) {
	for i := range 16 { // in the same second
		ch := newChallenge(1)
		ch.ID[i] ^= 1
		keep(t, ledger, ch, captcha.Record{Attempts: i + 1})
	}
	for i := range 16 {
		ch := newChallenge(1)
		ch.ID[i] ^= 1
		same(t, fmt.Sprintf("the record of the ID that differs in byte %d", i), captcha.Record{Attempts: i + 1}, read(t, ledger, ch))
	}
}

func oddSubject(t *testing.T, ledger captcha.Ledger) {
	// A Pass is compared with the Subject: one that comes back altered would
	// lock its visitor out, or let another one in.
	for i, subject := range []string{"", " ", "é", "e\u0301", "' OR 1=1 --", "1e3", "007", "\u2028<>&", "a", "a\x00", "a\x00b", "\xff"} {
		keep(t, ledger, newChallenge(i), captcha.Record{Subject: subject, ForgetAt: now})
		if got := read(t, ledger, newChallenge(i)).Subject; got != subject {
			t.Errorf("kept %q, got %q", subject, got)
		}
	}
}

func oddDetails(t *testing.T, ledger captcha.Ledger) {
	// They come from strangers: what is no text may be altered, but has to be
	// kept, or a browser's name could make the server fail.
	keep(t, ledger, newChallenge(1), captcha.Record{Attempts: 1, Details: map[string]string{
		"user_agent": "\xff\x00\xc3", "\x00": "x", "long": strings.Repeat("x", captcha.MaxDetails),
	}})
	if got := read(t, ledger, newChallenge(1)); got.Attempts != 1 || len(got.Details) != 3 {
		t.Errorf("got %v", got)
	}
}

func eachField(t *testing.T, ledger captcha.Ledger) {
	ch, want := newChallenge(1), fullRecord()
	keep(t, ledger, ch, want)
	for _, change := range []func(*captcha.Record) error{
		countAttempt,
		func(r *captcha.Record) error { r.SolvedAt = now.Add(1); return nil },
		func(r *captcha.Record) error { r.RedeemedAt = time.Time{}; return nil },
		func(r *captcha.Record) error { r.RedeemedAt = now.Add(2); return nil },
		func(r *captcha.Record) error { r.ForgetAt = now.Add(3); return nil },
		func(r *captcha.Record) error { r.Subject = "another"; return nil },
		func(r *captcha.Record) error { r.PassDigest[0]++; return nil },
		func(r *captcha.Record) error { r.Details["empty"] = "no more"; return nil },
		func(r *captcha.Record) error { r.AliasOf[0]++; return nil },
	} {
		must(t, ledger.Update(t.Context(), ch, change))
		must(t, change(&want))
		same(t, "the record", want, read(t, ledger, ch))
	}
}

func emptied(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	keep(t, ledger, ch, fullRecord())
	keep(t, ledger, ch, captcha.Record{Attempts: 1})
	same(t, "the record", captcha.Record{Attempts: 1}, read(t, ledger, ch))
}

func failedChange(t *testing.T, ledger captcha.Ledger) {
	ch, refused := newChallenge(1), captcha.Refuse(captcha.Used, "for a test")
	spoil := func(r *captcha.Record) error {
		*r = fullRecord()
		return refused
	}
	if err := ledger.Update(t.Context(), ch, spoil); !errors.Is(err, refused) || err.Error() != refused.Error() {
		t.Errorf("got %v, want the error of the change", err)
	}
	same(t, "the record", captcha.Record{}, read(t, ledger, ch))

	keep(t, ledger, ch, captcha.Record{Attempts: 1, Details: map[string]string{"a": "b"}})
	_ = ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
		r.Details["a"] = "changed"
		return refused
	})
	same(t, "the record", captcha.Record{Attempts: 1, Details: map[string]string{"a": "b"}}, read(t, ledger, ch))
}

func copies(t *testing.T, ledger captcha.Ledger) {
	ch, spoil := newChallenge(1), func(r captcha.Record) {
		r.PassDigest[0]++
		r.Details["spoilt"] = "yes"
	}
	given := fullRecord()
	keep(t, ledger, ch, given)
	spoil(given)
	same(t, "the record, after what was given has changed", fullRecord(), read(t, ledger, ch))

	spoil(read(t, ledger, ch))
	same(t, "the record, after what Record told has changed", fullRecord(), read(t, ledger, ch))

	var seen captcha.Record
	must(t, ledger.Update(t.Context(), ch, func(r *captcha.Record) error { seen = *r; return nil }))
	spoil(seen)
	same(t, "the record, after what a change saw has changed", fullRecord(), read(t, ledger, ch))
}

func panics(t *testing.T, ledger captcha.Ledger) {
	inParallel(func(i int) {
		ch := newChallenge(i)
		if i%4 != 0 {
			if err := ledger.Update(t.Context(), ch, countAttempt); err != nil {
				t.Errorf("update beside a panic: %v", err)
			}
			return
		}
		var err error
		func() {
			defer func() {
				if value := recover(); value != nil {
					err = fmt.Errorf("panic: %v", value)
				}
			}()
			err = ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
				r.Attempts = 100
				panic("for a test")
			})
		}()
		if err == nil {
			t.Error("a change panicked, and its caller heard nothing of it")
		}
	})
	for i := range many {
		want := 1
		if i%4 == 0 {
			want = 0
		}
		if got := read(t, ledger, newChallenge(i)).Attempts; got != want {
			t.Errorf("challenge %d has %d attempts, want %d", i, got, want)
		}
	}
	keep(t, ledger, newChallenge(0), fullRecord())
}

func cancelled(t *testing.T, ledger captcha.Ledger) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := ledger.Update(ctx, newChallenge(1), func(*captcha.Record) error {
		t.Error("the change was applied")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the error of the context", err)
	}
}

// cancelledAmongOthers has callers go away while others change the same Record: what
// was told as done is there, and nothing else.
func cancelledAmongOthers(t *testing.T, ledger captcha.Ledger) {
	ch := newChallenge(1)
	var kept atomic.Int64
	inParallel(func(i int) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := ledger.Update(ctx, ch, func(r *captcha.Record) error {
			if i%2 == 0 {
				cancel()
			}
			return countAttempt(r)
		})
		switch {
		case err == nil:
			kept.Add(1)
		case i%2 != 0 || !errors.Is(err, context.Canceled):
			t.Errorf("update: %v", err)
		}
	})
	if got := read(t, ledger, ch).Attempts; int64(got) != kept.Load() {
		t.Errorf("%d changes are kept, and %d callers were told so", got, kept.Load())
	}
}

func cancelledDuring(t *testing.T, ledger captcha.Ledger) {
	for i := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		err := ledger.Update(ctx, newChallenge(i), func(r *captcha.Record) error {
			cancel()
			return countAttempt(r)
		})
		want := 1
		if err != nil {
			want = 0
		}
		if got := read(t, ledger, newChallenge(i)).Attempts; got != want {
			t.Errorf("Update returned %v, and %d attempts are kept", err, got)
		}
	}
}

func forgetsDue(t *testing.T, ledger captcha.Ledger) {
	due := map[int]time.Time{0: now.Add(-time.Hour), 1: now.Add(-1), 2: now, 3: now.Add(1), 4: {}}
	for i, at := range due {
		keep(t, ledger, newChallenge(i), captcha.Record{Attempts: 1, ForgetAt: at})
	}
	if n, err := ledger.Forget(t.Context(), now); n != 2 || err != nil {
		t.Errorf("forgot %d, %v; want 2", n, err)
	}
	if n, err := ledger.Forget(t.Context(), now); n != 0 || err != nil {
		t.Errorf("forgot %d more, %v; want 0", n, err)
	}
	for i, at := range due {
		forgotten := read(t, ledger, newChallenge(i)).Attempts == 0
		if want := !at.IsZero() && at.Before(now); forgotten != want {
			t.Errorf("a record due at %v is forgotten: %v, want %v", at, forgotten, want)
		}
	}
}

func forgetsInSteps(t *testing.T, ledger captcha.Ledger) {
	const records = 40 * many
	inParallel(func(g int) {
		for i := g; i < records; i += many {
			keep(t, ledger, newChallenge(i), captcha.Record{Attempts: 1, ForgetAt: now})
		}
	})
	total := 0
	for range records {
		n, err := ledger.Forget(t.Context(), now.Add(1))
		must(t, err)
		if n == 0 {
			break
		}
		total += n
	}
	if total != records {
		t.Errorf("forgot %d, want %d", total, records)
	}
}

// countAttempt is a small change.
func countAttempt(r *captcha.Record) error {
	r.Attempts++
	return nil
}

// keep makes the Record of ch what it is told to be.
func keep(t *testing.T, ledger captcha.Ledger, ch captcha.Challenge, record captcha.Record) {
	t.Helper()
	err := ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
		*r = record
		r.PassDigest = bytes.Clone(record.PassDigest)
		r.Details = record.Details
		return nil
	})
	if err != nil {
		t.Errorf("keep a record: %v", err)
	}
}

func read(t *testing.T, ledger captcha.Ledger, ch captcha.Challenge) captcha.Record {
	t.Helper()
	record, err := ledger.Record(t.Context(), ch)
	if err != nil {
		t.Errorf("read a record: %v", err)
	}
	return record
}
