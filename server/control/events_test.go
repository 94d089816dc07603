package control_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// listening is one who hears the journal's events over HTTP.
type listening struct {
	t        testing.TB
	response *http.Response
	lines    *bufio.Scanner
	hangUp   context.CancelFunc
}

// serve has the mock answer on a port of this machine.
func (m mocked) serve() *httptest.Server {
	s := httptest.NewServer(m.Handler)
	m.t.Cleanup(func() {
		m.journal.Close()
		s.Close()
	})
	return s
}

func listen(t testing.TB, s *httptest.Server, query, lastEventID string) *listening {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/control/v1/journal/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return &listening{t, response, bufio.NewScanner(response.Body), cancel}
}

// next is the next event or comment, its lines joined by a bar; "": there is none.
func (l *listening) next() string {
	var lines []string
	for l.lines.Scan() {
		if l.lines.Text() == "" {
			break
		}
		lines = append(lines, l.lines.Text())
	}
	return strings.Join(lines, "|")
}

// wants wants the next events to begin with these.
func (l *listening) wants(events ...string) {
	l.t.Helper()
	for _, want := range events {
		if got := l.next(); !strings.HasPrefix(got, want) {
			l.t.Fatalf("%q, want %q", got, want)
		}
	}
}

func entry(seq int) string { return fmt.Sprintf(`id: %d|event: entry|data: {"seq":%[1]d,`, seq) }

func TestEntriesComeAsEventsThoseThatThereAreAndThenEachNewOne(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.AddSite(t, "native", "other")
	s := m.serve()
	m.issueAt("app")
	m.issueAt("other")
	all, some := listen(t, s, "", ""), listen(t, s, "?site=app&after=1", "")
	if all.response.StatusCode != http.StatusOK || all.response.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%d %v", all.response.StatusCode, all.response.Header)
	}
	all.wants(entry(1), entry(2))
	m.issueAt("app")
	all.wants(entry(3))
	some.wants(entry(3))
	m.call("DELETE", "journal", "", http.StatusNoContent)
	all.wants("event: reset|data: {}")
	some.wants("event: reset|data: {}")
	m.issueAt("other")
	m.issueAt("app")
	all.wants(entry(4), entry(5))
	some.wants(entry(5))
}

func TestWhoConnectsAgainHearsWhatHeHasMissed(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	s := m.serve()
	for range 3 {
		m.issueAt("app")
	}
	listen(t, s, "", "2").wants(entry(3))
	listen(t, s, "?after=1", "2").wants(entry(3)) // the page asked for that long ago
	// A server that was started anew counts from 1 again.
	listen(t, s, "", "99").wants("event: reset|data: {}", entry(1), entry(2), entry(3))
}

func TestAListenerIsToldThatTheServerStillLives(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	l := listen(t, m.serve(), "", "")
	m.beats <- time.Time{}
	l.wants(": still here")
	m.issueAt("app")
	l.wants(entry(1))
	m.beats <- time.Time{}
	l.wants(": still here")
}

func TestListeningEndsWithTheServer(t *testing.T) {
	m := newMock(t)
	l := listen(t, m.serve(), "", "")
	m.journal.Close()
	if got := l.next(); got != "" || l.lines.Err() != nil {
		t.Errorf("%q, %v", got, l.lines.Err())
	}
	// So does waiting.
	if answer := m.call("GET", "journal?wait=50s", "", http.StatusOK); answer["count"] != 0.0 {
		t.Errorf("%v", answer)
	}
}

func TestNoMoreThanSixtyFourListen(t *testing.T) {
	m := newMock(t)
	s := m.serve()
	var all []*listening
	for range 64 {
		all = append(all, listen(t, s, "", ""))
	}
	m.refused("GET", "journal/events", "", http.StatusServiceUnavailable, "busy", "64")
	all[0].hangUp()
	// His place is free when his handler has seen it, which nobody is told.
	for {
		l := listen(t, s, "", "")
		if l.response.StatusCode == http.StatusOK {
			return
		}
		l.response.Body.Close()
	}
}

func TestBadListeningIsRefused(t *testing.T) {
	m := newMock(t)
	for query, names := range map[string]string{"?wait=1s": "wait", "?count=1": "count", "?after=x": "after", "?cheese=1": "cheese"} {
		m.refused("GET", "journal/events"+query, "", http.StatusBadRequest, "invalid", names)
	}
	response := m.Do(dialecttest.Request{Method: "GET", Path: "/control/v1/journal/events", Header: http.Header{"Last-Event-ID": {"x"}}})
	if text := dialecttest.Body(t, response); response.StatusCode != http.StatusBadRequest || !strings.Contains(text, "Last-Event-ID") {
		t.Errorf("%d %s", response.StatusCode, text)
	}
}

// lifting notes the limits that a handler sets itself, and fails after so many writes.
type lifting struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
	writes    int
}

func (l *lifting) SetWriteDeadline(deadline time.Time) error {
	l.deadlines = append(l.deadlines, deadline)
	return nil
}

func (l *lifting) Write(p []byte) (int, error) {
	if l.writes--; l.writes < 0 {
		return 0, errors.New("the caller is gone")
	}
	return l.ResponseRecorder.Write(p)
}

func TestEachEventHasALimitOfItsOwnAndWhoTakesNoneIsDropped(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	for range 3 {
		m.issueAt("app")
	}
	w := &lifting{ResponseRecorder: httptest.NewRecorder(), writes: 2}
	before := time.Now()
	m.Handler.ServeHTTP(w, httptest.NewRequest("GET", "/control/v1/journal/events", nil)) // comes back
	if len(w.deadlines) < 3 || !slices.IsSortedFunc(w.deadlines, time.Time.Compare) || w.deadlines[0].Before(before.Add(20*time.Second)) {
		t.Errorf("limits: %v", w.deadlines)
	}
	if got := strings.Count(w.Body.String(), "event: entry"); got != 2 {
		t.Errorf("%d entries were sent", got)
	}
}
