package cas_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
)

// table is one Record in memory, with what may happen to a real one.
type table struct {
	mu      sync.Mutex
	record  captcha.Record
	version cas.Version

	onFind     func(context.Context)
	beforeSwap func() // runs before the next one, once
	swaps      []swap // how the next ones go; then they go well
	finds      []error
}

// swap is how a Swap goes wrong.
type swap struct {
	kept bool // all the same
	err  error
}

var errBroken = errors.New("the connection broke")

func (t *table) Find(ctx context.Context, _ captcha.Challenge) (captcha.Record, cas.Version, error) {
	if t.onFind != nil {
		t.onFind(ctx)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.finds) > 0 {
		err := t.finds[0]
		t.finds = t.finds[1:]
		if err != nil {
			return captcha.Record{}, 0, err
		}
	}
	return t.record, t.version, nil
}

func (t *table) Swap(_ context.Context, _ captcha.Challenge, record *captcha.Record, before, next cas.Version) (bool, error) {
	if meanwhile := t.beforeSwap; meanwhile != nil {
		t.beforeSwap = nil
		meanwhile()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var wrong swap
	if len(t.swaps) > 0 {
		wrong, t.swaps = t.swaps[0], t.swaps[1:]
	}
	if wrong.err != nil && !wrong.kept {
		return false, wrong.err
	}
	if before != t.version {
		return false, wrong.err
	}
	t.record, t.version = *record, next
	return true, wrong.err
}

// changeBeforeEachSwap has somebody else always be first.
func (t *table) changeBeforeEachSwap() {
	t.beforeSwap = func() {
		t.version++
		t.changeBeforeEachSwap()
	}
}

func countAttempt(r *captcha.Record) error {
	r.Attempts++
	return nil
}

func TestUpdate(t *testing.T) {
	t.Run("begins again when somebody else was faster", func(t *testing.T) {
		table := &table{}
		table.beforeSwap = func() { update(t, table, countAttempt, nil) }
		update(t, table, countAttempt, nil)
		if table.record.Attempts != 2 {
			t.Errorf("%d attempts are kept", table.record.Attempts)
		}
	})

	t.Run("a change that the other's change makes impossible is refused", func(t *testing.T) {
		table, used := &table{}, captcha.Refuse(captcha.Used, "for a test")
		once := func(r *captcha.Record) error {
			if r.Attempts > 0 {
				return used
			}
			return countAttempt(r)
		}
		table.beforeSwap = func() { update(t, table, once, nil) }
		update(t, table, once, used)
	})

	for _, row := range []struct {
		name  string
		finds []error
		swaps []swap
		want  error
		kept  int
	}{
		{"a connection that breaks while reading is made again", []error{errBroken}, nil, nil, 1},
		{"of one that breaks again the caller hears", []error{errBroken, errBroken}, nil, errBroken, 0},
		{"what was kept when the connection broke is kept once", nil, []swap{{kept: true, err: errBroken}}, nil, 1},
		{"what was not kept when it broke is kept afterwards", nil, []swap{{err: errBroken}}, nil, 1},
		{"when nobody can tell what was kept the caller hears of the failure", []error{nil, errBroken}, []swap{{kept: true, err: errBroken}}, errBroken, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			table := &table{finds: row.finds, swaps: row.swaps}
			update(t, table, countAttempt, row.want)
			if table.record.Attempts != row.kept {
				t.Errorf("%d attempts are kept, want %d", table.record.Attempts, row.kept)
			}
		})
	}

	t.Run("a table that refuses is asked once", func(t *testing.T) {
		expired := captcha.Refuse(captcha.Expired, "for a test")
		table := &table{finds: []error{expired}}
		update(t, table, countAttempt, expired)
	})

	t.Run("a table that refuses to keep has kept nothing, and the caller hears so", func(t *testing.T) {
		busy := captcha.Refuse(captcha.Busy, "for a test")
		update(t, &table{swaps: []swap{{err: busy}}}, countAttempt, busy)
	})

	t.Run("when something may be kept, a table that refuses to be read is no refusal", func(t *testing.T) {
		table := &table{swaps: []swap{{kept: true, err: errBroken}}, finds: []error{nil, captcha.Refuse(captcha.Busy, "for a test")}}
		if err := cas.New(table).Update(t.Context(), captcha.Challenge{}, countAttempt); captcha.CodeOf(err) != captcha.Internal {
			t.Errorf("got %v, want a failure", err)
		}
	})

	t.Run("when something may be kept, being always too late is no refusal", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			table := &table{swaps: []swap{{err: errBroken}}}
			table.changeBeforeEachSwap()
			if err := cas.New(table).Update(t.Context(), captcha.Challenge{}, countAttempt); captcha.CodeOf(err) != captcha.Internal {
				t.Errorf("got %v, want a failure", err)
			}
		})
	})

	t.Run("a context that ends while the connection is broken does not hide what was kept", func(t *testing.T) {
		table := &table{swaps: []swap{{kept: true, err: errBroken}}}
		ctx, cancel := context.WithCancel(t.Context())
		table.beforeSwap = cancel
		if err := cas.New(table).Update(ctx, captcha.Challenge{}, countAttempt); err != nil {
			t.Errorf("got %v", err)
		}
	})

	t.Run("a caller who goes away while the table is read breaks nothing off, and changes nothing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		table := &table{}
		table.onFind = func(reading context.Context) {
			cancel()
			if reading.Err() != nil {
				t.Error("reading was broken off")
			}
		}
		err := cas.New(table).Update(ctx, captcha.Challenge{}, countAttempt)
		if !errors.Is(err, context.Canceled) || table.record.Attempts != 0 {
			t.Errorf("got %v, %d attempts are kept", err, table.record.Attempts)
		}
	})

	t.Run("who is always too late is told so in the end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			table := &table{}
			table.changeBeforeEachSwap()
			if err := cas.New(table).Update(t.Context(), captcha.Challenge{}, countAttempt); captcha.CodeOf(err) != captcha.Busy {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestTurns(t *testing.T) {
	t.Run("one caller at a time has a Challenge in hand, and who waits too long is told so", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			table := &table{}
			updater := cas.New(table)
			release := make(chan struct{})
			table.beforeSwap = func() { <-release }
			var callers sync.WaitGroup
			ends := make([]captcha.Code, 2)
			for i := range ends {
				callers.Go(func() {
					err := updater.Update(t.Context(), captcha.Challenge{}, countAttempt)
					ends[i] = captcha.CodeOf(err)
					if err != nil {
						close(release)
					}
				})
				synctest.Wait()
			}
			callers.Wait()
			if diff := cmp.Diff([]captcha.Code{"", captcha.Busy}, ends); diff != "" {
				t.Error(diff)
			}
		})
	})

	t.Run("a change that panics gives its turn back", func(t *testing.T) {
		updater := cas.New(&table{})
		func() {
			defer func() { _ = recover() }()
			_ = updater.Update(t.Context(), captcha.Challenge{}, func(*captcha.Record) error { panic("for a test") })
		}()
		if err := updater.Update(t.Context(), captcha.Challenge{}, countAttempt); err != nil {
			t.Error(err)
		}
	})
}

// update wants this error of an Update.
func update(t *testing.T, table *table, change func(*captcha.Record) error, want error) {
	t.Helper()
	if err := cas.New(table).Update(t.Context(), captcha.Challenge{}, change); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
