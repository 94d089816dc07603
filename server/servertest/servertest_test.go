package servertest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

func post(t testing.TB, url, body string) (int, string) {
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

// redeem gives a Pass of any vendor back, by the neutral API.
func redeem(t testing.TB, s *servertest.Server, vendor string, pass controlclient.Pass) int {
	t.Helper()
	site := s.Site(vendor)
	status, _ := post(t, s.URL+"/native/v1/redeem", fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s}`, site.Key, site.Secret, pass.Pass))
	return status
}

func TestEveryVendorIsReady(t *testing.T) {
	s := servertest.New(t)
	for _, vendor := range []string{"oneaccess", "ajcaptcha", "cloudbase", "geetest", "yidun", "native"} {
		if status := redeem(t, s, vendor, s.Pass(vendor)); status != http.StatusOK {
			t.Errorf("%s: %d", vendor, status)
		}
	}
}

func TestAChallengeOnShowIsSolved(t *testing.T) {
	s := servertest.New(t)
	_, body := post(t, s.URL+"/native/v1/challenges", `{"site":"native-demo"}`)
	var issued struct{ ID string }
	if err := json.Unmarshal([]byte(body), &issued); err != nil {
		t.Fatal(err)
	}
	shown := s.Challenge(issued.ID)
	if shown.Kind != "slider" || shown.Solution.X < 52 || shown.Solved {
		t.Errorf("%+v", shown)
	}
	if status := redeem(t, s, "native", s.Solve(issued.ID)); status != http.StatusOK {
		t.Errorf("redeemed: %d", status)
	}
	if shown := s.Challenge(issued.ID); !shown.Solved || !shown.Redeemed || shown.Attempts != 1 {
		t.Errorf("%+v", shown)
	}
}

func TestTheSameSeedGivesTheSameServer(t *testing.T) {
	issue := func() string {
		_, body := post(t, servertest.New(t, servertest.Seed(7)).URL+"/native/v1/challenges", `{"site":"native-demo"}`)
		return body
	}
	if first, second := issue(), issue(); first != second {
		t.Errorf("%.200s\nand then\n%.200s", first, second)
	}
}

func TestManyServersRunAtATime(t *testing.T) {
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			s := servertest.New(t)
			s.Next("yidun", "redeem", "expired")
			pass := s.Pass("yidun")
			if first, second := redeem(t, s, "yidun", pass), redeem(t, s, "yidun", pass); first != http.StatusGone || second != http.StatusOK {
				t.Errorf("statuses %d and %d", first, second)
			}
		})
	}
	all.Wait()
}

func TestTheControlClientReachesEverything(t *testing.T) {
	s := servertest.New(t)
	ctx := t.Context()
	plan := controlclient.Plan{Site: s.Site("native").Key, Step: "answer", Outcome: "wrong", Times: 2}
	if err := s.Control.Plan(ctx, plan); err != nil {
		t.Fatal(err)
	}
	if plans, err := s.Control.Plans(ctx); err != nil || len(plans) != 1 || plans[0] != plan {
		t.Errorf("%v, %v", plans, err)
	}
	if err := s.Control.ClearPlans(ctx, ""); err != nil {
		t.Error(err)
	}
	if plans, err := s.Control.Plans(ctx); err != nil || len(plans) != 0 {
		t.Errorf("%v, %v", plans, err)
	}
	s.Always("native", "issue", "automatic")
	always := controlclient.Plan{Site: plan.Site, Step: "issue", Outcome: "automatic", Times: 0}
	if plans, err := s.Control.Plans(ctx); err != nil || len(plans) != 1 || plans[0] != always {
		t.Errorf("always: %v, %v", plans, err)
	}
	noon := time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	if now, err := s.Control.SetClock(ctx, noon); err != nil || now.Sub(noon) > time.Minute || now.Before(noon) {
		t.Errorf("%v, %v", now, err)
	}
	if messages, err := s.Control.Outbox(ctx); err != nil || len(messages) != 0 {
		t.Errorf("%v, %v", messages, err)
	}
	if err := s.Control.EmptyOutbox(ctx); err != nil {
		t.Error(err)
	}
	err := s.Control.SetFault(ctx, "nobody", "http:500")
	if refusal, ok := errors.AsType[*controlclient.Error](err); !ok || refusal.Code != "unknown_site" || refusal.Status != http.StatusNotFound {
		t.Errorf("a fault of nobody: %v", err)
	}
	_, err = controlclient.New(s.URL+"/elsewhere", nil).Outbox(ctx)
	if err == nil || !strings.Contains(err.Error(), "mock mode") {
		t.Errorf("no control API: %v", err)
	}
}

// failing is a test that is to fail.
type failing struct {
	testing.TB
	said bytes.Buffer
}

func (f *failing) Fatalf(format string, args ...any) {
	fmt.Fprintf(&f.said, format, args...)
	panic(f)
}

func TestWhatIsWrongFailsTheTestInWords(t *testing.T) {
	for want, wrong := range map[string]func(*servertest.Server){
		"no vendor":   func(s *servertest.Server) { s.Site("cheese") },
		"outcome":     func(s *servertest.Server) { s.Next("native", "redeem", "cheese") },
		"step":        func(s *servertest.Server) { s.Next("native", "cheese", "used") },
		"fault":       func(s *servertest.Server) { s.Fault("geetest", "cheese") },
		"no such":     func(s *servertest.Server) { s.Challenge(strings.Repeat("0", 32)) },
		"subject":     func(s *servertest.Server) { s.PassFor("geetest", "me") },
		"32 lower-ca": func(s *servertest.Server) { s.Solve("x") },
	} {
		t.Run(want, func(t *testing.T) {
			f := &failing{TB: t}
			s := servertest.New(f)
			defer func() {
				if recover() != f || !strings.Contains(f.said.String(), want) {
					t.Errorf("it said %q", f.said.String())
				}
			}()
			wrong(s)
		})
	}
}

// BenchmarkNew is what a test pays for a server of its own.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		servertest.New(b)
	}
}

func TestAResetUndoesWhatATestHasDone(t *testing.T) {
	s := servertest.New(t, servertest.Seed(1))
	pass := s.Pass("native")
	s.Next("native", "redeem", "expired")
	s.Fault("native", "http:500")
	s.Advance(time.Hour)
	if redeem(t, s, "native", pass) == http.StatusOK {
		t.Fatal("nothing went wrong")
	}
	s.Reset()
	if status := redeem(t, s, "native", pass); status != http.StatusOK {
		t.Errorf("after a reset: %d", status)
	}
	entries := s.Journal("native")
	if plans, err := s.Control.Plans(t.Context()); err != nil || len(plans) != 0 || len(entries) != 1 {
		t.Errorf("left: %v, %v, %v", plans, err, entries)
	}
}
