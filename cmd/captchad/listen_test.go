package main

import (
	"net/http"
	"testing"
)

// Who listens to the journal for ever does not keep the mock from stopping in order.
func TestAMockThatIsListenedToStopsAtOnce(t *testing.T) {
	p := start(t, "mock")
	response, err := http.Get(p.url + "/control/v1/journal/events")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", response, err)
	}
	defer response.Body.Close()
	if code := p.stop(); code != exitOK {
		t.Errorf("exit %d: %s", code, p.stderr)
	}
}
