package control_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestASiteIsAddedChangedAndRemovedAndSeenAtOnce(t *testing.T) {
	m := newMock(t)
	added := m.call("PUT", "sites/shop", `{"dialect":"oneaccess"}`, http.StatusCreated)
	secrets := added["secrets"].([]any)
	if value := secrets[0].(map[string]any)["value"].(string); len(secrets) != 1 || len(value) != 32 {
		t.Errorf("the drawn secret: %v", secrets)
	}
	want := members{
		"key": "shop", "name": "", "dialect": "oneaccess", "secrets": secrets, "attempts": 3.0, "lifetime": "2m0s", "pass_lifetime": "3m0s",
		"reusable": false, "hosts": []any{"*"}, "disabled": false, "settings": map[string]any{}, "ready": false,
	}
	if diff := cmp.Diff(want, added); diff != "" {
		t.Errorf("as the dialect's sites are: %s", diff)
	}
	m.issueAt("shop")

	changed := m.call("PUT", "sites/shop", `{"name":"Shop","secrets":[{"id":"a","value":"first"},{"value":"second"}],"attempts":1,"lifetime":"90s",
		"settings":{"slider.decoys":"0"},"hosts":["shop.example.com"],"key":"shop","dialect":"oneaccess"}`, http.StatusOK)
	want["name"], want["attempts"], want["lifetime"] = "Shop", 1.0, "1m30s"
	want["secrets"] = []any{map[string]any{"id": "a", "value": "first"}, map[string]any{"id": "", "value": "second"}}
	want["settings"], want["hosts"] = map[string]any{"slider.decoys": "0"}, []any{"shop.example.com"}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Error(diff)
	}
	changed = m.call("PUT", "sites/shop", `{"settings":{},"disabled":true}`, http.StatusOK)
	want["settings"], want["disabled"] = map[string]any{}, true
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("what is missing stays: %s", diff)
	}
	if status, answer := m.native("challenges", members{"site": "shop"}); status != http.StatusForbidden {
		t.Errorf("a site that is disabled: %d %v", status, answer)
	}
	if diff := cmp.Diff(want, m.call("GET", "sites/shop", "", http.StatusOK)); diff != "" {
		t.Error(diff)
	}
	if sites := m.call("GET", "sites", "", http.StatusOK)["sites"].([]any); len(sites) != 1 || !cmp.Equal(map[string]any(want), sites[0]) {
		t.Errorf("all: %v", sites)
	}

	m.call("PUT", "sites/shop", `{"disabled":false}`, http.StatusOK)
	m.call("POST", "script", `{"site":"shop","step":"redeem","outcome":"used"}`, http.StatusCreated)
	m.call("PUT", "faults/shop", `{"fault":"http:503"}`, http.StatusOK)
	m.call("DELETE", "sites/shop", "", http.StatusNoContent)
	m.refused("GET", "sites/shop", "", http.StatusNotFound, "unknown_site", "key")
	m.refused("DELETE", "sites/shop", "", http.StatusNotFound, "unknown_site", "key")
	if status, _ := m.native("challenges", members{"site": "shop"}); status != http.StatusNotFound {
		t.Errorf("a site that is gone: %d", status)
	}
	if plans, faults := m.call("GET", "script", "", http.StatusOK), m.call("GET", "faults", "", http.StatusOK); len(plans["plans"].([]any))+len(faults["faults"].(map[string]any)) != 0 {
		t.Errorf("left of it: %v, %v", plans, faults)
	}
}

func TestBadSitesNameTheMemberAndChangeNothing(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	before := m.call("GET", "sites", "", http.StatusOK)
	for body, names := range map[string]string{
		``: "body", `[]`: "body", `{"cheese":1}`: "cheese", `{"ready":true}`: "ready", `{"magic":"passes"}`: "magic",
		`{"key":"other"}`: "key", `{"key":1}`: "key", `{"dialect":"geetest"}`: "dialect", `{"dialect":1}`: "dialect",
		`{"name":1}`: "name", `{"name":null}`: "name", `{"secrets":"x"}`: "secrets", `{"secrets":[{"value":""}]}`: "secrets",
		`{"secrets":[{"value":"x","until":"never"}]}`: "secrets", `{"secrets":null}`: "secrets",
		`{"attempts":0}`: "attempts", `{"attempts":"3"}`: "attempts", `{"attempts":1.5}`: "attempts",
		`{"lifetime":"soon"}`: "lifetime", `{"lifetime":120}`: "lifetime", `{"lifetime":"0s"}`: "lifetime", `{"lifetime":"25h"}`: "lifetime",
		`{"pass_lifetime":"1ms"}`: "pass_lifetime", `{"pass_lifetime":"x"}`: "pass_lifetime", `{"reusable":"yes"}`: "reusable",
		`{"hosts":"*"}`: "hosts", `{"hosts":["https://x.example.com"]}`: "hosts", `{"disabled":0}`: "disabled",
		`{"settings":{"cheese":"on"}}`: "settings", `{"settings":{"slider.decoys":"9"}}`: "settings", `{"settings":{"slider.decoys":1}}`: "settings",
		`{"name":"new","attempts":-1}`: "attempts",
	} {
		m.startsWith("PUT", "sites/app", body, names)
	}
	for body, names := range map[string]string{`{}`: "dialect", `{"dialect":"cheese"}`: "dialect", `{"dialect":"geetest"}`: "key", `{"dialect":"yidun"}`: "key"} {
		m.startsWith("PUT", "sites/new", body, names)
	}
	m.startsWith("PUT", "sites/%20", `{"dialect":"native"}`, "key")
	m.startsWith("PUT", "sites/"+strings.Repeat("f", 32), `{"dialect":"geetest","reusable":true}`, "reusable")
	m.startsWith("PUT", "sites/"+strings.Repeat("f", 32), `{"dialect":"yidun","pass_lifetime":"61s"}`, "pass_lifetime")
	m.startsWith("PUT", "sites/new", `{"dialect":"ajcaptcha","settings":{"words.count":"4"}}`, "settings")
	if diff := cmp.Diff(before, m.call("GET", "sites", "", http.StatusOK)); diff != "" {
		t.Errorf("something has changed: %s", diff)
	}
}

// startsWith wants a 400 whose message begins with the field.
func (m mocked) startsWith(method, path, body, field string) {
	m.t.Helper()
	answer := m.call(method, path, body, http.StatusBadRequest)
	message, _ := answer["message"].(string)
	field = strings.Replace(field, "body", "the body", 1)
	if !strings.HasPrefix(strings.TrimPrefix(message, `"`), field) || answer["code"] != "invalid" {
		m.t.Errorf("%s %s: %v; want a message that begins with %s", path, body, answer, field)
	}
}

func TestEveryDialectsSitesCanBeAdded(t *testing.T) {
	m := newMock(t)
	for name, d := range m.Dialects {
		key := strings.Repeat("0", 31) + "1"
		added := m.call("PUT", "sites/"+key, fmt.Sprintf(`{"dialect":%q}`, name), http.StatusCreated)
		if rules := d.Defaults(); added["attempts"] != float64(rules.Attempts) || added["pass_lifetime"] != rules.PassLifetime.String() || added["reusable"] != rules.Reusable {
			t.Errorf("%s: %v, want %v", name, added, rules)
		}
		m.issueAt(key)
		m.call("DELETE", "sites/"+key, "", http.StatusNoContent)
	}
}
