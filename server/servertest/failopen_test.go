package servertest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// sample takes the steps of GeeTest's own Go and Python samples: whatever is no answer
// in JSON with status 200 counts as a success, so that an outage of the vendor locks
// nobody out. So whoever makes the call fail is in.
func sample(client *http.Client, host, captchaID, captchaKey string, sent url.Values) (letIn bool) {
	form := signedForm(captchaKey, sent)
	said := map[string]any{"result": "success", "reason": "request geetest api fail"}
	response, err := client.Post(host+"/validate?captcha_id="+captchaID, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err == nil {
		defer response.Body.Close()
		answer := map[string]any{}
		if response.StatusCode == http.StatusOK && json.NewDecoder(response.Body).Decode(&answer) == nil {
			said = answer
		}
	}
	return said["result"] == "success"
}

// A team that tests its backend so sees what its visitors could do, before they do.
func TestABackendThatFailsOpenIsCaught(t *testing.T) {
	s := servertest.New(t)
	site := s.Site("geetest")
	patient, impatient := &http.Client{}, &http.Client{Timeout: 50 * time.Millisecond}
	for _, row := range []struct {
		name, fault string
		letIn       bool
		status      int
		reply       string
	}{
		{"the vendor says no", "fail:pass_token expire", false, 200, `"result":"fail"`},
		{"the vendor says that the request is wrong", "error:-50005", false, 200, `"status":"error"`},
		{"the answer is no JSON", "badjson", true, 200, ""},
		{"the answer is empty", "empty", true, 200, ""},
		{"the vendor fails", "http:500", true, 500, ""},
		{"the vendor is slow", "delay:5000", true, 200, ""},
		{"the connection breaks", "drop", true, 0, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			s.Reset()
			s.Fault("geetest", row.fault)
			nobody := url.Values{"lot_number": {strings.Repeat("0", 32)}, "captcha_output": {"x"}, "pass_token": {"x"}, "gen_time": {"1"}}
			client := patient
			if row.fault == "delay:5000" {
				client = impatient
			}
			if letIn := sample(client, s.URL, site.Key, site.Secret, nobody); letIn != row.letIn {
				t.Errorf("who never solved a captcha is let in: %v, want %v", letIn, row.letIn)
			}
			entries, err := s.Control.Await(t.Context(), controlclient.Filter{Path: "/validate"}, 1, 30*time.Second)
			if err != nil || len(entries) != 1 || entries[0].Status != row.status || !strings.Contains(entries[0].Reply, row.reply) {
				t.Errorf("the journal: %+v, %v", entries, err)
			}
		})
	}
}

// A backend that tries again when a call fails is seen to do so.
func TestABackendThatTriesAgainIsSeen(t *testing.T) {
	s := servertest.New(t)
	site := s.Site("yidun")
	if err := s.Control.Set(t.Context(), site.Key, controlclient.Fault{Fault: "http:500", Times: 2}); err != nil {
		t.Fatal(err)
	}
	var statuses []int
	for range 3 {
		response, err := http.PostForm(s.URL+"/api/v2/verify", url.Values{"captchaId": {site.Key}})
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		statuses = append(statuses, response.StatusCode)
	}
	entries, err := s.Control.Journal(t.Context(), controlclient.Filter{Path: "/api/v2/verify"})
	if fmt.Sprint(statuses) != "[500 500 200]" || err != nil || len(entries) != 3 || entries[1].Status != 500 {
		t.Errorf("statuses %v, journal %+v, %v", statuses, entries, err)
	}
}
