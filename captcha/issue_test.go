package captcha_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/audio"
	"github.com/google/go-cmp/cmp"
)

// speaking adds recordings to what a world can make.
func speaking(c *captcha.Config) { c.Makers = append(c.Makers, audio.New()) }

func TestAChallengeIsIssuedUndrawn(t *testing.T) {
	w := newWorld(t)
	ch, err := w.IssueUndrawn(captcha.WithAddress(t.Context(), "10.0.0.1"), w.site, captcha.KindSlider)
	if err != nil || ch.Kind != captcha.KindSlider || !ch.IssuedAt.Equal(start) {
		t.Fatalf("issued %+v, %v", ch, err)
	}
	_, err = w.IssueUndrawn(t.Context(), w.site, captcha.KindText)
	wantCode(t, err, captcha.Invalid)
	if len(w.events) != 2 {
		t.Fatalf("events: %v", w.events)
	}
	if e := w.events[0]; e.Step != captcha.Issued || e.Kind != captcha.KindSlider || e.ID != ch.ID || e.Site != "a" || e.Address() == "" || e.Code != "" {
		t.Errorf("issued: %+v", e)
	}
	if e := w.events[1]; e.Step != captcha.Issued || e.Kind != captcha.KindText || e.ID != (captcha.ID{}) || e.Code != captcha.Invalid {
		t.Errorf("refused: %+v", e)
	}
}

func TestAChallengeIsFoundWhateverHasBecomeOfIt(t *testing.T) {
	w := newWorld(t)
	attempt := w.attempt(0)
	find := func() {
		t.Helper()
		found, err := w.Challenge(w.site, attempt.ID)
		if err != nil || found.ID != attempt.ID || found.Kind != captcha.KindSlider || !found.IssuedAt.Equal(start) {
			t.Errorf("found %+v, %v", found, err)
		}
	}
	find()
	pass, err := w.Answer(t.Context(), w.site, attempt)
	if err != nil {
		t.Fatal(err)
	}
	find()
	if _, _, err := w.Redeem(t.Context(), w.site, pass); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(24 * time.Hour)
	find()
}

func TestAChallengeOfAReplicaWhoseClockIsAheadIsFound(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(captcha.ClockSkew)
	id := w.attempt(0).ID
	w.clock.Advance(-captcha.ClockSkew)
	if _, err := w.Challenge(w.site, id); err != nil {
		t.Error(err)
	}
}

func TestAChallengeThatWasNotIssuedForTheSiteIsNotFound(t *testing.T) {
	w := newWorld(t)
	const ahead = captcha.ClockSkew + time.Second
	w.clock.Advance(ahead)
	future := w.attempt(0).ID
	w.clock.Advance(-ahead)
	for name, c := range map[string]struct {
		site *captcha.Site
		id   captcha.ID
	}{
		"the zero ID":                                      {w.site, captcha.ID{}},
		"an ID that was never issued":                      {w.site, captcha.ID{1}},
		"a challenge of another site":                      {w.addSite("b"), w.attempt(0).ID},
		"a challenge issued in the future":                 {w.site, future},
		"a challenge of a kind that nobody makes any more": {w.site, w.NewChallenge(w.site, captcha.KindText).ID},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := w.Challenge(c.site, c.id)
			wantCode(t, err, captcha.Unknown)
			drawn, puzzle, err := w.Draw(t.Context(), c.site, c.id)
			wantCode(t, err, captcha.Unknown)
			if (found != captcha.Challenge{}) || (drawn != captcha.Challenge{}) || puzzle != nil {
				t.Errorf("%+v, %+v and %v come with the refusal", found, drawn, puzzle)
			}
		})
	}
}

func TestAPuzzleIsDrawnAgainToThePixel(t *testing.T) {
	w := newWorld(t)
	w.site.Settings = captcha.Settings{"slider.decoys": "2"}
	issued, first, err := w.Issue(t.Context(), w.site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(rules.Lifetime - 1)
	drawn, second, err := w.Draw(t.Context(), w.site, issued.ID)
	if err != nil || drawn != issued {
		t.Fatalf("drew %+v, %v; issued was %+v", drawn, err, issued)
	}
	if !bytes.Equal(first.Picture.Data, second.Picture.Data) || !bytes.Equal(first.Piece.Data, second.Piece.Data) ||
		first.Picture.Width != second.Picture.Width || first.Piece.Height != second.Piece.Height {
		t.Error("it is another puzzle")
	}
	if len(w.events) != 1 {
		t.Errorf("to look again is told as a step: %v", w.events)
	}
}

func TestAChallengeThatWasIssuedUndrawnIsDrawnAndAnswered(t *testing.T) {
	w := newWorld(t)
	ch, err := w.IssueUndrawn(t.Context(), w.site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	if drawn, puzzle, err := w.Draw(t.Context(), w.site, ch.ID); err != nil || drawn != ch || len(puzzle.Picture.Data) == 0 || len(puzzle.Piece.Data) == 0 {
		t.Fatalf("drew %v, %v", drawn, err)
	}
	insight, err := w.Inspect(t.Context(), ch.ID)
	if err != nil || insight.Record.Attempts != 0 || !insight.Record.ForgetAt.IsZero() {
		t.Fatalf("to draw has stored something: %+v, %v", insight.Record, err)
	}
	_, err = w.Answer(t.Context(), w.site, captcha.Attempt{ID: ch.ID, Answer: insight.Solution})
	wantCode(t, err, "")
}

func TestWhatCanNoLongerBeAnsweredIsNotDrawn(t *testing.T) {
	w := newWorld(t)
	wantRefusal := func(id captcha.ID, want captcha.Code) {
		t.Helper()
		_, puzzle, err := w.Draw(t.Context(), w.site, id)
		if wantCode(t, err, want); puzzle != nil {
			t.Errorf("the puzzle comes with the refusal %q", want)
		}
	}
	solved := w.pass()
	wantRefusal(solved.ID, captcha.Used)

	exhausted := w.attempt(100)
	for range rules.Attempts {
		_, err := w.Answer(t.Context(), w.site, exhausted)
		wantCode(t, err, captcha.Wrong)
	}
	wantRefusal(exhausted.ID, captcha.Exhausted)

	old := w.attempt(0)
	w.clock.Advance(rules.Lifetime)
	wantRefusal(old.ID, captcha.Expired)
	wantRefusal(solved.ID, captcha.Expired)
}

func TestARecordingIsHandedOutOnceAndOnlyByIssue(t *testing.T) {
	w := newWorld(t, speaking)
	ch, puzzle, err := w.Issue(t.Context(), w.site, captcha.KindAudio)
	if err != nil || puzzle.Picture.Type != "audio/wav" {
		t.Fatalf("issued %v, %v", ch, err)
	}
	_, again, err := w.Draw(t.Context(), w.site, ch.ID)
	if wantCode(t, err, captcha.Invalid); again != nil {
		t.Error("the recording comes with the refusal")
	}
}

// unreadable is a Ledger that cannot be read.
type unreadable struct{ captcha.Ledger }

func (unreadable) Record(context.Context, captcha.Challenge) (captcha.Record, error) {
	return captcha.Record{}, errDisk
}

// cannotDraw is a Maker that fails to draw.
type cannotDraw struct{ captcha.Maker }

func (cannotDraw) Draw(captcha.Seed, captcha.Settings) (*captcha.Puzzle, error) { return nil, errDisk }

func TestAPuzzleThatCannotBeDrawnIsAFailure(t *testing.T) {
	for name, change := range map[string]func(*captcha.Config){
		"the ledger cannot be read": func(c *captcha.Config) { c.Ledger = unreadable{c.Ledger} },
		"the maker fails":           func(c *captcha.Config) { c.Makers[0] = cannotDraw{c.Makers[0]} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			ch, err := w.IssueUndrawn(t.Context(), w.site, captcha.KindSlider)
			if err != nil {
				t.Fatal(err)
			}
			_, puzzle, err := w.Draw(t.Context(), w.site, ch.ID)
			if !errors.Is(err, errDisk) || captcha.CodeOf(err) != captcha.Internal || puzzle != nil {
				t.Errorf("drew %v, %v", puzzle, err)
			}
		})
	}
}

func TestTheTrackIsToldWithTheAnswer(t *testing.T) {
	w := newWorld(t)
	track := []captcha.Move{{X: 1, Y: 20}, {At: 16 * time.Millisecond, X: 3.5, Y: 20}}
	for _, off := range []float64{0, 100} {
		attempt := w.attempt(off)
		attempt.Track = track
		_, _ = w.Answer(t.Context(), w.site, attempt)
	}
	if _, err := w.Answer(t.Context(), w.site, w.attempt(0)); err != nil {
		t.Fatal(err)
	}
	var told [][]captcha.Move
	for _, e := range w.events {
		told = append(told, e.Track)
	}
	if diff := cmp.Diff([][]captcha.Move{track, track, nil}, told); diff != "" {
		t.Error(diff)
	}
}
