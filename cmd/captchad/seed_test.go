package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/mockserver"
)

// The same requests in the same order get the same answers, to the byte, in every run with
// that seed: what the README promises but for what RSA signs, which is CloudBase's Pass, and
// the noise in recordings.
func TestAMockWithASeedRepeatsItself(t *testing.T) {
	first, second, other := session(t, "7"), session(t, "7"), session(t, "8")
	if len(first) != len(second) {
		t.Fatalf("%d and %d answers", len(first), len(second))
	}
	same := 0
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("answer %d: %.300s\nand the second time\n%.300s", i, first[i], second[i])
		}
		if first[i] == other[i] {
			same++
		}
	}
	if same > len(first)/2 {
		t.Errorf("of %d answers %d are the same with another seed", len(first), same)
	}
}

// session takes a mock with that seed through all vendors, and tells what it has answered.
func session(t *testing.T, seed string) (answers []string) {
	t.Helper()
	p := start(t, "mock", "--seed="+seed)
	ask := func(method, path, body string) string {
		t.Helper()
		request, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-client-id", "DRrYIqauawN0I8myTMoDTPys6ezGZxnm")
		for _, name := range []string{"X-operating-sys-version", "X-device-fingerprint", "X-agent"} {
			request.Header.Set(name, "x")
		}
		status, text := do(t, request)
		shown := strings.ReplaceAll(text, strings.TrimPrefix(p.url, "http://"), "HOST") // its port is a free one
		answers = append(answers, fmt.Sprintf("%s %s: %d %s", method, path, status, shown))
		return text
	}

	for _, site := range mockserver.ReadySites() {
		for range 2 {
			var issued struct{ ID string }
			if err := json.Unmarshal([]byte(ask("POST", "/native/v1/challenges", fmt.Sprintf(`{"site":%q}`, site.Key))), &issued); err != nil {
				t.Fatal(err)
			}
			ask("POST", "/native/v1/challenges/"+issued.ID+"/answers", fmt.Sprintf(`{"site":%q,"answer":{"x":1,"text":"no"}}`, site.Key))
		}
		if site.Dialect == "cloudbase" { // RSA keys are new in every run
			continue
		}
		var minted struct{ Pass json.RawMessage }
		if err := json.Unmarshal([]byte(ask("POST", "/control/v1/passes", fmt.Sprintf(`{"site":%q}`, site.Key))), &minted); err != nil {
			t.Fatal(err)
		}
		ask("POST", "/native/v1/redeem", fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s}`, site.Key, site.Secrets[0].Value, minted.Pass))
	}
	ask("POST", "/native/v1/challenges", `{"site":"647f5ed2ed8acb4be36784e01556bb71","kind":"words"}`)
	ask("GET", "/api/v2/sdk/captcha", "")
	ask("POST", "/captcha/get", `{"captchaType":"blockPuzzle"}`)
	ask("POST", "/captcha/get", `{"captchaType":"clickWord"}`)
	ask("POST", "/auth/v1/captcha/data?client_id=demo-env", "{}")
	ask("GET", "/load?callback=f&captcha_id=647f5ed2ed8acb4be36784e01556bb71", "")

	ask("PUT", "/control/v1/sites/app", `{"dialect":"native"}`)
	ask("PUT", "/control/v1/faults/app", `{"fault":"http:503","probability":0.5}`)
	for range 8 {
		ask("POST", "/native/v1/challenges", `{"site":"app"}`)
	}
	var latest struct{ ID string }
	if err := json.Unmarshal([]byte(ask("GET", "/control/v1/challenges/latest", "")), &latest); err != nil {
		t.Fatal(err)
	}
	ask("GET", "/control/v1/challenges/"+latest.ID+"/picture", "")
	ask("GET", "/control/v1/challenges/"+latest.ID+"/picture?part=strip", "")
	ask("POST", "/control/v1/challenges/"+latest.ID+"/expire", "")
	for _, path := range []string{"challenges?limit=200", "sites", "script", "faults", "clock", "journal"} {
		ask("GET", "/control/v1/"+path, "")
	}
	return answers
}
