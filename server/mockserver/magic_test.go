package mockserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/mockserver"
	"github.com/captchad/captchad/server/servertest"
)

func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// life takes a Challenge of the Site through its steps with an Answer that is wrong, and
// tells the status of each.
func life(t *testing.T, s *servertest.Server, key, secret string) (issued, answered, redeemed int) {
	t.Helper()
	issued, body := post(t, s.URL+"/native/v1/challenges", fmt.Sprintf(`{"site":%q}`, key))
	if issued != http.StatusCreated {
		return issued, 0, 0
	}
	var challenge struct{ ID, Kind string }
	if err := json.Unmarshal([]byte(body), &challenge); err != nil {
		t.Fatal(err)
	}
	answer := `{"x":1}`
	if challenge.Kind == "text" {
		answer = `{"text":"wrong"}`
	}
	answered, body = post(t, s.URL+"/native/v1/challenges/"+challenge.ID+"/answers", fmt.Sprintf(`{"site":%q,"answer":%s}`, key, answer))
	pass := json.RawMessage(`"x"`)
	if answered == http.StatusOK {
		var solved struct{ Pass json.RawMessage }
		if err := json.Unmarshal([]byte(body), &solved); err != nil {
			t.Fatal(err)
		}
		pass = solved.Pass
	}
	redeemed, _ = post(t, s.URL+"/native/v1/redeem", fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s}`, key, secret, pass))
	return issued, answered, redeemed
}

func TestTheKeyOfAMagicSiteDecidesHowEverythingEnds(t *testing.T) {
	s := servertest.New(t)
	want := map[string][3]int{
		"passes": {201, 200, 200}, "fails": {201, 422, 404}, "used": {201, 200, 409}, "expired": {201, 200, 410}, "outage": {503, 0, 0},
	}
	for kind, byVendor := range mockserver.MagicSites() {
		for vendor, key := range byVendor {
			if kind == "slow" { // as "passes", three seconds later
				continue
			}
			issued, answered, redeemed := life(t, s, key, s.Site(vendor).Secret)
			if got := [3]int{issued, answered, redeemed}; got != want[kind] {
				t.Errorf("%s, %s: statuses %v, want %v", vendor, kind, got, want[kind])
			}
		}
	}
}

func TestTheREADMEListsTheMagicSites(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind, byVendor := range mockserver.MagicSites() {
		for vendor, key := range byVendor {
			shown := strings.ReplaceAll(string(text), "VENDOR", vendor)
			if !strings.Contains(shown, "`"+key+"`") {
				t.Errorf("README says nothing of %s, %s: %s", vendor, kind, key)
			}
		}
	}
}
