package sqlite_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlite"
)

func TestQueue(t *testing.T) {
	t.Run("a change whose context ends while it waits is given up at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := open(t, t.TempDir())
			release := occupy(t, store)
			ctx, cancel := context.WithCancel(t.Context())
			var err error
			given := make(chan struct{})
			go func() {
				defer close(given)
				err = store.Update(ctx, challenge(1), countAttempt)
			}()
			synctest.Wait()
			cancel()
			<-given // although the writer is still occupied
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			release()
			if got := attempts(t, store, 1); got != 0 {
				t.Errorf("the change was applied %d times", got)
			}
		})
	})

	t.Run("when it is full a change is refused as busy, and nothing that waits is lost", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := open(t, t.TempDir())
			release := occupy(t, store)
			var mu sync.Mutex
			ends := map[captcha.Code]int{}
			var callers sync.WaitGroup
			for range sqlite.QueueLength + 10 {
				callers.Go(func() {
					err := store.Update(t.Context(), challenge(1), countAttempt)
					mu.Lock()
					defer mu.Unlock()
					ends[captcha.CodeOf(err)]++
				})
			}
			synctest.Wait()
			release()
			callers.Wait()
			if ends[""] != sqlite.QueueLength || ends[captcha.Busy] != 10 {
				t.Errorf("the callers ended as %v", ends)
			}
			if got := attempts(t, store, 1); got != sqlite.QueueLength {
				t.Errorf("%d changes are kept", got)
			}
		})
	})

	t.Run("closing finishes what waits, and later changes fail", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			home := t.TempDir()
			store := open(t, home)
			release := occupy(t, store)
			var waiting, closing sync.WaitGroup
			for range 100 {
				waiting.Go(func() {
					if err := store.Update(t.Context(), challenge(1), countAttempt); err != nil {
						t.Errorf("a change that waited: %v", err)
					}
				})
			}
			synctest.Wait()
			closing.Go(func() { store.Close() })
			synctest.Wait()
			if err := store.Update(t.Context(), challenge(1), countAttempt); !errors.Is(err, sqlite.ErrClosed) {
				t.Errorf("a late change: got %v", err)
			}
			release()
			waiting.Wait()
			closing.Wait()
			if got := attempts(t, open(t, home), 1); got != 100 {
				t.Errorf("%d changes are kept, want 100", got)
			}
		})
	})
}

func TestBatch(t *testing.T) {
	t.Run("an operation that breaks the transaction harms no other one of its batch", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			home := t.TempDir()
			store := open(t, home)
			raw(t, home, `CREATE TRIGGER poison BEFORE INSERT ON records WHEN NEW.subject = 'poison'
				BEGIN SELECT RAISE(ROLLBACK, 'poisoned'); END`)
			release := occupy(t, store)
			var callers sync.WaitGroup
			for i := range 60 {
				callers.Go(func() {
					err := store.Update(t.Context(), challenge(i), func(r *captcha.Record) error {
						if i%10 == 0 {
							r.Subject = "poison"
						}
						return countAttempt(r)
					})
					if poisoned := i%10 == 0; poisoned != (err != nil) {
						t.Errorf("change %d: %v", i, err)
					}
				})
			}
			synctest.Wait()
			release()
			callers.Wait()
			for i := range 60 {
				if got := attempts(t, store, i); got != 1 && i%10 != 0 || got != 0 && i%10 == 0 {
					t.Errorf("challenge %d has %d attempts", i, got)
				}
			}
		})
	})

	t.Run("a row that cannot be read harms nobody but who asks for it", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		for i := range 2 {
			if err := store.Update(t.Context(), challenge(i), countAttempt); err != nil {
				t.Fatal(err)
			}
		}
		raw(t, home, `UPDATE records SET details = 'no JSON' WHERE substr(id, 1, 2) = x'0001'`)
		if err := store.Update(t.Context(), challenge(1), countAttempt); captcha.CodeOf(err) != captcha.Internal {
			t.Errorf("got %v", err)
		}
		if _, err := store.Record(t.Context(), challenge(1)); err == nil {
			t.Error("Record tells nothing of it")
		}
		if err := store.Update(t.Context(), challenge(0), countAttempt); err != nil {
			t.Errorf("another record: %v", err)
		}
	})

	t.Run("when the database fails the change is not kept, and works again afterwards", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		raw(t, home, `ALTER TABLE records RENAME TO gone`)
		err := store.Update(t.Context(), challenge(1), countAttempt)
		if captcha.CodeOf(err) != captcha.Internal {
			t.Errorf("got %v", err)
		}
		raw(t, home, `ALTER TABLE gone RENAME TO records`)
		if err := store.Update(t.Context(), challenge(1), countAttempt); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if got := attempts(t, store, 1); got != 1 {
			t.Errorf("%d changes are kept, want 1", got)
		}
	})

	t.Run("a panic is repeated where the caller can see it, with the place", func(t *testing.T) {
		store := open(t, t.TempDir())
		cause := errors.New("for a test")
		defer func() {
			err, ok := recover().(error)
			if !ok || !errors.Is(err, cause) {
				t.Errorf("recovered %v", err)
			}
		}()
		_ = store.Update(t.Context(), challenge(1), func(*captcha.Record) error { panic(cause) })
		t.Error("Update returned")
	})

	t.Run("a change that ends its goroutine, as a failing test does, ends nothing else", func(t *testing.T) {
		store := open(t, t.TempDir())
		err := store.Update(t.Context(), challenge(1), func(*captcha.Record) error {
			runtime.Goexit()
			return nil
		})
		if err == nil {
			t.Error("its caller heard nothing of it")
		}
		if err := store.Update(t.Context(), challenge(1), countAttempt); err != nil {
			t.Error(err)
		}
	})
}

// occupy keeps the writer busy with one change until it is released.
func occupy(t *testing.T, store *sqlite.Store) (release func()) {
	t.Helper()
	occupied, released, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		err := store.Update(t.Context(), challenge(1000), func(*captcha.Record) error {
			close(occupied)
			<-released
			return nil
		})
		if err != nil {
			t.Errorf("the change that occupies the writer: %v", err)
		}
	}()
	<-occupied
	return func() {
		close(released)
		<-done
	}
}

func countAttempt(r *captcha.Record) error {
	r.Attempts++
	return nil
}

func challenge(n int) captcha.Challenge {
	return captcha.Challenge{ID: captcha.ID{0: byte(n >> 8), 1: byte(n)}}
}

func attempts(t *testing.T, store *sqlite.Store, n int) int {
	t.Helper()
	record, err := store.Record(t.Context(), challenge(n))
	if err != nil {
		t.Error(err)
	}
	return record.Attempts
}
