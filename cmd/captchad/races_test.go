package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/captchad/captchad/server/mockserver"
)

// countStatus sends the same request n times at once and counts the statuses.
func countStatus(t *testing.T, n int, url string, body func(i int) string) map[int]int {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	var mu sync.Mutex
	var all sync.WaitGroup
	counts := map[int]int{}
	for i := range n {
		all.Go(func() {
			status, _, err := postTo(client, url, body(i))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	all.Wait()
	return counts
}

func TestOf200ParallelRedemptionsOverHTTPOneWins(t *testing.T) {
	p := start(t, "mock", database(t))
	for _, site := range mockserver.ReadySites() {
		if site.Rules.Reusable {
			continue
		}
		_, body := post(t, p.url+"/control/v1/passes", fmt.Sprintf(`{"dialect":%q,"site":%q}`, site.Dialect, site.Key))
		var minted struct{ Pass json.RawMessage }
		if err := json.Unmarshal([]byte(body), &minted); err != nil {
			t.Fatal(err)
		}
		counts := countStatus(t, 200, p.url+"/native/v1/redeem", func(int) string {
			return fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s}`, site.Key, site.Secrets[0].Value, minted.Pass)
		})
		if counts[http.StatusOK] != 1 || counts[http.StatusConflict] != 199 {
			t.Errorf("%s: statuses %v", site.Dialect, counts)
		}
	}
}

func TestOf200ParallelAnswersOverHTTPNoMoreThanAllowedAreJudged(t *testing.T) {
	p := start(t, "mock", database(t))
	_, body := post(t, p.url+"/native/v1/challenges", `{"site":"native-demo"}`)
	var issued struct{ ID string }
	if err := json.Unmarshal([]byte(body), &issued); err != nil {
		t.Fatal(err)
	}
	counts := countStatus(t, 200, p.url+"/native/v1/challenges/"+issued.ID+"/answers", func(i int) string {
		return fmt.Sprintf(`{"site":"native-demo","answer":{"x":%d}}`, 60+i)
	})
	var attempts int
	for _, site := range mockserver.ReadySites() {
		if site.Dialect == "native" {
			attempts = site.Rules.Attempts
		}
	}
	if judged := counts[http.StatusOK] + counts[http.StatusUnprocessableEntity]; judged > attempts || judged == 0 || counts[http.StatusOK] > 1 {
		t.Errorf("%d were judged, %d are allowed: %v", judged, attempts, counts)
	}
}
