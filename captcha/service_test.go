package captcha_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/slider"
	"github.com/captchad/captchad/store/memory"
)

// world is a Service with all that it needs, on a clock that stands still.
type world struct {
	*mock.Core
	t      *testing.T
	clock  *mock.Clock
	store  *memory.Store
	site   *captcha.Site
	mu     sync.Mutex
	events []captcha.Event
}

func newWorld(t *testing.T, change ...func(*captcha.Config)) *world {
	t.Helper()
	w := &world{t: t, clock: mock.NewClock(start), store: memory.New()}
	keys, err := captcha.LoadKeyring(t.Context(), w.store, mock.Random(1), start)
	if err != nil {
		t.Fatal(err)
	}
	config := captcha.Config{
		Keys: keys, Ledger: w.store, Sites: w.store, Makers: []captcha.Maker{slider.New(paint.NewStock(paint.Scenes()))}, Now: w.clock.Now, Random: mock.Random(2),
		Observe: func(_ context.Context, e captcha.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, e)
		},
	}
	for _, f := range change {
		f(&config)
	}
	w.Core = mock.New(config)
	w.site = w.addSite("a")
	return w
}

func (w *world) addSite(key string) *captcha.Site {
	w.t.Helper()
	site := &captcha.Site{Key: key, Dialect: "native", Rules: rules}
	if err := w.store.SaveSite(w.t.Context(), site); err != nil {
		w.t.Fatal(err)
	}
	return site
}

// attempt is an Answer to a new Challenge: right, or off by the given distance.
func (w *world) attempt(off float64) captcha.Attempt {
	w.t.Helper()
	ch := w.NewChallenge(w.site, captcha.KindSlider)
	insight, err := w.Inspect(w.t.Context(), ch.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	x := insight.Solution.Points[0].X + off
	return captcha.Attempt{ID: ch.ID, Answer: captcha.Answer{Points: []captcha.Point{{X: x}}}, Subject: "me"}
}

func (w *world) pass() captcha.Pass {
	w.t.Helper()
	pass, err := w.Answer(w.t.Context(), w.site, w.attempt(0))
	if err != nil {
		w.t.Fatal(err)
	}
	return pass
}

func TestALife(t *testing.T) {
	w := newWorld(t)
	ch, puzzle, err := w.Issue(t.Context(), w.site, captcha.KindSlider)
	if err != nil || len(puzzle.Picture.Data) == 0 || len(puzzle.Piece.Data) == 0 {
		t.Fatalf("issued %v, %v", ch, err)
	}
	insight, err := w.Inspect(t.Context(), ch.ID)
	if err != nil {
		t.Fatal(err)
	}
	if insight.Record.Attempts != 0 || !insight.Record.ForgetAt.IsZero() {
		t.Error("issuing has stored something")
	}
	pass, err := w.Answer(t.Context(), w.site, captcha.Attempt{ID: ch.ID, Answer: insight.Solution, Subject: "me", Details: map[string]string{"ip": "::1"}})
	if err != nil || pass.ID != ch.ID || len(pass.Secret) < 32 {
		t.Fatalf("answered %+v, %v", pass, err)
	}
	back, record, err := w.Redeem(t.Context(), w.site, pass)
	if err != nil || back != ch || record.Subject != "me" || record.Details["ip"] != "::1" || !record.RedeemedAt.Equal(start) {
		t.Fatalf("redeemed %+v, %+v, %v", back, record, err)
	}
	_, _, err = w.Redeem(t.Context(), w.site, pass)
	wantCode(t, err, captcha.Used)
}

func TestAnswersAreRefused(t *testing.T) {
	w := newWorld(t)
	other := w.addSite("b")
	good := w.attempt(0)
	for name, c := range map[string]struct {
		site    *captcha.Site
		attempt captcha.Attempt
		want    captcha.Code
	}{
		"an ID that was never issued":     {w.site, captcha.Attempt{ID: captcha.ID{1}, Answer: good.Answer}, captcha.Unknown},
		"the zero ID":                     {w.site, captcha.Attempt{Answer: good.Answer}, captcha.Unknown},
		"a challenge of another site":     {other, good, captcha.Unknown},
		"an answer off by more than five": {w.site, w.attempt(5.01), captcha.Wrong},
		"an answer to another kind":       {w.site, captcha.Attempt{ID: good.ID, Answer: good.Answer, Kind: 99}, captcha.Wrong},
		"the zero answer":                 {w.site, captcha.Attempt{ID: w.attempt(0).ID}, captcha.Wrong},
		"a challenge issued in the future": {w.site, func() captcha.Attempt {
			w.clock.Advance(time.Hour)
			a := w.attempt(0)
			w.clock.Advance(-time.Hour)
			return a
		}(), captcha.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Answer(t.Context(), c.site, c.attempt)
			wantCode(t, err, c.want)
		})
	}
}

func TestAPassIsFoundByItsSecretWhereTheWireHidesTheID(t *testing.T) {
	w := newWorld(t)
	attempt := w.attempt(0)
	attempt.Secret, attempt.HidesID = "what the page computes", true
	if _, err := w.Answer(t.Context(), w.site, attempt); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.Redeem(t.Context(), w.site, captcha.Pass{Secret: "something else", Subject: "me"})
	wantCode(t, err, captcha.Unknown)
	_, _, err = w.Redeem(t.Context(), w.addSite("b"), captcha.Pass{Secret: attempt.Secret, Subject: "me"})
	wantCode(t, err, captcha.Unknown)
	ch, _, err := w.Redeem(t.Context(), w.site, captcha.Pass{Secret: attempt.Secret, Subject: "me"})
	if err != nil || ch.ID != attempt.ID {
		t.Fatalf("redeemed %v, %v", ch, err)
	}
	_, _, err = w.Redeem(t.Context(), w.site, captcha.Pass{ID: attempt.ID, Secret: attempt.Secret, Subject: "me"})
	wantCode(t, err, captcha.Used)
}

func TestOfParallelAnswersNoMoreThanAllowedAreJudged(t *testing.T) {
	w := newWorld(t)
	attempt := w.attempt(0)
	attempt.Answer.Points[0].X += 100
	judged := parallel(200, func() bool {
		_, err := w.Answer(t.Context(), w.site, attempt)
		return captcha.CodeOf(err) == captcha.Wrong
	})
	if judged != rules.Attempts {
		t.Errorf("%d were judged, want %d", judged, rules.Attempts)
	}
}

func TestOfParallelRightAnswersOneMakesThePass(t *testing.T) {
	w := newWorld(t)
	attempt := w.attempt(0)
	if passes := parallel(200, func() bool {
		_, err := w.Answer(t.Context(), w.site, attempt)
		return err == nil
	}); passes != 1 {
		t.Errorf("%d passes", passes)
	}
}

func TestOfParallelRedemptionsOneWins(t *testing.T) {
	w := newWorld(t)
	pass := w.pass()
	if wins := parallel(200, func() bool {
		_, _, err := w.Redeem(t.Context(), w.site, pass)
		return err == nil
	}); wins != 1 {
		t.Errorf("%d won", wins)
	}
}

// parallel counts how many of n calls at the same time told true.
func parallel(n int, call func() bool) int {
	var count atomic.Int64
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if call() {
				count.Add(1)
			}
		})
	}
	all.Wait()
	return int(count.Load())
}

func TestAReusablePassIsRedeemedWhileItLivesUnlessItIsSpent(t *testing.T) {
	w := newWorld(t)
	w.site.Rules.Reusable = true
	pass := w.pass()
	for range 3 {
		_, _, err := w.Redeem(t.Context(), w.site, pass)
		wantCode(t, err, "")
	}
	_, _, err := w.Spend(t.Context(), w.site, pass)
	wantCode(t, err, "")
	_, _, err = w.Redeem(t.Context(), w.site, pass)
	wantCode(t, err, captcha.Used)

	pass = w.pass()
	w.clock.Advance(rules.PassLifetime)
	_, _, err = w.Redeem(t.Context(), w.site, pass)
	wantCode(t, err, captcha.Expired)
}

func TestACheckUsesUpNothing(t *testing.T) {
	w := newWorld(t)
	pass := w.pass()
	for range 2 {
		_, record, err := w.Check(t.Context(), w.site, pass)
		if wantCode(t, err, ""); record.Subject != "me" {
			t.Errorf("got %+v", record)
		}
	}
	_, _, err := w.Redeem(t.Context(), w.site, pass)
	wantCode(t, err, "")
	_, _, err = w.Check(t.Context(), w.site, pass)
	wantCode(t, err, captcha.Used)
}

func TestSitesAreFoundByKeyAndDialect(t *testing.T) {
	w := newWorld(t)
	disabled := w.addSite("disabled")
	disabled.Disabled = true
	if err := w.store.SaveSite(t.Context(), disabled); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dialect, key string
		want         captcha.Code
	}{
		{"native", "a", ""}, {"", "a", ""}, {"oneaccess", "a", captcha.UnknownSite}, {"native", "none", captcha.UnknownSite},
		{"native", "", captcha.UnknownSite}, {"native", "disabled", captcha.DisabledSite},
	} {
		_, err := w.Site(t.Context(), c.dialect, c.key)
		wantCode(t, err, c.want)
	}
}

func TestEveryStepIsAnEvent(t *testing.T) {
	w := newWorld(t)
	ctx := captcha.WithAddress(t.Context(), "10.0.0.1")
	wrong := w.attempt(100)
	if _, err := w.Answer(ctx, w.site, wrong); err == nil {
		t.Fatal("a wrong answer was right")
	}
	if _, _, err := w.Redeem(ctx, w.site, captcha.Pass{ID: wrong.ID, Secret: "x"}); err == nil {
		t.Fatal("no pass was redeemed")
	}
	if len(w.events) != 2 {
		t.Fatalf("events: %v", w.events)
	}
	answered, redeemed := w.events[0], w.events[1]
	if answered.Step != captcha.Answered || answered.Code != captcha.Wrong || answered.ID != wrong.ID || answered.Site != "a" ||
		answered.Kind != captcha.KindSlider || answered.Address() == "" || answered.Address() == "10.0.0.1" {
		t.Errorf("answered: %+v", answered)
	}
	if redeemed.Step != captcha.Redeemed || redeemed.Code != captcha.Unknown || redeemed.Address() != answered.Address() {
		t.Errorf("redeemed: %+v", redeemed)
	}
}

// broken is a Ledger whose disk is full.
type broken struct{ captcha.Ledger }

var errDisk = errors.New("disk full")

func (broken) Update(context.Context, captcha.Challenge, func(*captcha.Record) error) error {
	return errDisk
}

func TestAFailingLedgerFailsClosed(t *testing.T) {
	w := newWorld(t, func(c *captcha.Config) { c.Ledger = broken{c.Ledger} })
	_, err := w.Answer(t.Context(), w.site, w.attempt(0))
	if !errors.Is(err, errDisk) || captcha.CodeOf(err) != captcha.Internal {
		t.Errorf("answer: %v", err)
	}
	_, _, err = w.Redeem(t.Context(), w.site, captcha.Pass{ID: w.attempt(0).ID})
	if !errors.Is(err, errDisk) {
		t.Errorf("redeem: %v", err)
	}
	if len(w.events) == 0 || !errors.Is(w.events[0].Err, errDisk) {
		t.Errorf("events: %v", w.events)
	}
}

func TestSweepForgetsWhatIsDueUntilItIsStopped(t *testing.T) {
	w := newWorld(t)
	pass := w.pass()
	w.clock.Advance(2 * rules.PassLifetime)
	w.clock.Advance(time.Second)
	ctx, stop := context.WithCancel(t.Context())
	forgot := &notifying{Ledger: w.store, forgot: make(chan int, 16)}
	core := captcha.New(captcha.Config{Ledger: forgot, Now: w.clock.Now})
	ended := make(chan struct{})
	go func() { core.Sweep(ctx, time.Hour, func(err error) { t.Error(err) }); close(ended) }()
	if n := <-forgot.forgot; n != 1 {
		t.Errorf("forgot %d records", n)
	}
	stop()
	<-ended
	if record, err := w.store.Record(t.Context(), captcha.Challenge{ID: pass.ID}); err != nil || record.Attempts != 0 {
		t.Errorf("still there: %+v, %v", record, err)
	}
}

type notifying struct {
	captcha.Ledger
	forgot chan int
}

func (n *notifying) Forget(ctx context.Context, before time.Time) (int, error) {
	dropped, err := n.Ledger.Forget(ctx, before)
	n.forgot <- dropped
	return dropped, err
}

func TestReplicasThatStartTogetherShareTheFirstKey(t *testing.T) {
	store := memory.New()
	rings := make([]*captcha.Keyring, 16)
	var all sync.WaitGroup
	for i := range rings {
		all.Go(func() {
			var err error
			if rings[i], err = captcha.LoadKeyring(t.Context(), store, mock.Random(uint64(i)), start); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	id := rings[0].Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: start}, mock.Random(99))
	for _, ring := range rings {
		if _, _, ok := ring.Open(id, 1); !ok {
			t.Fatal("a replica does not open what another one sealed")
		}
	}
}

func TestTheFirstKeyIsMadeOnceAndStays(t *testing.T) {
	store := memory.New()
	first, err := captcha.LoadKeyring(t.Context(), store, mock.Random(1), start)
	if err != nil {
		t.Fatal(err)
	}
	again, err := captcha.LoadKeyring(t.Context(), store, mock.Random(2), start.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	id := first.Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: start}, mock.Random(3))
	if _, _, ok := again.Open(id, 1); !ok {
		t.Error("the key of the first start is gone")
	}
}
