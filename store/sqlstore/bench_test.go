package sqlstore_test

import (
	"database/sql"
	"encoding/binary"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

// BenchmarkUpdate is what a life of a Challenge costs: one Answer, one
// redemption. A plain commit of one prepared statement stands beside it, since
// the disk decides about all of them.
func BenchmarkUpdate(b *testing.B) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	rules := captcha.Rules{Attempts: 5, Lifetime: 2 * time.Minute, PassLifetime: 5 * time.Minute}
	details := map[string]string{"address": "192.0.2.1", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)"}
	pass := captcha.Pass{Secret: "secret"}
	challenge := func(n uint64) captcha.Challenge {
		ch := captcha.Challenge{IssuedAt: now}
		binary.BigEndian.PutUint64(ch.ID[:], n*0x9e3779b97f4a7c15) // as spread as real IDs
		return ch
	}
	answer := func(ch captcha.Challenge) func(*captcha.Record) error {
		return func(r *captcha.Record) error { return r.Answer(now, ch, rules, true, pass, details) }
	}
	redeem := func(r *captcha.Record) error { return r.Redeem(now, rules, pass) }

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
		insert, err := db.Prepare("INSERT INTO t VALUES (?, 'some text')")
		if err != nil {
			b.Fatal(err)
		}
		for n := 0; b.Loop(); n++ {
			if _, err := insert.Exec(n); err != nil {
				b.Fatal(err)
			}
		}
	})

	b.Run("serial answer", func(b *testing.B) {
		store := open(b, b.TempDir())
		for n := uint64(0); b.Loop(); n++ {
			ch := challenge(n)
			if err := store.Update(b.Context(), ch, answer(ch)); err != nil {
				b.Fatal(err)
			}
		}
	})

	b.Run("parallel answer and redeem", func(b *testing.B) {
		store := open(b, b.TempDir())
		var last atomic.Uint64
		b.SetParallelism(64)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				ch := challenge(last.Add(1))
				if err := store.Update(b.Context(), ch, answer(ch)); err != nil {
					b.Error(err)
				}
				if err := store.Update(b.Context(), ch, redeem); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(2*float64(b.N)/b.Elapsed().Seconds(), "updates/s")
	})
}

// BenchmarkRead is what every request asks for.
func BenchmarkRead(b *testing.B) {
	store := open(b, b.TempDir())
	if err := store.SaveSite(b.Context(), &captcha.Site{Key: "a", Secrets: []captcha.Secret{{Value: "s"}}}); err != nil {
		b.Fatal(err)
	}
	b.Run("site", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.Site(b.Context(), "a"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("record", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.Record(b.Context(), captcha.ID{1}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
