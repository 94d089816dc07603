package servertest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

func TestTheJournalShowsWhatTheAppAskedAndWhatBecameOfIt(t *testing.T) {
	s := servertest.New(t)
	site := s.Site("geetest")
	pass := s.Pass("geetest")
	for range 2 {
		admitted(s.URL, site.Key, site.Secret, sent(pass))
	}
	entries := s.Journal("geetest")
	if len(entries) != 2 {
		t.Fatalf("entries: %+v", entries)
	}
	first, second := entries[0], entries[1]
	if first.Step != "redeem" || first.Outcome != "right" || first.Site != site.Key || first.ID != pass.ID || first.Path != "/validate" ||
		first.Status != http.StatusOK || !strings.Contains(first.Body, "lot_number="+pass.ID) || !strings.Contains(first.Reply, `"result":"success"`) {
		t.Errorf("the first: %+v", first)
	}
	if second.Outcome != "used" || second.Seq != first.Seq+1 || !strings.Contains(second.Reply, "pass_token used") {
		t.Errorf("the second: %+v", second)
	}
}

// The journal says why a request was refused, and what would have been right.
func TestTheJournalSaysWhatWouldHaveBeenRight(t *testing.T) {
	s := servertest.New(t)
	gt, yd := s.Site("geetest"), s.Site("yidun")
	pass := s.Pass("geetest")
	form := sent(pass)
	form.Set("sign_token", "wrong")
	yidun := url.Values{
		"captchaId": {yd.Key}, "validate": {"x"}, "user": {""}, "secretId": {yd.SecretID}, "version": {"v2"}, "timestamp": {"1"}, "nonce": {"1"}, "signature": {"wrong"},
	}
	for _, row := range []struct {
		name, path, contentType, body string
		want                          []string
	}{
		{"a wrong sign_token", "/validate?captcha_id=" + gt.Key, "application/x-www-form-urlencoded", form.Encode(),
			[]string{`sign_token is "wrong"`, "HMAC-SHA256", pass.ID}},
		{"JSON where a form is due", "/validate", "application/json", `{"captcha_id":"x"}`, []string{"application/x-www-form-urlencoded", "application/json"}},
		{"a path of another vendor's", "/geetest/verify", "application/x-www-form-urlencoded", form.Encode(), []string{"no POST /geetest/verify", "POST /validate"}},
		{"a wrong signature", "/api/v2/verify", "application/x-www-form-urlencoded", yidun.Encode(),
			[]string{`signature is "wrong"`, "MD5", "captchaId" + yd.Key + "nonce1"}},
		{"JSON to Yidun", "/api/v2/verify", "application/json", "{}", []string{"application/x-www-form-urlencoded"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			entry := posted(t, s, row.path, row.contentType, row.body, controlclient.Filter{})
			for _, want := range row.want {
				if !strings.Contains(entry.Because, want) {
					t.Errorf("it says %q, and nothing of %q", entry.Because, want)
				}
			}
			if strings.Contains(fmt.Sprint(entry), gt.Secret) || strings.Contains(fmt.Sprint(entry), yd.Secret) {
				t.Errorf("a secret shows: %+v", entry)
			}
		})
	}
}

func TestSecretsAreMaskedInTheJournal(t *testing.T) {
	s := servertest.New(t)
	site := s.Site("native")
	redeem(t, s, "native", s.Pass("native"))
	_, _ = post(t, s.URL+"/auth/v1/captcha/introspect?client_secret=TOPSECRET", `{"client_secret":"TOPSECRET"}`)
	entries, err := s.Control.Journal(t.Context(), controlclient.Filter{})
	if err != nil || len(entries) != 2 {
		t.Fatalf("%v, %v", entries, err)
	}
	if text := fmt.Sprint(entries); strings.Contains(text, site.Secret) || strings.Contains(text, "TOPSECRET") || !strings.Contains(text, "***") {
		t.Errorf("a secret shows: %s", text)
	}
}

func TestTheJournalIsWaitedFor(t *testing.T) {
	s := servertest.New(t)
	waiting := make(chan []controlclient.Entry)
	go func() {
		entries, err := s.Control.Await(t.Context(), controlclient.Filter{Site: s.Site("native").Key, Step: "redeem"}, 2, 30*time.Second)
		if err != nil {
			t.Error(err)
		}
		waiting <- entries
	}()
	pass := s.Pass("native")
	redeem(t, s, "native", pass)
	redeem(t, s, "native", pass)
	if entries := <-waiting; len(entries) != 2 || entries[0].Outcome != "right" || entries[1].Outcome != "used" {
		t.Errorf("%+v", entries)
	}
	entries, err := s.Control.Await(t.Context(), controlclient.Filter{Outcome: "expired"}, 1, 10*time.Millisecond)
	if err != nil || len(entries) != 0 {
		t.Errorf("in vain: %v, %v", entries, err)
	}
	for _, query := range []string{"wait=soon", "wait=2m", "count=0", "count=x", "after=x", "cheese=1"} {
		response, err := http.Get(s.URL + "/control/v1/journal?" + query)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", query, response.StatusCode)
		}
	}
}

func TestTheJournalKeepsTheLatestThousand(t *testing.T) {
	s := servertest.New(t)
	for range 1100 {
		response, err := http.Get(s.URL + "/load")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	entries, err := s.Control.Journal(t.Context(), controlclient.Filter{})
	if err != nil || len(entries) != 1000 || entries[0].Seq != 101 || entries[999].Seq != 1100 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	entries, err = s.Control.Journal(t.Context(), controlclient.Filter{After: 1098})
	if err != nil || len(entries) != 2 {
		t.Errorf("%d later ones, %v", len(entries), err)
	}
}

// posted sends a request with an empty journal, and is its one entry that passes the filter.
func posted(t *testing.T, s *servertest.Server, path, contentType, body string, filter controlclient.Filter) controlclient.Entry {
	t.Helper()
	if err := s.Control.EmptyJournal(t.Context()); err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(s.URL+path, contentType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	entries, err := s.Control.Journal(t.Context(), filter)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%+v, %v", entries, err)
	}
	return entries[0]
}
