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

// ends is how a Challenge went through its steps: the status of each, and whether its
// widget shows a puzzle.
type ends struct {
	issued, answered, redeemed int
	puzzle                     bool
}

// life takes a Challenge of the Site through its steps with an Answer that is wrong.
func life(t *testing.T, s *servertest.Server, key, secret string) ends {
	t.Helper()
	issued, body := post(t, s.URL+"/native/v1/challenges", fmt.Sprintf(`{"site":%q}`, key))
	if issued != http.StatusCreated {
		return ends{issued: issued}
	}
	var challenge struct {
		ID, Kind  string
		Automatic bool
	}
	if err := json.Unmarshal([]byte(body), &challenge); err != nil {
		t.Fatal(err)
	}
	answer := `{"x":1}`
	if challenge.Kind == "text" {
		answer = `{"text":"wrong"}`
	}
	answered, body := post(t, s.URL+"/native/v1/challenges/"+challenge.ID+"/answers", fmt.Sprintf(`{"site":%q,"answer":%s}`, key, answer))
	pass := json.RawMessage(`"x"`)
	if answered == http.StatusOK {
		var solved struct{ Pass json.RawMessage }
		if err := json.Unmarshal([]byte(body), &solved); err != nil {
			t.Fatal(err)
		}
		pass = solved.Pass
	}
	redeemed, _ := post(t, s.URL+"/native/v1/redeem", fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s}`, key, secret, pass))
	return ends{issued, answered, redeemed, !challenge.Automatic}
}

func TestTheKeyOfAMagicSiteDecidesHowEverythingEnds(t *testing.T) {
	s := servertest.New(t)
	want := map[string]ends{
		"passes":  {201, 200, 200, false},
		"fails":   {201, 422, 404, true},
		"used":    {201, 200, 409, false},
		"expired": {201, 200, 410, false},
		"outage":  {503, 0, 0, false},
		"puzzle":  {201, 200, 200, true},
	}
	for kind, byVendor := range mockserver.MagicSites() {
		for vendor, key := range byVendor {
			if kind == "slow" { // as "passes", three seconds later
				continue
			}
			if got := life(t, s, key, s.Site(vendor).Secret); got != want[kind] {
				t.Errorf("%s, %s: %+v, want %+v", vendor, kind, got, want[kind])
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
