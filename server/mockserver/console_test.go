package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/captchad/captchad/server/servertest"
)

func TestTheBareAddressLeadsToTheConsole(t *testing.T) {
	s := servertest.New(t)
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		method, path string
		status       int
		to           string
	}{
		{http.MethodGet, "/", http.StatusFound, "/console/"},
		{http.MethodHead, "/", http.StatusFound, "/console/"},
		{http.MethodPost, "/", http.StatusNotFound, ""},
		{http.MethodGet, "/nothing", http.StatusNotFound, ""},
	} {
		request, err := http.NewRequest(c.method, s.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := stay.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if to := response.Header.Get("Location"); response.StatusCode != c.status || to != c.to {
			t.Errorf("%s %s: %d to %q, want %d to %q", c.method, c.path, response.StatusCode, to, c.status, c.to)
		}
	}
	if home, err := http.Get(s.URL + "/"); err != nil || home.StatusCode != http.StatusOK {
		t.Errorf("followed: %v %v", home, err)
	}
}
