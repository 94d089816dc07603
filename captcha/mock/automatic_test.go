package mock_test

import (
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
)

func TestOfAnAutomaticChallengeAnyAnswerIsRight(t *testing.T) {
	core, site := newCore(t)
	plan := mock.Plan{Site: site.Key, Step: captcha.Issued, Outcome: mock.Automatic, Times: 2}
	if err := core.Script.Add(plan); err != nil {
		t.Fatal(err)
	}
	drawn, puzzle, err := core.Issue(t.Context(), site, captcha.KindSlider)
	if err != nil || puzzle == nil {
		t.Fatalf("who draws the puzzle all the same: %v, %v", puzzle, err)
	}
	undrawn, err := core.IssueUndrawn(t.Context(), site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	ordinary, _, err := core.Issue(t.Context(), site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		challenge captcha.Challenge
		automatic bool
		code      captcha.Code
	}{
		"drawn at once":   {drawn, true, ""},
		"drawn later":     {undrawn, true, ""},
		"after the plans": {ordinary, false, captcha.Wrong},
	} {
		if got := core.Automatic(row.challenge.ID); got != row.automatic {
			t.Errorf("%s: automatic: %v", name, got)
		}
		pass, err := core.Answer(t.Context(), site, captcha.Attempt{ID: row.challenge.ID, Kind: captcha.KindText, Answer: captcha.Answer{Text: "?"}})
		if captcha.CodeOf(err) != row.code {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := core.Redeem(t.Context(), site, pass); row.automatic && err != nil {
			t.Errorf("%s: its pass: %v", name, err)
		}
	}
	if _, err := core.Answer(t.Context(), site, captcha.Attempt{ID: drawn.ID}); captcha.CodeOf(err) != captcha.Used {
		t.Errorf("a second time: %v", err)
	}
}

func TestWhatIsPlannedForAnAnswerHoldsForAnAutomaticChallengeToo(t *testing.T) {
	core, site := newCore(t)
	for _, plan := range []mock.Plan{
		{Site: site.Key, Step: captcha.Issued, Outcome: mock.Automatic},
		{Site: site.Key, Step: captcha.Answered, Outcome: mock.Outcome(captcha.Wrong), Times: 1},
	} {
		if err := core.Script.Add(plan); err != nil {
			t.Fatal(err)
		}
	}
	challenge, _, err := core.Issue(t.Context(), site, captcha.KindSlider)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []captcha.Code{captcha.Wrong, ""} {
		if _, err := core.Answer(t.Context(), site, captcha.Attempt{ID: challenge.ID}); captcha.CodeOf(err) != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestACoreForgetsWhichChallengesWereAutomaticLongAgo(t *testing.T) {
	core, site := newCore(t)
	if err := core.Script.Add(mock.Plan{Site: site.Key, Step: captcha.Issued, Outcome: mock.Automatic}); err != nil {
		t.Fatal(err)
	}
	var ids []captcha.ID
	for range 10_001 {
		challenge, err := core.IssueUndrawn(t.Context(), site, captcha.KindSlider)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, challenge.ID)
	}
	if core.Automatic(ids[0]) || !core.Automatic(ids[1]) || !core.Automatic(ids[10_000]) {
		t.Error("it is not the last ten thousand that are known")
	}
}
