package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/geetest"
	"github.com/google/go-cmp/cmp"
)

func TestFaultsAreSetAndTakenAway(t *testing.T) {
	m := newMock(t)
	const key = "647f5ed2ed8acb4be36784e01556bb71"
	m.AddSite(t, geetest.Name, key)
	m.AddSite(t, "native", "plain")
	status := func() int {
		response := m.Do(dialecttest.Request{Method: "POST", Path: "/validate?captcha_id=" + key})
		return response.StatusCode
	}
	set := members{"faults": map[string]any{key: map[string]any{"fault": "http:503"}}, "dialects": map[string]any{}}
	if diff := cmp.Diff(set, m.call("PUT", "faults/"+key, `{"fault":"http:503"}`, http.StatusOK)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(set, m.call("GET", "faults", "", http.StatusOK)); diff != "" {
		t.Error(diff)
	}
	if got := status(); got != http.StatusServiceUnavailable {
		t.Errorf("with the fault: %d", got)
	}
	m.call("DELETE", "faults/"+key, "", http.StatusNoContent)
	if got := status(); got != http.StatusOK {
		t.Errorf("without: %d", got)
	}
	for path, body := range map[string]string{
		"faults/" + key: `{"fault":"cheese"}`, "faults/plain": `{"fault":"error:-50105"}`,
	} {
		m.call("PUT", path, body, http.StatusBadRequest)
	}
	m.call("PUT", "faults/"+key, `{}`, http.StatusBadRequest)
	m.call("PUT", "faults/nobody", `{"fault":"http:500"}`, http.StatusNotFound)
	if diff := cmp.Diff(members{"faults": map[string]any{}, "dialects": map[string]any{}}, m.call("GET", "faults", "", http.StatusOK)); diff != "" {
		t.Error(diff)
	}
}

func TestWhoMistypesAFaultOrAnOutcomeIsToldWhatThereIs(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "yidun", strings.Repeat("a", 32))
	m.AddSite(t, "native", "app")
	m.refused("PUT", "faults/"+strings.Repeat("a", 32), `{"fault":"emtpy"}`, http.StatusBadRequest, "invalid",
		`fault: "emtpy": want one of http:<status>, delay:<ms>, empty, badjson, drop or normal; a status is 400 to 599, and a delay 1 to 50000 ms`)
	m.refused("POST", "script", `{"site":"app","step":"issue","outcome":"wrong"}`, http.StatusBadRequest, "invalid",
		"outcome: want one of [automatic limited busy internal], or code:<one of the vendor's>")
}
