package main

import (
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/mockserver"
)

var credentials = regexp.MustCompile(`oneaccess +key ([0-9a-f]{32})  secret ([0-9a-f]{32})`)

func TestServeMakesTheFirstSiteAndPrintsItsCredentialsOnce(t *testing.T) {
	db := database(t)
	first := start(t, db)
	found := credentials.FindStringSubmatch(first.stdout.String())
	if found == nil {
		t.Fatalf("no credentials in:\n%s", first.stdout)
	}
	if code := first.stop(); code != exitOK {
		t.Errorf("exit %d: %s", code, first.stderr)
	}
	second := start(t, db, "serve")
	if strings.Contains(second.stdout.String(), found[2]) {
		t.Error("the secret is shown a second time")
	}
	status, body := get(t, second.url+"/api/v2/sdk/captcha", http.Header{
		"X-Client-Id": {found[1]}, "X-Agent": {"x"}, "X-Operating-Sys-Version": {"x"}, "X-Device-Fingerprint": {"x"},
	})
	if status != http.StatusOK || !strings.Contains(body, `"token":"`) {
		t.Errorf("the first site after a restart: %d %.100s", status, body)
	}
}

func TestTheLineToTryWorksAsPrinted(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	for _, args := range [][]string{
		{"serve", database(t)}, {"serve", database(t), "--first-site=ajcaptcha"}, {"serve", database(t), "--first-site=native"}, {"mock"},
	} {
		p := start(t, args...)
		lines := strings.Split(strings.TrimSpace(p.stdout.String()), "\n")
		out, err := exec.Command("sh", "-c", lines[len(lines)-1]).Output()
		if err != nil || !strings.Contains(string(out), "iVBORw0KGgo") {
			t.Errorf("%v: %s\n%.200s %v", args, lines[len(lines)-1], out, err)
		}
	}
}

// What the widget sends by itself where the mock says that no puzzle is to be shown is a
// wrong answer here, and nothing here says so.
func TestNobodyPassesWithoutAnAnswerInServeMode(t *testing.T) {
	db := database(t)
	must(t, "site", "add", db, "--dialect=native", "--key=app")
	p := start(t, db)
	status, issued := post(t, p.url+"/native/v1/challenges", `{"site":"app"}`)
	id := regexp.MustCompile(`[0-9a-f]{32}`).FindString(issued)
	if status != http.StatusCreated || strings.Contains(issued, "automatic") {
		t.Errorf("issue: %d %.300s", status, issued)
	}
	if status, said := post(t, p.url+"/native/v1/challenges/"+id+"/answers", `{"site":"app","answer":{"x":0}}`); status != http.StatusUnprocessableEntity {
		t.Errorf("the answer that the widget sends by itself: %d %s", status, said)
	}
}

func TestWhatMockModeOffersIsNotThereInServeMode(t *testing.T) {
	p := start(t, database(t))
	for _, path := range []string{"/control/", "/control/v1/challenges/" + strings.Repeat("0", 32), "/control/v1/outbox", "/control/v1/passes", "/control/v1/clock", "/control/v1/script", "/control/v1/journal", "/control/v1/reset", "/control/v1/openapi.json",
		"/", "/console", "/console/", "/console/latest", "/console/sites", "/console/static/console.js"} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
			request, _ := http.NewRequest(method, p.url+path, nil)
			if status, _ := do(t, request); status != http.StatusNotFound {
				t.Errorf("%s %s: status %d", method, path, status)
			}
		}
	}
	for _, site := range mockserver.ReadySites() {
		if status, _ := post(t, p.url+"/native/v1/challenges", `{"site":"`+site.Key+`"}`); status != http.StatusNotFound {
			t.Errorf("the mock's site %s exists: status %d", site.Key, status)
		}
	}
}

func TestHealth(t *testing.T) {
	p := start(t, database(t))
	for path, want := range map[string]string{"/livez": "alive\n", "/readyz": "ready\n"} {
		if status, body := get(t, p.url+path, nil); status != http.StatusOK || body != want {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
}

func TestAPortInUseIsSaid(t *testing.T) {
	p := start(t, database(t))
	_, stderr, code := command(t, "serve", database(t), "--listen="+strings.TrimPrefix(p.url, "http://"))
	if code != exitFailed || !strings.Contains(stderr, "address already in use") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestLimitsAreOnInServeModeAndOffInMockMode(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"serve", database(t), "--limit=oneaccess.issue=1"}, http.StatusTooManyRequests},
		{[]string{"serve", database(t), "--limit=oneaccess.issue=1", "--limits=off"}, http.StatusBadRequest},
		{[]string{"mock", "--limit=oneaccess.issue=1"}, http.StatusBadRequest},
		{[]string{"mock", "--limit=oneaccess.issue=1", "--limits=on"}, http.StatusTooManyRequests},
	} {
		p := start(t, c.args...)
		get(t, p.url+"/api/v2/sdk/captcha", nil)
		if status, _ := get(t, p.url+"/api/v2/sdk/captcha", nil); status != c.want {
			t.Errorf("%v: status %d, want %d", c.args, status, c.want)
		}
	}
}
