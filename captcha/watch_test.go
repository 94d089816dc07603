package captcha_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/store/memory"
)

func TestKeysAreWatched(t *testing.T) {
	const interval = 2 * time.Second

	// watch has a Service watch the keys in a store, and hands on what it reports.
	watch := func(t *testing.T) (*captcha.Service, *memory.Store, chan error) {
		t.Helper()
		store, failures := memory.New(), make(chan error, 10)
		keys, err := captcha.LoadKeyring(t.Context(), store, mock.Random(1), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		service := captcha.New(captcha.Config{Keys: keys, Ledger: store, Sites: store})
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		go service.WatchKeys(ctx, store, interval, func(err error) { failures <- err })
		return service, store, failures
	}

	t.Run("a new one is known before it seals", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			service, store, _ := watch(t)
			before := service.Keys()
			made := captcha.NewSealKey(mock.Random(2), time.Now())
			if err := store.AddKey(t.Context(), made); err != nil {
				t.Fatal(err)
			}
			time.Sleep(interval)
			synctest.Wait()
			id := issuedAt(service.Keys(), time.Now().Add(time.Minute))
			if opens(before, id) || !opens(service.Keys(), id) {
				t.Error("it is not")
			}
		})
	})
	t.Run("what hangs on a removed one ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			service, store, _ := watch(t)
			id := issuedAt(service.Keys(), time.Now())
			if err := store.AddKey(t.Context(), captcha.NewSealKey(mock.Random(2), time.Now())); err != nil {
				t.Fatal(err)
			}
			if err := store.RemoveKey(t.Context(), "seal-1"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(interval)
			synctest.Wait()
			if opens(service.Keys(), id) {
				t.Error("it is still opened")
			}
		})
	})
	t.Run("they stay what they are when the store is away, or has none", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			service, store, failures := watch(t)
			id := issuedAt(service.Keys(), time.Now())
			if err := store.RemoveKey(t.Context(), "seal-1"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(interval)
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(interval)
			synctest.Wait()
			if !opens(service.Keys(), id) {
				t.Error("it is no longer opened")
			}
			if len(failures) != 2 {
				t.Errorf("%d failures were reported, want 2", len(failures))
			}
		})
	})
}
