package captcha_test

import (
	"context"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/memory"
)

// stocker is a Maker with three things to make for each epoch.
type stocker struct {
	captcha.Maker
	mu   sync.Mutex
	made map[captcha.Epoch]int
}

func (s *stocker) stock() map[captcha.Epoch]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.made)
}

func (*stocker) Kind() captcha.Kind { return captcha.KindSlider }

func (s *stocker) Prepare(epoch captcha.Epoch) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made[epoch] == 3 {
		return false
	}
	s.made[epoch]++
	return true
}

func (s *stocker) InStock(epoch captcha.Epoch) (made, of int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[epoch], 3
}

func TestTheStockIsAheadOfTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, maker := memory.New(), &stocker{made: map[captcha.Epoch]int{}}
		keys := ring(t, "a")
		service := captcha.New(captcha.Config{Keys: keys, Ledger: store, Sites: store, Makers: []captcha.Maker{maker}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		begin := time.Now()
		go service.Prepare(ctx)

		want := map[captcha.Epoch]int{keys.Epoch(begin): 3}
		synctest.Wait()
		if made := maker.stock(); made[keys.Epoch(begin)] != 3 || len(made) > 2 {
			t.Errorf("at once the present epoch has %v", made)
		}
		if made, of := service.InStock(begin); made != 3 || of != 3 {
			t.Errorf("who watches is told of %d of %d", made, of)
		}
		if made, of := service.InStock(begin.Add(24 * time.Hour)); made != 0 || of != 3 {
			t.Errorf("of tomorrow: %d of %d", made, of)
		}
		for n := 1; n <= 3; n++ {
			time.Sleep(captcha.EpochLength - time.Minute)
			synctest.Wait()
			want[keys.Epoch(begin.Add(time.Duration(n)*captcha.EpochLength))] = 3
			if made := maker.stock(); !maps.Equal(made, want) {
				t.Errorf("a minute before the next epoch there is %v, want %v", made, want)
			}
			time.Sleep(time.Minute)
		}
		cancel()
		synctest.Wait()
	})
}
