package redisstore_test

import (
	"testing"
	"time"

	"github.com/captchad/captchad/store/redisstore"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestBuckets(t *testing.T) {
	server := servers.StartRedis(t)
	clock := time.Now()
	now := func() time.Time { return clock }
	one, two := open(t, server.URL(), now), open(t, server.URL(), now)
	take := func(t *testing.T, ledger *redisstore.Ledger, key string) time.Duration {
		t.Helper()
		wait, err := ledger.Take(t.Context(), key, 3, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return wait
	}

	t.Run("are counted over all replicas", func(t *testing.T) {
		for i, ledger := range []*redisstore.Ledger{one, two, one} {
			if wait := take(t, ledger, "a"); wait != 0 {
				t.Errorf("request %d has to wait %v", i+1, wait)
			}
		}
		// A third of an hour, less what the test has taken.
		if wait := take(t, two, "a"); wait <= 0 || wait > 20*time.Minute {
			t.Errorf("one request too many has to wait %v", wait)
		}
	})
	t.Run("are one for each key", func(t *testing.T) {
		if wait := take(t, one, "b"); wait != 0 {
			t.Errorf("another caller has to wait %v", wait)
		}
	})
	t.Run("are gone when they are full again", func(t *testing.T) {
		const expiring = `EVAL "local n = 0; for _, key in ipairs(redis.call('KEYS', 'captchad:limit:*')) do if redis.call('PTTL', key) > 0 then n = n + 1 end end; return n" 0`
		if got := server.Ask(t, expiring); got != ":2" {
			t.Errorf("%s of 2 buckets expire", got)
		}
	})
	t.Run("are chosen so that nobody can tell from outside which keys share one", func(t *testing.T) {
		var names []string
		for range 2 {
			server := servers.StartRedis(t)
			take(t, open(t, server.URL(), time.Now), "a")
			names = append(names, server.Ask(t, `EVAL "return redis.status_reply(redis.call('KEYS', 'captchad:limit:*')[1])" 0`))
		}
		if names[0] == names[1] {
			t.Errorf("a key has bucket %s with any Redis", names[0])
		}
	})
	t.Run("are counted over all replicas after a loss too", func(t *testing.T) {
		take(t, one, "c")
		server.Flush(t)
		clock = clock.Add(time.Minute)
		later := open(t, server.URL(), now)
		begins(t, one)
		for i, ledger := range []*redisstore.Ledger{one, later, one} {
			if wait := take(t, ledger, "c"); wait != 0 {
				t.Errorf("request %d has to wait %v", i+1, wait)
			}
		}
		if wait := take(t, later, "c"); wait == 0 {
			t.Error("one request too many does not have to wait")
		}
	})
	t.Run("fail without Redis", func(t *testing.T) {
		server.Kill(t)
		if _, err := one.Take(t.Context(), "a", 3, time.Hour); err == nil {
			t.Error("it does not")
		}
	})
}
