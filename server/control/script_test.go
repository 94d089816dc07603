package control_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (m mocked) plan(step, outcome string, times int) {
	m.t.Helper()
	m.call("POST", "script", fmt.Sprintf(`{"site":"app","step":%q,"outcome":%q,"times":%d}`, step, outcome, times), http.StatusCreated)
}

// issued is the ID and the solution of a new Challenge.
func (m mocked) issued() (id string, x float64) {
	m.t.Helper()
	status, issued := m.native("challenges", members{"site": "app"})
	if status != http.StatusCreated {
		m.t.Fatalf("issue: %d %v", status, issued)
	}
	id = issued["id"].(string)
	solution := m.call("GET", "challenges/"+id, "", http.StatusOK)["solution"].(map[string]any)
	return id, solution["x"].(float64)
}

func (m mocked) answer(id string, x float64) (int, members) {
	return m.native("challenges/"+id+"/answers", members{"site": "app", "answer": members{"x": x}})
}

func (m mocked) redeem(pass any) (int, members) {
	return m.native("redeem", members{"site": "app", "secret": "secret of app", "pass": pass})
}

func TestTheNextStepsEndAsTheScriptSaysAndThenAsEver(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")

	m.plan("issue", "busy", 1)
	if status, answer := m.native("challenges", members{"site": "app"}); status != http.StatusServiceUnavailable {
		t.Errorf("issue: %d %v", status, answer)
	}
	id, x := m.issued()

	for _, row := range []struct {
		outcome string
		status  int
	}{{"wrong", 422}, {"expired", 410}, {"limited", 429}, {"internal", 500}} {
		m.plan("answer", row.outcome, 1)
		if status, answer := m.answer(id, x); status != row.status {
			t.Errorf("the right answer, scripted as %s: %d %v", row.outcome, status, answer)
		}
	}
	m.plan("answer", "right", 1)
	status, solved := m.answer(id, x+50)
	if status != http.StatusOK {
		t.Fatalf("a wrong answer, scripted as right: %d %v", status, solved)
	}

	m.plan("redeem", "used", 1)
	m.plan("redeem", "unknown", 2)
	var statuses []int
	for range 5 {
		status, _ := m.redeem(solved["pass"])
		statuses = append(statuses, status)
	}
	if diff := cmp.Diff([]int{409, 404, 404, 200, 409}, statuses); diff != "" {
		t.Errorf("redemptions: %s", diff)
	}
	m.plan("redeem", "right", 1)
	if status, answer := m.redeem(solved["pass"]); status != http.StatusOK || answer["site"] != "app" {
		t.Errorf("a used pass, scripted as right: %d %v", status, answer)
	}
	if status, _ := m.redeem(solved["pass"]); status != http.StatusConflict {
		t.Errorf("after the script: %d", status)
	}
}

func TestAScriptIsOfOneSiteAndIsShownAndCleared(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.AddSite(t, "native", "other")
	m.plan("redeem", "expired", 3)
	m.call("POST", "script", `{"site":"other","step":"issue","outcome":"limited"}`, http.StatusCreated)
	if status, _ := m.native("challenges", members{"site": "app"}); status != http.StatusCreated {
		t.Errorf("another site's script: %d", status)
	}
	want := members{"plans": []any{
		map[string]any{"site": "app", "step": "redeem", "outcome": "expired", "times": 3.0},
		map[string]any{"site": "other", "step": "issue", "outcome": "limited", "times": 1.0},
	}}
	if diff := cmp.Diff(want, m.call("GET", "script", "", http.StatusOK)); diff != "" {
		t.Error(diff)
	}
	m.call("DELETE", "script?site=app", "", http.StatusNoContent)
	if plans := m.call("GET", "script", "", http.StatusOK)["plans"].([]any); len(plans) != 1 {
		t.Errorf("after one site is cleared: %v", plans)
	}
	m.call("DELETE", "script", "", http.StatusNoContent)
	if plans := m.call("GET", "script", "", http.StatusOK)["plans"].([]any); len(plans) != 0 {
		t.Errorf("after all are cleared: %v", plans)
	}
}

func TestAPlanThatCountsAlwaysComesAfterTheOthers(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.plan("redeem", "expired", 0)
	m.plan("redeem", "used", 1)
	m.plan("redeem", "unknown", 0)
	minted := m.call("POST", "passes", `{"site":"app"}`, http.StatusCreated)
	var statuses []int
	for range 4 {
		status, _ := m.redeem(minted["pass"])
		statuses = append(statuses, status)
	}
	if diff := cmp.Diff([]int{409, 404, 404, 404}, statuses); diff != "" {
		t.Error(diff)
	}
	if plans := m.call("GET", "script", "", http.StatusOK)["plans"].([]any); len(plans) != 1 {
		t.Errorf("left: %v", plans)
	}
}

func TestAMintedPassUsesUpNoScript(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.plan("answer", "wrong", 1)
	m.call("POST", "passes", `{"site":"app"}`, http.StatusCreated)
	if plans := m.call("GET", "script", "", http.StatusOK)["plans"].([]any); len(plans) != 1 {
		t.Errorf("left: %v", plans)
	}
}

func TestBadPlansNameTheFieldAndChangeNothing(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	for body, names := range map[string]string{
		``: "body", `{}`: "site", `{"site":7}`: "site", `{"site":"app"}`: "step", `{"site":"app","step":"cheese"}`: "step",
		`{"site":"app","step":"issue"}`: "outcome", `{"site":"app","step":"issue","outcome":"wrong"}`: "outcome",
		`{"site":"app","step":"answer","outcome":"automatic"}`: "outcome", `{"site":"app","step":"issue","outcome":"right"}`: "outcome",
		`{"site":"app","step":"answer","outcome":"foreign"}`: "outcome", `{"site":"app","step":"redeem","outcome":"wrong"}`: "outcome",
		`{"site":"app","step":"issue","outcome":"code:"}`: "outcome", `{"site":"app","step":"redeem","outcome":"code:-50005"}`: "native has no code \"-50005\"; it has origin, unauthorized",
		`{"site":"app","step":"redeem","outcome":"used","times":-1}`: "times", `{"site":"app","step":"redeem","outcome":"used","times":"2"}`: "times",
		`{"site":"app","step":"redeem","outcome":"used","times":1.5}`: "times", `{"site":"app","step":"redeem","outcome":"used","when":"now"}`: "when",
	} {
		m.refused("POST", "script", body, http.StatusBadRequest, "invalid", names)
	}
	m.refused("POST", "script", `{"site":"nobody","step":"redeem","outcome":"used"}`, http.StatusNotFound, "unknown_site", "site")
	if plans := m.call("GET", "script", "", http.StatusOK)["plans"].([]any); len(plans) != 0 {
		t.Errorf("planned: %v", plans)
	}
}

// Every outcome of every step is spoken by every vendor, in words of his own.
func TestEveryVendorHasWordsForEveryOutcome(t *testing.T) {
	m := newMock(t)
	for name := range m.Dialects {
		if name == "geetest" { // its keys have a form
			continue
		}
		m.AddSite(t, name, "at-"+name)
		for _, outcome := range []string{"unknown", "expired", "used", "limited", "busy", "internal", "right"} {
			m.call("POST", "script", fmt.Sprintf(`{"site":"at-%s","step":"redeem","outcome":%q}`, name, outcome), http.StatusCreated)
			minted := m.call("POST", "passes", fmt.Sprintf(`{"site":"at-%s"}`, name), http.StatusCreated)
			status, answer := m.native("redeem", members{"site": "at-" + name, "secret": "secret of at-" + name, "pass": minted["pass"]})
			if (status == http.StatusOK) != (outcome == "right") || outcome != "right" && !strings.Contains(fmt.Sprint(answer["code"]), outcome) {
				t.Errorf("%s, %s: %d %v", name, outcome, status, answer)
			}
		}
	}
}
