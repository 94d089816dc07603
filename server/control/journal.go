package control

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
)

// maxEntries is how many requests a Journal keeps, and maxText how many bytes of what
// was sent and answered.
const (
	maxEntries = 1000
	maxText    = 4 << 10
)

// How much is kept of what a visitor gave: characters typed, clicks, places of the pointer.
const (
	maxTyped  = 256
	maxPoints = 64
	maxMoves  = 500
)

// Entry is one request to a vendor's paths, and what became of it.
type Entry struct {
	Seq     int       `json:"seq"` // counts the requests, from 1
	At      time.Time `json:"at"`  // by the mock's clock
	Dialect string    `json:"dialect,omitempty"`
	Site    string    `json:"site,omitempty"` // the key that was named, whether there is such a Site or not
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Query   string    `json:"query,omitempty"` // secrets are masked here and in the body
	Type    string    `json:"type,omitempty"`  // Content-Type
	Body    string    `json:"body,omitempty"`
	Step    string    `json:"step,omitempty"`    // issue, answer or redeem: what the request was for, whether it got so far or not
	ID      string    `json:"id,omitempty"`      // of the Challenge
	Outcome string    `json:"outcome,omitempty"` // right, the code of a refusal, fault, or refused
	Answer  *solution `json:"answer,omitempty"`  // what the visitor gave, as far as it could be read
	// Track is how the pointer went, where the dialect is told: x, y, and the
	// milliseconds since the first place.
	Track   [][3]float64 `json:"track,omitempty"`
	Status  int          `json:"status"` // 0: there was no answer
	Reply   string       `json:"reply,omitempty"`
	Because string       `json:"because,omitempty"` // why it was refused, and what would have been right
}

// Journal keeps the latest requests. Make one with [NewJournal]; many may use it at a
// time.
type Journal struct {
	now func() time.Time

	mu      sync.Mutex
	entries []Entry // oldest first
	seq     int
	emptied int           // how often
	changed chan struct{} // closed when an entry is added or all are forgotten, and made anew
	closed  chan struct{} // closed when nobody is to wait any longer
}

// NewJournal makes a Journal that dates its entries by that clock.
func NewJournal(now func() time.Time) *Journal {
	return &Journal{now: now, changed: make(chan struct{}), closed: make(chan struct{})}
}

// Close ends the waiting of all who wait for entries: a server that shuts down has no
// answer to wait for. The Journal goes on noting.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-j.closed:
	default:
		close(j.closed)
	}
}

// change tells all who wait that there is something new. The caller holds the lock.
func (j *Journal) change() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// Keep makes a handler that notes the requests which next answers, but for those that
// no app sends its vendor.
func (j *Journal) Keep(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !vendors(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		entry := Entry{
			At: j.now().UTC(), Method: r.Method, Path: r.URL.Path, Query: masked(r.URL.RawQuery), Type: r.Header.Get("Content-Type"),
		}
		var seen mock.Seen
		ctx := mock.Watch(r.Context(), &seen)
		var noted dialect.Noted
		ctx = dialect.Watch(ctx, &noted)
		r = r.WithContext(ctx)
		sent := &head{}
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, sent), r.Body}
		answered := &recorder{ResponseWriter: w}
		defer func() { // also when the connection breaks on purpose
			entry.Body, entry.Status, entry.Reply = masked(sent.String()), answered.status, answered.body.String()
			entry.note(seen, noted)
			j.add(entry)
		}()
		next.ServeHTTP(answered, r)
	})
}

// vendors tells whether a path may be a vendor's.
func vendors(path string) bool {
	for _, own := range []string{"/control/", "/console", "/demo", "/livez", "/readyz", "/metrics", "/favicon.ico"} {
		if strings.HasPrefix(path, own) {
			return false
		}
	}
	return !strings.HasSuffix(path, ".js")
}

// The outcomes of a step that never came to the core, where it has no code either.
const (
	outcomeFault   = "fault"   // something else was done in its place
	outcomeRefused = "refused" // nobody says with what code
)

// note takes over what the core saw, and what the path alone tells of a request that was
// refused before. Of several steps in one request the last counts.
func (e *Entry) note(seen mock.Seen, noted dialect.Noted) {
	e.Dialect, e.Site = cmp.Or(seen.Dialect, noted.Dialect), seen.Site
	e.Because = cmp.Or(noted.Reason, seen.Because)
	if noted.Step != "" {
		e.Step, e.Outcome = stepName(noted.Step), outcomeRefused
	}
	switch {
	// A fault may be one of other paths; then the request was refused for its own sake.
	case seen.Fault != "" && (noted.Refused == "" || noted.Refused == string(captcha.Internal)):
		e.Outcome = outcomeFault
	case noted.Refused != "":
		e.Outcome = noted.Refused
	}
	for _, given := range seen.Given {
		e.noteAnswer(given, seen.Events)
	}
	for _, event := range seen.Events {
		e.Dialect, e.Site, e.Step, e.Outcome = event.Dialect, event.Site, stepName(event.Step), string(event.Code)
		if event.Step == captcha.Checked {
			e.Step = stepName(captcha.Redeemed)
		}
		if event.Code == "" {
			e.Outcome = string(mock.Right)
		}
		if event.ID != (captcha.ID{}) {
			e.ID = event.ID.String()
		}
	}
}

// noteAnswer takes over what a visitor gave. The Event knows the kind of puzzle, if the
// Challenge was found.
func (e *Entry) noteAnswer(given captcha.Attempt, events []captcha.Event) {
	kind := given.Kind
	for _, event := range events {
		if event.Step == captcha.Answered {
			kind = cmp.Or(event.Kind, kind)
		}
	}
	if e.Answer = newSolution(kind, given.Answer); e.Answer == nil {
		e.Answer = newSolution(kind, given.Or)
	}
	e.Track = nil
	for _, move := range given.Track[:min(len(given.Track), maxMoves)] {
		e.Track = append(e.Track, [3]float64{move.X, move.Y, float64(move.At) / float64(time.Millisecond)})
	}
}

// cutText is the beginning of what was typed.
func cutText(text string) string {
	if characters := []rune(text); len(characters) > maxTyped {
		return string(characters[:maxTyped])
	}
	return text
}

func (j *Journal) add(entry Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	entry.Seq = j.seq
	if len(j.entries) == maxEntries {
		j.entries = slices.Delete(j.entries, 0, 1)
	}
	j.entries = append(j.entries, entry)
	j.change()
}

// Find lists the entries that match, oldest first, and a channel that is closed when
// there is something new.
func (j *Journal) Find(match func(Entry) bool) ([]Entry, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found := []Entry{}
	for _, entry := range j.entries {
		if match(entry) {
			found = append(found, entry)
		}
	}
	return found, j.changed
}

// Wait lists the entries that match as soon as there are so many, or when ctx ends or the
// Journal is closed.
func (j *Journal) Wait(ctx context.Context, count int, match func(Entry) bool) []Entry {
	for {
		found, changed := j.Find(match)
		if len(found) >= count {
			return found
		}
		select {
		case <-changed:
		case <-j.closed:
			return found
		case <-ctx.Done():
			return found
		}
	}
}

// Empty forgets all entries.
func (j *Journal) Empty() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
	j.emptied++
	j.change()
}

// secrets are the members and parameters by which backends prove themselves.
var secrets = regexp.MustCompile(`((?:^|[?&{,\s])"?(?:secret|client_secret)"?\s*[=:]\s*"?)[^"&,}\s]+`)

func masked(text string) string { return secrets.ReplaceAllString(text, "${1}***") }

// head keeps the beginning of what is written to it.
type head struct{ bytes.Buffer }

// Write never fails.
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), maxText-min(maxText, h.Len()))])
	return len(p), nil
}

// recorder keeps the beginning of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	body   head
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write notes the body.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	_, _ = r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
