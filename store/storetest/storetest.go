// Package storetest is the laws that every store keeps, as tests. A new store is
// held to them by a few lines:
//
//	func TestStore(t *testing.T) {
//		storetest.DurableLedger(t, func(t *testing.T, home string) captcha.Ledger {
//			store, err := mystore.Open(filepath.Join(home, "my.db"))
//			if err != nil {
//				t.Fatal(err)
//			}
//			return store
//		})
//	}
//
// Each law opens a store of its own, in a new folder called home, and closes it
// in the end if it has a method Close() error. A store that needs no folder may
// take home as the name of what is its own elsewhere. The laws called Durable are
// those of the same name and some more: there, a store that is opened again in
// the same home has everything that it had when it was closed.
package storetest

import (
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/captchad/captchad/captcha"
)

// Now is when everything happens in the laws: an instant with all of its digits.
func Now() time.Time { return now }

var now = time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.UTC)

// rules are those of the Challenges in the laws.
var rules = captcha.Rules{Attempts: 5, Lifetime: 2 * time.Minute, PassLifetime: 5 * time.Minute}

// many is how many goroutines race in the laws.
const many = 64

// newChallenge is the n-th of many.
func newChallenge(n int) captcha.Challenge {
	ch := captcha.Challenge{SiteTag: 7, Kind: captcha.KindSlider, IssuedAt: now.Truncate(time.Second)}
	// As evenly spread as real IDs, in the first byte too.
	ch.ID[0], ch.ID[1], ch.ID[2] = byte(n*37), byte(n), byte(n>>8)
	ch.ID[15] = 1
	return ch
}

// fresh opens a store in a new home for one law.
func fresh[S any](t *testing.T, open func(t *testing.T, home string) S) S {
	t.Helper()
	store := open(t, t.TempDir())
	t.Cleanup(func() { closeStore(t, store) })
	return store
}

// reopened closes the store and opens what it left in its home.
func reopened[S any](t *testing.T, store S, home string, open func(t *testing.T, home string) S) S {
	t.Helper()
	closeStore(t, store)
	store = open(t, home)
	t.Cleanup(func() { closeStore(t, store) })
	return store
}

func closeStore(t *testing.T, store any) {
	t.Helper()
	if closer, ok := store.(io.Closer); ok {
		if err := closer.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	}
}

// same fails the test when got is not want. Times are compared as instants, and
// an empty map or list is as good as none.
func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// must ends the test when err is one.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
