package redisstore_test

import (
	"testing"
	"time"

	"github.com/captchad/captchad/store/redisstore"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestBuckets(t *testing.T) {
	server := servers.StartRedis(t)
	one, two := open(t, server.URL(), time.Now), open(t, server.URL(), time.Now)
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
	t.Run("fail without Redis", func(t *testing.T) {
		server.Kill(t)
		if _, err := one.Take(t.Context(), "a", 3, time.Hour); err == nil {
			t.Error("it does not")
		}
	})
}
