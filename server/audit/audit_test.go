package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/audit"
	"github.com/captchad/captchad/store/memory"
)

// scene is a Recorder at work, on a log that may be made to fail.
type scene struct {
	*audit.Recorder
	log      *memory.Store
	failing  error
	held     chan struct{} // nil, or what appending waits for
	failures []error
	stop     func()
}

func (s *scene) AppendAudit(ctx context.Context, entries []captcha.AuditEntry) error {
	if s.held != nil {
		<-s.held
	}
	if s.failing != nil || ctx.Err() != nil {
		return errors.Join(s.failing, ctx.Err())
	}
	return s.log.AppendAudit(ctx, entries)
}

func (s *scene) Audit(ctx context.Context, f captcha.AuditFilter, limit int) ([]captcha.AuditEntry, error) {
	return s.log.Audit(ctx, f, limit)
}

func (s *scene) TrimAudit(ctx context.Context, before time.Time, limit int) (int, error) {
	return s.log.TrimAudit(ctx, before, limit)
}

// play runs a Recorder in time of its own.
func play(t *testing.T, name string, config audit.Config, act func(t *testing.T, s *scene)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &scene{log: memory.New()}
			config.Log, config.Report = s, func(err error) { s.failures = append(s.failures, err) }
			s.Recorder = audit.New(config)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() { s.Run(ctx); close(ended) }()
			s.stop = func() { cancel(); <-ended }
			defer s.stop()
			act(t, s)
		})
	})
}

func (s *scene) note(sites ...string) {
	for _, site := range sites {
		s.Note(context.Background(), captcha.Event{At: time.Now(), Step: captcha.Answered, Site: site})
	}
}

// expect sees that the log holds entries of these Sites, and nothing was reported but
// what begins so.
func (s *scene) expect(t *testing.T, sites string, reports ...string) {
	t.Helper()
	entries, err := s.log.Audit(t.Context(), captcha.AuditFilter{}, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		found = append(found, entry.Site)
	}
	if got := strings.Join(found, " "); got != sites {
		t.Errorf("the log holds %q, want %q", got, sites)
	}
	if len(s.failures) != len(reports) {
		t.Fatalf("reported %v, want %v", s.failures, reports)
	}
	for i, want := range reports {
		if !strings.HasPrefix(s.failures[i].Error(), want) {
			t.Errorf("reported %q, want %q", s.failures[i], want)
		}
	}
}

func TestRecorder(t *testing.T) {
	play(t, "writes within a second", audit.Config{}, func(t *testing.T, s *scene) {
		s.note("a", "b")
		time.Sleep(time.Second)
		synctest.Wait()
		s.expect(t, "a b")
	})
	play(t, "writes what is left when it ends", audit.Config{}, func(t *testing.T, s *scene) {
		s.note("a")
		s.stop()
		s.expect(t, "a")
	})
	play(t, "leaves out what is issued, unless it is wanted", audit.Config{}, func(t *testing.T, s *scene) {
		s.Note(t.Context(), captcha.Event{Step: captcha.Issued, Site: "a"})
		s.stop()
		s.expect(t, "")
	})
	play(t, "notes what is issued where it is wanted", audit.Config{Issuing: true}, func(t *testing.T, s *scene) {
		s.Note(t.Context(), captcha.Event{Step: captcha.Issued, Site: "a"})
		s.stop()
		s.expect(t, "a")
	})
	play(t, "drops what is too old", audit.Config{Retention: time.Hour}, func(t *testing.T, s *scene) {
		s.note("a")
		time.Sleep(time.Hour - time.Second)
		s.note("b")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		s.expect(t, "b")
	})
	play(t, "keeps everything when nothing is ever too old", audit.Config{}, func(t *testing.T, s *scene) {
		s.note("a")
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		s.expect(t, "a")
	})
	play(t, "tells what is lost when the log fails, and goes on", audit.Config{}, func(t *testing.T, s *scene) {
		s.failing = errors.New("disk full")
		s.note("a", "b")
		time.Sleep(time.Second)
		synctest.Wait()
		s.failing = nil
		s.note("c")
		s.stop()
		s.expect(t, "c", "2 entries of the audit log are lost: disk full")
	})
	play(t, "tells of all that is lost at the end", audit.Config{}, func(t *testing.T, s *scene) {
		s.failing = errors.New("disk full")
		for range 2000 {
			s.note("a")
		}
		s.stop()
		s.expect(t, "", "2000 entries of the audit log are lost: disk full")
	})
	play(t, "writes earlier when much is waiting", audit.Config{}, func(t *testing.T, s *scene) {
		for range 3 {
			for range 5000 {
				s.note("a")
			}
			synctest.Wait() // no time passes
		}
		s.stop()
		if len(s.failures) != 0 {
			t.Errorf("reported %v", s.failures)
		}
	})
	play(t, "never waits: what is too much is dropped, and told", audit.Config{}, func(t *testing.T, s *scene) {
		const noted, queue, inHand = 10_000, 8192, 512
		s.held = make(chan struct{})
		for n := range noted {
			s.note(fmt.Sprint(n))
		}
		close(s.held)
		s.stop()
		entries, err := s.log.Audit(t.Context(), captcha.AuditFilter{}, noted)
		if kept := len(entries); err != nil || kept < queue || kept > queue+inHand || entries[0].Site != "0" {
			t.Errorf("%d entries are kept, %v", kept, err)
		}
		if len(s.failures) != 1 || !strings.HasPrefix(s.failures[0].Error(), fmt.Sprintf("%d entries", noted-len(entries))) {
			t.Errorf("%d are kept, and reported is %v", len(entries), s.failures)
		}
	})
}
