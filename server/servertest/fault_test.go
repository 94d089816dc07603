package servertest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// Every vendor can be in trouble in every way that a vendor's own code knows nothing of.
func TestEveryVendorCanBeInTrouble(t *testing.T) {
	for _, vendor := range []string{"oneaccess", "ajcaptcha", "cloudbase", "geetest", "yidun", "native"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			s := servertest.New(t)
			site := s.Site(vendor)
			// The widget's own call speaks for the Sites of all vendors.
			ask := func() (int, string, error) {
				response, err := http.Post(s.URL+"/native/v1/challenges", "application/json", strings.NewReader(`{"site":"`+site.Key+`"}`))
				if err != nil {
					return 0, "", err
				}
				defer response.Body.Close()
				text, err := io.ReadAll(response.Body)
				return response.StatusCode, string(text), err
			}
			if status, _, err := ask(); status != http.StatusCreated || err != nil {
				t.Fatalf("all is well: %d, %v", status, err)
			}
			s.Fault(vendor, "drop")
			if status, _, err := ask(); err == nil {
				t.Errorf("drop: %d", status)
			}
			s.Fault(vendor, "normal")
			if status, _, err := ask(); status != http.StatusCreated || err != nil {
				t.Errorf("all is well again: %d, %v", status, err)
			}
			entries, err := s.Control.Journal(t.Context(), controlclient.Filter{Site: site.Key})
			if err != nil || len(entries) != 3 || entries[1].Status != 0 || entries[2].Status != http.StatusCreated {
				t.Errorf("the journal: %+v, %v", entries, err)
			}
		})
	}
}

func TestAFaultOfAVendorsOwnCallComesSoOften(t *testing.T) {
	s := servertest.New(t)
	site := s.Site("oneaccess")
	get := func() (int, string) { return answered(t, "GET", s.URL+"/api/v2/sdk/captcha", "", oneAccessHeader(s)) }
	set := func(fault controlclient.Fault) {
		t.Helper()
		if err := s.Control.Set(t.Context(), site.Key, fault); err != nil {
			t.Fatal(err)
		}
	}
	set(controlclient.Fault{Fault: "http:503", Times: 2})
	for i, want := range []int{503, 503, 200} {
		if status, _ := get(); status != want {
			t.Errorf("request %d: %d, want %d", i+1, status, want)
		}
	}
	set(controlclient.Fault{Fault: "empty", Times: 1})
	if status, text := get(); status != http.StatusOK || text != "" {
		t.Errorf("empty: %d %q", status, text)
	}
	set(controlclient.Fault{Fault: "badjson", Times: 1})
	if status, text := get(); status != http.StatusOK || !strings.HasPrefix(text, "{") || strings.HasSuffix(text, "}") {
		t.Errorf("badjson: %d %q", status, text)
	}
	set(controlclient.Fault{Fault: "delay:30", Times: 1})
	before := time.Now()
	if status, _ := get(); status != http.StatusOK || time.Since(before) < 30*time.Millisecond {
		t.Errorf("delay: %d after %v", status, time.Since(before))
	}
	set(controlclient.Fault{Fault: "http:500", Probability: 0.5})
	failed := 0
	for range 100 {
		if status, _ := get(); status == http.StatusInternalServerError {
			failed++
		}
	}
	if failed < 15 || failed > 85 { // less likely than 1 in 10^12
		t.Errorf("half of the requests are to fail, %d of 100 did", failed)
	}
	for _, wrong := range []controlclient.Fault{{Fault: "http:200"}, {Fault: "delay:0"}, {Fault: "http:500", Times: -1}, {Fault: "http:500", Probability: 2}, {}} {
		if err := s.Control.Set(t.Context(), site.Key, wrong); err == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
}
