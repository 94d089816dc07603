package sqlite_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlite"
)

func TestWhoWatchesIsToldOfEveryTransaction(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mu sync.Mutex
	writes, failed := 0, 0
	s.ObserveBatches(func(shared int, took time.Duration, err error) {
		mu.Lock()
		defer mu.Unlock()
		writes += shared
		if err != nil {
			failed++
		}
		if took <= 0 {
			t.Errorf("took %v", took)
		}
	})
	const callers = 20
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			ch := captcha.Challenge{ID: captcha.ID{byte(i)}}
			if err := s.Update(t.Context(), ch, func(r *captcha.Record) error { r.Attempts++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	refused := errors.New("refused")
	if err := s.Update(t.Context(), captcha.Challenge{}, func(*captcha.Record) error { return refused }); !errors.Is(err, refused) {
		t.Error(err)
	}
	if waiting, most := s.Waiting(); waiting != 0 || most <= 0 {
		t.Errorf("%d of %d are waiting, with nobody there", waiting, most)
	}
	mu.Lock()
	defer mu.Unlock()
	if writes != callers+1 || failed != 0 {
		t.Errorf("told of %d writes, %d failed transactions; want %d, 0", writes, failed, callers+1)
	}
}
