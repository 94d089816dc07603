package server_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// away is a store that can be taken away.
type away struct {
	gone   atomic.Bool
	checks atomic.Int64
}

func (a *away) ping(context.Context) error {
	a.checks.Add(1)
	if a.gone.Load() {
		return errors.New("open /secret/path: gone")
	}
	return nil
}

func TestReadyzTellsWhetherTheStoreIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var store away
		ready := server.NewReadiness(store.ping, time.Now)
		s := dialecttest.New(t, func(c *server.Config) { c.Ready = ready.Check })
		ask := func(path string, status int, body string) {
			t.Helper()
			response := s.Do(dialecttest.Request{Method: "GET", Path: path})
			if said := dialecttest.Body(t, response); response.StatusCode != status || said != body {
				t.Errorf("%s: %d %q, want %d %q", path, response.StatusCode, said, status, body)
			}
		}
		ask("/readyz", http.StatusOK, "ready\n")
		store.gone.Store(true)
		time.Sleep(time.Second) // of the bubble's clock
		ask("/readyz", http.StatusServiceUnavailable, "not ready\n")
		ask("/livez", http.StatusOK, "alive\n")
		store.gone.Store(false)
		time.Sleep(time.Second)
		ask("/readyz", http.StatusOK, "ready\n")
	})
}

func TestProbesAreNoLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var store away
		ready := server.NewReadiness(store.ping, time.Now)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if err := ready.Check(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := store.checks.Load(); n != 1 {
			t.Errorf("a thousand probes within a second asked the store %d times", n)
		}
		time.Sleep(time.Second)
		if err := ready.Check(t.Context()); err != nil || store.checks.Load() != 2 {
			t.Errorf("a second later: %v, asked %d times", err, store.checks.Load())
		}
	})
}

func TestAStoreThatDoesNotAnswerIsNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ready := server.NewReadiness(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, time.Now)
		impatient, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := ready.Check(impatient); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 100*time.Millisecond {
			t.Errorf("who has no time: %v after %v", err, time.Since(began))
		}
		if err := ready.Check(t.Context()); err == nil || time.Since(began) != 2*time.Second {
			t.Errorf("who waits: %v after %v", err, time.Since(began))
		}
	})
}

func TestAServerThatIsAboutToStopIsNotReady(t *testing.T) {
	var store away
	ready := server.NewReadiness(store.ping, time.Now)
	if err := ready.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	ready.Drain()
	if ready.Check(t.Context()) == nil {
		t.Error("ready, from before")
	}
}
