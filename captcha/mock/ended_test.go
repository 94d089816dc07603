package mock_test

import (
	"testing"

	"github.com/captchad/captchad/captcha"
)

func wantCode(t *testing.T, what string, err error, want captcha.Code) {
	t.Helper()
	if got := captcha.CodeOf(err); got != want {
		t.Errorf("%s: %q (%v), want %q", what, got, err, want)
	}
}

func TestAChallengeIsEndedByHandForItsOwnSiteAlone(t *testing.T) {
	core, site := newCore(t)
	ch := core.NewChallenge(site, captcha.KindSlider)
	if _, err := core.Expire(t.Context(), ch.ID); err != nil {
		t.Fatal(err)
	}
	_, err := core.Answer(t.Context(), site, captcha.Attempt{ID: ch.ID})
	wantCode(t, "an answer", err, captcha.Expired)
	_, _, err = core.Draw(t.Context(), site, ch.ID)
	wantCode(t, "a look", err, captcha.Expired)
	other := site.Clone()
	other.Key = "other"
	_, err = core.Answer(t.Context(), other, captcha.Attempt{ID: ch.ID})
	wantCode(t, "an answer at another site", err, captcha.Unknown)
	if insight, err := core.Inspect(t.Context(), ch.ID); err != nil || insight.Record.Attempts != 0 || !insight.ExpiresAt().Equal(core.Now()) {
		t.Errorf("%+v, %v", insight, err)
	}
	core.Reset()
	_, err = core.Answer(t.Context(), site, captcha.Attempt{ID: ch.ID})
	wantCode(t, "an answer after a reset", err, captcha.Wrong)
}

func TestWhatWasNeverIssuedIsNotEnded(t *testing.T) {
	core, _ := newCore(t)
	_, err := core.Expire(t.Context(), captcha.ID{1})
	wantCode(t, "expire", err, captcha.Unknown)
	_, err = core.SpendNow(t.Context(), captcha.ID{1})
	wantCode(t, "spend", err, captcha.Unknown)
}

func TestTenThousandChallengesAreEndedAtATime(t *testing.T) {
	core, site := newCore(t)
	var ended []captcha.ID
	for range 10_001 {
		ch := core.NewChallenge(site, captcha.KindSlider)
		if _, err := core.SpendNow(t.Context(), ch.ID); err != nil {
			t.Fatal(err)
		}
		ended = append(ended, ch.ID)
	}
	for i, want := range map[int]captcha.Code{0: captcha.Wrong, 1: captcha.Used, 10_000: captcha.Used} {
		_, err := core.Answer(t.Context(), site, captcha.Attempt{ID: ended[i]})
		wantCode(t, "an answer", err, want)
	}
}
