package main

import (
	"testing"

	"github.com/captchad/captchad/store/storetest/servers"
)

func TestRequestsAreCountedInRedisWhereRecordsAre(t *testing.T) {
	redis, db := servers.StartRedis(t), database(t)
	must(t, "site", "add", "--dialect=native", "--key=mine", db)
	p := start(t, "serve", db, "--limit=native.issue=60", "--ledger="+redis.URL())
	buckets := func() string { return redis.Ask(t, `EVAL "return #redis.call('KEYS', 'captchad:limit:*')" 0`) }
	if got := buckets(); got != ":0" {
		t.Fatalf("before any request there are %s buckets", got)
	}
	// A request does not wait for a Redis that is slow to be reached: the next one finds it.
	soon(t, "the caller has a bucket", func() bool {
		post(t, p.url+"/native/v1/challenges", `{"site":"mine"}`)
		return buckets() == ":1"
	})
}
