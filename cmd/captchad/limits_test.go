package main

import (
	"net/http"
	"testing"

	"github.com/captchad/captchad/store/storetest/servers"
)

func TestReplicasWithOneRedisCountRequestsTogether(t *testing.T) {
	db, ledger := database(t), "--ledger="+servers.Redis(t)
	must(t, "site", "add", "--dialect=native", "--key=mine", db)
	issued := func(args ...string) (issued int) {
		t.Helper()
		var replicas []*program
		for range 2 {
			replicas = append(replicas, start(t, append([]string{"serve", db, "--limit=native.issue=4"}, args...)...))
		}
		for n := range 6 {
			status, body := post(t, replicas[n%2].url+"/native/v1/challenges", `{"site":"mine"}`)
			switch status {
			case http.StatusCreated:
				issued++
			case http.StatusTooManyRequests:
			default:
				t.Fatalf("got %d %s", status, body)
			}
		}
		return issued
	}
	if n := issued(); n != 6 {
		t.Errorf("each for itself they issue %d", n)
	}
	if n := issued(ledger); n < 4 || n == 6 { // a bucket fills up again while a slow machine works
		t.Errorf("together they issue %d, want 4", n)
	}
}
