package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

const (
	maxListeners = 64               // who hear the Journal's events at a time
	heartbeat    = 15 * time.Second // between two signs of life to a listener
	patience     = 30 * time.Second // with a listener who takes nothing of what is sent
)

// startTicker is a ticker of the real time.
func startTicker(interval time.Duration) (<-chan time.Time, func()) {
	ticker := time.NewTicker(interval)
	return ticker.C, ticker.Stop
}

// events is GET /control/v1/journal/events: the entries that match, and then each new one
// when it comes, as server-sent events.
func (a api) events(c *gin.Context) error {
	after, match, err := a.readListening(c.Request)
	if err != nil {
		return err
	}
	if !a.listeners.enter() {
		return captcha.Refuse(captcha.Busy, fmt.Sprintf("%d listen already, and no more can", maxListeners))
	}
	defer a.listeners.leave()
	beats, stop := a.Ticker(heartbeat)
	defer stop()

	to := newStream(c.Writer)
	reading := a.Journal.read(after)
	for {
		entries, emptied, changed := reading.next()
		if emptied {
			to.send("event: reset\ndata: {}\n\n")
		}
		for _, entry := range entries {
			if match(entry) {
				to.sendEntry(entry)
			}
		}
		if to.flush() != nil {
			return nil // who does not take it is gone
		}
		select {
		case <-changed:
		case <-beats:
			to.send(": still here\n\n")
		case <-a.Journal.closed:
			return nil
		case <-c.Request.Context().Done():
			return nil
		}
	}
}

// readListening reads after which entry to begin and which ones are meant. What a browser
// has heard before it lost the connection counts more than what its page once asked for.
func (a api) readListening(r *http.Request) (after int, match func(Entry) bool, err error) {
	query := r.URL.Query()
	for _, name := range []string{"wait", "count"} {
		if query.Has(name) {
			return 0, nil, invalid(name, "events come as they happen: there is no such parameter")
		}
	}
	if match, err = a.readFilter(query); err != nil {
		return 0, nil, err
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		if after, err = strconv.Atoi(last); err != nil {
			return 0, nil, invalid("Last-Event-ID", "want the seq of an entry")
		}
	}
	return after, match, nil
}

// stream writes server-sent events.
type stream struct {
	to      http.ResponseWriter
	control *http.ResponseController
	failed  error
}

func newStream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep the events to itself
	w.WriteHeader(http.StatusOK)
	return &stream{to: w, control: http.NewResponseController(w)}
}

// send writes a whole event, or a comment. A server's limit for an answer is too short for
// this one; the limit for each part of it begins anew.
func (s *stream) send(event string) {
	if s.failed != nil {
		return
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(patience)) // what has no deadlines, as in a test, needs none
	_, s.failed = s.to.Write([]byte(event))
}

func (s *stream) sendEntry(entry Entry) {
	data, err := json.Marshal(entry) // on one line
	if err != nil {
		s.failed = err
		return
	}
	s.send(fmt.Sprintf("id: %d\nevent: entry\ndata: %s\n\n", entry.Seq, data))
}

func (s *stream) flush() error {
	if s.failed == nil {
		_ = s.control.SetWriteDeadline(time.Now().Add(patience))
		s.failed = s.control.Flush()
	}
	return s.failed
}

// reading is how far one listener has read the Journal.
type reading struct {
	journal *Journal
	after   int // the seq of the last entry
	emptied int // how often the Journal had been emptied by then
}

// read begins after the entry with that seq. One that is still to come is of a Journal
// before this one: its reader begins anew.
func (j *Journal) read(after int) *reading {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := &reading{journal: j, after: after, emptied: j.emptied}
	if after > j.seq {
		r.after, r.emptied = 0, j.emptied-1
	}
	return r
}

// next tells what has come since the last time, whether the Journal was emptied before
// that, and when to ask again.
func (r *reading) next() (entries []Entry, emptied bool, changed <-chan struct{}) {
	r.journal.mu.Lock()
	defer r.journal.mu.Unlock()
	if i := slices.IndexFunc(r.journal.entries, func(e Entry) bool { return e.Seq > r.after }); i >= 0 {
		entries = slices.Clone(r.journal.entries[i:])
	}
	emptied = r.emptied != r.journal.emptied
	r.after, r.emptied = r.journal.seq, r.journal.emptied
	return entries, emptied, r.journal.changed
}
