package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/redisstore"
	"github.com/captchad/captchad/store/storetest"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestLaws(t *testing.T) {
	before := func() time.Time { return storetest.Now().Add(-time.Hour) }
	for _, row := range []struct {
		name  string
		start func(tb testing.TB) *servers.RedisServer
	}{
		{"one server", func(tb testing.TB) *servers.RedisServer { return servers.StartRedis(tb) }},
		{"a cluster", servers.StartRedisCluster},
	} {
		t.Run(row.name, func(t *testing.T) {
			server, last := row.start(t), ""
			openIn := func(t *testing.T, home string) captcha.Ledger {
				if home != last { // the next law has begun
					server.Flush(t)
					last = home
				}
				return open(t, server.URL(), before)
			}
			storetest.ExpiringLedger(t, openIn)
			storetest.SharedExpiringLedger(t, openIn)
		})
	}
}

func TestOpen(t *testing.T) {
	good := servers.StartRedis(t)
	for _, row := range []struct {
		name string
		url  string
		want string
	}{
		{"a wrong password is told", strings.Replace(good.URL(), servers.Password, "hunter2", 1), "WRONGPASS"},
		{"a server that is not there is told", "redis://:hunter2@127.0.0.1:1", "connection refused"},
		{"a cluster that is none is told", strings.Replace(good.URL(), "redis:", "redis-cluster:", 1), "cluster support disabled"},
		{"a password with a percent sign is no URL", "redis://:hunter2%zz@127.0.0.1", "percent-encoded"},
		{"a password with a slash is no URL", "redis://:hunter2/x@127.0.0.1", "percent-encoded"},
		{"a database that is no number is no URL", "redis://127.0.0.1/hunter2", "cannot be read"},
	} {
		t.Run(row.name, func(t *testing.T) {
			ledger, err := redisstore.Open(t.Context(), row.url, time.Now)
			if err == nil {
				ledger.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %q, want it to say %q and not the password", err, row.want)
			}
		})
	}

	t.Run("a server that drops records when its memory is full is refused, and is not ready", func(t *testing.T) {
		server := servers.StartRedis(t)
		clock := time.Now()
		ledger := open(t, server.URL(), func() time.Time { return clock })
		clock = clock.Add(beginning)
		server.Do(t, "CONFIG SET maxmemory-policy allkeys-lru")
		if err := ledger.Ping(t.Context()); err != nil {
			t.Errorf("without a limit of memory nothing is dropped: %v", err)
		}
		server.Do(t, "CONFIG SET maxmemory 100mb")
		_, err := redisstore.Open(t.Context(), server.URL(), time.Now)
		for _, err := range []error{err, ledger.Ping(t.Context())} {
			if err == nil || !strings.Contains(err.Error(), "noeviction") {
				t.Errorf("got %v", err)
			}
		}
		server.Do(t, "CONFIG SET maxmemory-policy noeviction")
		if err := ledger.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// beginning is how long a ledger is not ready after a loss.
const beginning = captcha.ClockSkew + time.Second

// rules are those of the Challenges below.
var rules = captcha.Rules{Attempts: 5, Lifetime: 2 * time.Minute, PassLifetime: 5 * time.Minute}

func TestMemoryLoss(t *testing.T) {
	for _, row := range []struct {
		name    string
		options []string
		lose    func(t *testing.T, s *servers.RedisServer)
	}{
		{"somebody has all forgotten", nil, func(t *testing.T, s *servers.RedisServer) { s.Flush(t) }},
		{"a crash", nil, func(t *testing.T, s *servers.RedisServer) { s.Kill(t); s.Start(t) }},
		{"a restart", nil, func(t *testing.T, s *servers.RedisServer) { s.Stop(t); s.Start(t) }},
		{"a crash that the disk remembers, perhaps not to the last second", []string{"--appendonly", "yes", "--appendfsync", "always"},
			func(t *testing.T, s *servers.RedisServer) { s.Kill(t); s.Start(t) }},
	} {
		t.Run("after "+row.name+" nothing from before can be answered or redeemed, and what comes then can", func(t *testing.T) {
			server := servers.StartRedis(t, row.options...)
			clock := storetest.Now()
			ledger := open(t, server.URL(), func() time.Time { return clock })
			clock = clock.Add(time.Minute)
			solved, pass := solve(t, ledger, 1, clock)
			redeemed, _ := solve(t, ledger, 2, clock)
			unanswered := challenge(3, clock)
			name := captcha.Challenge{ID: captcha.ID{4}}
			must(t, redeem(t, ledger, redeemed, clock))

			row.lose(t, server)

			for _, err := range []error{
				redeem(t, ledger, solved, clock), redeem(t, ledger, redeemed, clock), answer(t, ledger, unanswered, clock),
			} {
				if captcha.CodeOf(err) != captcha.Expired {
					t.Errorf("got %v, want it expired", err)
				}
			}
			if _, err := ledger.Record(t.Context(), solved); captcha.CodeOf(err) != captcha.Expired {
				t.Errorf("reading: got %v, want it expired", err)
			}
			must(t, ledger.Update(t.Context(), name, func(r *captcha.Record) error { r.AliasOf = pass.ID; return nil }))
			clock = clock.Add(beginning)
			later, _ := solve(t, ledger, 5, clock)
			must(t, redeem(t, ledger, later, clock))
			if err := redeem(t, ledger, later, clock); captcha.CodeOf(err) != captcha.Used {
				t.Errorf("again: got %v", err)
			}
		})
	}

	t.Run("nothing is redeemed twice, though the first to notice a loss is the replica whose clock is slow", func(t *testing.T) {
		server := servers.StartRedis(t)
		clock := storetest.Now()
		slow := open(t, server.URL(), func() time.Time { return clock.Add(-captcha.ClockSkew) })
		ahead := open(t, server.URL(), func() time.Time { return clock })
		clock = clock.Add(time.Minute)
		redeemed, _ := solve(t, ahead, 1, clock)
		must(t, redeem(t, ahead, redeemed, clock))
		server.Flush(t)
		begins(t, slow)
		if err := answer(t, ahead, redeemed, clock); captcha.CodeOf(err) != captcha.Expired {
			t.Errorf("got %v, want it expired", err)
		}
	})

	t.Run("a loss is noticed by who looks whether the ledger is ready, before anybody asks for a record", func(t *testing.T) {
		server := servers.StartRedis(t)
		clock := storetest.Now()
		ledger := open(t, server.URL(), func() time.Time { return clock })
		server.Flush(t)
		clock = clock.Add(time.Minute)
		begins(t, ledger)
		clock = clock.Add(time.Minute)
		solve(t, ledger, 1, clock.Add(-30*time.Second))
		if err := answer(t, ledger, challenge(2, clock.Add(-90*time.Second)), clock); captcha.CodeOf(err) != captcha.Expired {
			t.Errorf("got %v, want it expired", err)
		}
	})
}

func TestTrouble(t *testing.T) {
	t.Run("a server that is down fails every call, and one that is back is used", func(t *testing.T) {
		server := servers.StartRedis(t)
		clock := storetest.Now()
		ledger := open(t, server.URL(), func() time.Time { return clock })
		server.Kill(t)
		if err := answer(t, ledger, challenge(1, clock), clock); captcha.CodeOf(err) != captcha.Internal {
			t.Errorf("update: got %v", err)
		}
		if err := ledger.Ping(t.Context()); err == nil {
			t.Error("it is ready")
		}
		server.Start(t)
		begins(t, ledger)
		clock = clock.Add(beginning)
		must(t, ledger.Ping(t.Context()))
		solve(t, ledger, 2, clock)
	})

	t.Run("a server that does not answer fails every call in time", func(t *testing.T) {
		server := servers.StartRedis(t)
		ledger := open(t, server.URL(), storetest.Now)
		server.Freeze(t)
		if err := answer(t, ledger, challenge(1, storetest.Now()), storetest.Now()); !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
			t.Errorf("update: got %v", err)
		}
		server.Thaw(t)
	})

	t.Run("a server that has no memory left keeps nothing, and forgets nothing", func(t *testing.T) {
		server := servers.StartRedis(t)
		clock := storetest.Now()
		ledger := open(t, server.URL(), func() time.Time { return clock })
		clock = clock.Add(time.Minute)
		solved, _ := solve(t, ledger, 1, clock)
		server.Do(t, "CONFIG SET maxmemory 1")
		if err := redeem(t, ledger, solved, clock); captcha.CodeOf(err) != captcha.Internal {
			t.Errorf("redeem: got %v", err)
		}
		server.Do(t, "CONFIG SET maxmemory 0")
		must(t, redeem(t, ledger, solved, clock))
	})
}

func TestExpiry(t *testing.T) {
	t.Run("a record that is due goes away by itself, a minute later, and one that never is stays", func(t *testing.T) {
		server := servers.StartRedis(t)
		clock := time.Now()
		ledger := open(t, server.URL(), func() time.Time { return clock })
		clock = clock.Add(time.Minute)
		due, never := challenge(1, clock), challenge(2, clock)
		for _, ch := range []captcha.Challenge{due, never} {
			must(t, ledger.Update(t.Context(), ch, func(r *captcha.Record) error {
				r.Attempts = 1
				if ch == due {
					r.ForgetAt = clock.Add(time.Hour)
				}
				return nil
			}))
		}
		for ch, want := range map[captcha.Challenge]string{due: "3660", never: "-1"} {
			if got := server.Ask(t, fmt.Sprintf("TTL {captchad}:record:%v", ch.ID)); got != ":"+want {
				t.Errorf("a record lives for %s seconds, want %s", got, want)
			}
		}
	})
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && timeout.Timeout()
}

func challenge(n int, issued time.Time) captcha.Challenge {
	return captcha.Challenge{ID: captcha.ID{byte(n)}, IssuedAt: issued.Truncate(time.Second)}
}

func passFor(ch captcha.Challenge) captcha.Pass { return captcha.Pass{ID: ch.ID, Secret: "secret"} }

// solve answers the n-th Challenge, which is issued now.
func solve(t *testing.T, ledger captcha.Ledger, n int, now time.Time) (captcha.Challenge, captcha.Pass) {
	t.Helper()
	ch := challenge(n, now)
	must(t, answer(t, ledger, ch, now))
	return ch, passFor(ch)
}

func answer(t *testing.T, ledger captcha.Ledger, ch captcha.Challenge, now time.Time) error {
	return ledger.Update(t.Context(), ch, func(r *captcha.Record) error { return r.Answer(now, ch, rules, true, passFor(ch), nil) })
}

func redeem(t *testing.T, ledger captcha.Ledger, ch captcha.Challenge, now time.Time) error {
	return ledger.Update(t.Context(), ch, func(r *captcha.Record) error { return r.Redeem(now, rules, passFor(ch)) })
}

func open(t *testing.T, url string, now func() time.Time) *redisstore.Ledger {
	t.Helper()
	ledger, err := redisstore.Open(t.Context(), url, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	return ledger
}

// begins sees that the ledger is not ready in the seconds in which it begins to remember:
// what is issued in them would be taken for old.
func begins(t *testing.T, ledger *redisstore.Ledger) {
	t.Helper()
	if err := ledger.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "remembers in a few seconds") {
		t.Errorf("got %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
