package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlite"
)

// life is what the benchmarks do with the n-th Challenge. A server that is as
// busy as it can be issues ten thousand in a second; each is answered some
// seconds later, sooner or later.
type life struct {
	ch    captcha.Challenge
	pass  captcha.Pass
	now   time.Time // when it is answered
	rules captcha.Rules
}

func newLife(n uint64) life {
	issued := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).Add(time.Duration(n) * 100 * time.Microsecond)
	spread := n * 0x9e3779b97f4a7c15 // as even as real IDs
	l := life{
		now:   issued,
		rules: captcha.Rules{Attempts: 5, Lifetime: 2 * time.Minute, PassLifetime: 5 * time.Minute},
	}
	l.ch.IssuedAt = issued.Add(-time.Duration(spread>>32%18_000) * time.Millisecond).Truncate(time.Second)
	binary.BigEndian.PutUint64(l.ch.ID[:], spread)
	l.pass = captcha.Pass{ID: l.ch.ID, Secret: strconv.FormatUint(spread, 36)}
	return l
}

// record is what there is after the answer.
func (l life) record() captcha.Record {
	var r captcha.Record
	if err := l.answer(&r); err != nil {
		panic(err)
	}
	return r
}

func (l life) answer(r *captcha.Record) error {
	return r.Answer(l.now, l.ch, l.rules, true, l.pass, map[string]string{
		"address": "192.0.2.1", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
	})
}

func (l life) redeem(r *captcha.Record) error { return r.Redeem(l.now, l.rules, l.pass) }

// fill keeps the answers of n lives from the first one on.
func fill(b *testing.B, store *sqlite.Store, first uint64, n int) {
	b.Helper()
	err := store.Fill(b.Context(), n, func(i int) (captcha.Challenge, captcha.Record) {
		l := newLife(first + uint64(i))
		return l.ch, l.record()
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkUpdate is what the two Updates of a life cost. A plain commit of one
// prepared statement stands beside it, since the disk decides about all of them.
func BenchmarkUpdate(b *testing.B) {
	b.Run("plain commit", func(b *testing.B) {
		db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "plain.db")+
			"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)"); err != nil {
			b.Fatal(err)
		}
		upsert, err := db.Prepare("INSERT INTO t VALUES (?, 'some text') ON CONFLICT DO UPDATE SET text = excluded.text")
		if err != nil {
			b.Fatal(err)
		}
		measure(b, 1, func(n uint64) error {
			_, err := upsert.Exec(int64(n))
			return err
		})
	})
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("answer/callers=%d", callers), func(b *testing.B) {
			store := open(b, b.TempDir())
			measure(b, callers, func(n uint64) error { return update(b, store, newLife(n), life.answer) })
		})
		b.Run(fmt.Sprintf("redeem/callers=%d", callers), func(b *testing.B) {
			store := open(b, b.TempDir())
			fill(b, store, 0, b.N)
			measure(b, callers, func(n uint64) error { return update(b, store, newLife(n), life.redeem) })
		})
	}
}

// BenchmarkUpdateAmong is a life among as many other Records as there are. The
// environment variable CAPTCHAD_BENCH_RECORDS adds a number to the small one;
// ten million take minutes and 2 GB.
func BenchmarkUpdateAmong(b *testing.B) {
	sizes := []int{10_000}
	if more, err := strconv.Atoi(os.Getenv("CAPTCHAD_BENCH_RECORDS")); err == nil {
		sizes = append(sizes, more)
	}
	stores := make([]*sqlite.Store, len(sizes))
	for i, records := range sizes {
		stores[i] = open(b, b.TempDir())
		fill(b, stores[i], 0, records)
	}
	for i, records := range sizes {
		store, next := stores[i], uint64(records)
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			first := next
			next += uint64(b.N)
			measure(b, 64, func(n uint64) error {
				if err := update(b, store, newLife(first+n), life.answer); err != nil {
					return err
				}
				return update(b, store, newLife(first+n-1000), life.redeem)
			})
		})
	}
}

// BenchmarkForget is what the Updates of others suffer from forgetting.
func BenchmarkForget(b *testing.B) {
	for _, forgetting := range []bool{false, true} {
		b.Run(fmt.Sprintf("beside=%v", forgetting), func(b *testing.B) {
			store := open(b, b.TempDir())
			due := 4*b.N + 1000
			fill(b, store, 0, due)
			ctx, stop := context.WithCancel(b.Context())
			var sweep sync.WaitGroup
			forgotten := 0
			if forgetting {
				sweep.Go(func() {
					for ctx.Err() == nil {
						n, _ := store.Forget(ctx, newLife(uint64(due)).now.Add(time.Hour))
						forgotten += n
					}
				})
			}
			later := uint64(due) + 100_000_000 // not due
			measure(b, 64, func(n uint64) error { return update(b, store, newLife(later+n), life.answer) })
			stop()
			sweep.Wait()
			b.ReportMetric(float64(forgotten)/b.Elapsed().Seconds(), "forgotten/s")
		})
	}
}

func update(b *testing.B, store *sqlite.Store, l life, change func(life, *captcha.Record) error) error {
	return store.Update(b.Context(), l.ch, func(r *captcha.Record) error { return change(l, r) })
}

// measure has so many callers at once do it b.N times in all, for n from 0 on,
// and tells how long the slowest hundredth took.
func measure(b *testing.B, callers int, do func(n uint64) error) {
	var next atomic.Uint64
	took := make([]time.Duration, b.N)
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range callers {
		all.Go(func() {
			for n := next.Add(1) - 1; n < uint64(b.N); n = next.Add(1) - 1 {
				begin := time.Now()
				if err := do(n); err != nil {
					b.Error(err)
				}
				took[n] = time.Since(begin)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[b.N*99/100].Microseconds()), "p99-µs")
}

// BenchmarkRead is what every request asks for.
func BenchmarkRead(b *testing.B) {
	store := open(b, b.TempDir())
	if err := store.SaveSite(b.Context(), &captcha.Site{Key: "a", Secrets: []captcha.Secret{{Value: "s"}}}); err != nil {
		b.Fatal(err)
	}
	fill(b, store, 0, 1)
	b.Run("site", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.Site(b.Context(), "a"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("record", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.Record(b.Context(), newLife(0).ch); err != nil {
				b.Fatal(err)
			}
		}
	})
}
