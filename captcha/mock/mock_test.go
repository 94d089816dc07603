package mock_test

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/slider"
	"github.com/captchad/captchad/store/memory"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestAClockStandsStillUntilItIsMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := mock.NewClock(start)
		time.Sleep(time.Hour)
		if got := clock.Now(); !got.Equal(start) {
			t.Errorf("by itself it went to %v", got)
		}
		clock.Advance(2 * time.Minute)
		clock.Advance(-time.Minute)
		if got := clock.Now(); !got.Equal(start.Add(time.Minute)) {
			t.Errorf("moved by a minute it shows %v", got)
		}
		clock.Set(start.AddDate(30, 0, 0))
		if got := clock.Now(); !got.Equal(start.AddDate(30, 0, 0)) {
			t.Errorf("set 30 years ahead it shows %v", got)
		}
	})
}

func TestARunningClockRunsOnFromWhereItIsMovedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // in here, the real time is this test's own
		clock := mock.RunningClock()
		if got := clock.Now(); !got.Equal(time.Now()) {
			t.Errorf("it shows %v", got)
		}
		clock.Set(start)
		time.Sleep(time.Hour)
		clock.Advance(time.Minute)
		if got := clock.Now(); !got.Equal(start.Add(61 * time.Minute)) {
			t.Errorf("an hour and a minute later it shows %v", got)
		}
	})
}

func TestAClockMayBeMovedByMany(t *testing.T) {
	clock := mock.NewClock(start)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { clock.Advance(time.Second); clock.Now() })
	}
	all.Wait()
	if got := clock.Now(); !got.Equal(start.Add(100 * time.Second)) {
		t.Errorf("it shows %v", got)
	}
}

func TestTheSameSeedGivesTheSameRandomness(t *testing.T) {
	read := func(seed uint64) []byte {
		b := make([]byte, 64)
		if _, err := io.ReadFull(mock.Random(seed), b); err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !bytes.Equal(read(1), read(1)) || bytes.Equal(read(1), read(2)) || bytes.Equal(read(0), read(1<<63)) {
		t.Error("randomness does not follow the seed")
	}
}

func newCore(t *testing.T) (*mock.Core, *captcha.Site) {
	t.Helper()
	store, random, clock := memory.New(), mock.Random(1), mock.NewClock(start)
	keys, err := captcha.LoadKeyring(t.Context(), store, random, start)
	if err != nil {
		t.Fatal(err)
	}
	site := &captcha.Site{Key: "app", Dialect: "native", Rules: captcha.Rules{Attempts: 3, Lifetime: time.Minute, PassLifetime: time.Hour}}
	if err := store.SaveSite(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	return mock.New(captcha.Config{Keys: keys, Ledger: store, Sites: store, Makers: []captcha.Maker{slider.New(paint.NewStock(paint.Scenes()))}, Now: clock.Now, Random: random}), site
}

func TestInspectTellsTheSolutionAndWhatHasHappened(t *testing.T) {
	core, site := newCore(t)
	challenge, _, err := core.Issue(t.Context(), site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	before, err := core.Inspect(t.Context(), challenge.ID)
	if err != nil || before.Site.Key != "app" || before.Challenge != challenge || before.Record.Attempts != 0 {
		t.Errorf("before: %+v, %v", before, err)
	}
	if !before.ExpiresAt().Equal(start.Add(time.Minute)) {
		t.Errorf("expires at %v", before.ExpiresAt())
	}
	if _, err := core.Answer(t.Context(), site, captcha.Attempt{ID: challenge.ID, Answer: before.Solution}); err != nil {
		t.Errorf("the solution is refused: %v", err)
	}
	after, err := core.Inspect(t.Context(), challenge.ID)
	if err != nil || after.Record.Attempts != 1 || after.Record.SolvedAt.IsZero() || !after.Record.RedeemedAt.IsZero() {
		t.Errorf("after: %+v, %v", after.Record, err)
	}
}

func TestAChallengeThatNobodyHasDrawnIsInspectedTheSame(t *testing.T) {
	core, site := newCore(t)
	challenge, err := core.IssueUndrawn(t.Context(), site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	insight, err := core.Inspect(t.Context(), challenge.ID)
	if err != nil || insight.Challenge != challenge || len(insight.Solution.Points) != 1 {
		t.Errorf("%+v, %v", insight, err)
	}
	if _, err := core.Answer(t.Context(), site, captcha.Attempt{ID: challenge.ID, Answer: insight.Solution}); err != nil {
		t.Errorf("the solution is refused: %v", err)
	}
}

func TestAPassThatNobodyWantsIsNotMade(t *testing.T) {
	core, site := newCore(t)
	refused := captcha.Refuse(captcha.Invalid, "no")
	challenge, _, err := core.Pass(t.Context(), site, captcha.KindSlider, func(captcha.ID, captcha.Answer) (captcha.Attempt, error) {
		return captcha.Attempt{}, refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	if insight, err := core.Inspect(t.Context(), challenge.ID); err != nil || insight.Record.Attempts != 0 {
		t.Errorf("answered all the same: %+v, %v", insight.Record, err)
	}
}

func TestInspectRefusesWhatWasNeverIssued(t *testing.T) {
	core, _ := newCore(t)
	if _, err := core.Inspect(t.Context(), captcha.ID{1, 2, 3}); captcha.CodeOf(err) != captcha.Unknown {
		t.Errorf("got %v", err)
	}
}

func TestAPassWithoutAVisitorIsGenuine(t *testing.T) {
	core, site := newCore(t)
	challenge, pass, err := core.Pass(t.Context(), site, captcha.KindSlider, func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
		return captcha.Attempt{ID: id, Answer: solution, Subject: "me"}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	redeemed, record, err := core.Redeem(t.Context(), site, pass)
	if err != nil || redeemed != challenge || record.Subject != "me" {
		t.Errorf("redeemed %+v, %+v, %v", redeemed, record, err)
	}
	if _, _, err := core.Redeem(t.Context(), site, pass); captcha.CodeOf(err) != captcha.Used {
		t.Errorf("the second time: %v", err)
	}
}
