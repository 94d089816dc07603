package servertest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// trouble is what a vendor does when something is wrong.
type trouble struct {
	name   string
	fault  string
	plan   string   // how the next redemption ends, instead of a fault
	letsIn []string // the vendors whose samples let everybody in then
	status int      // as the journal has it; 0: there was no answer, gone: nobody heard it
	reply  string   // a part of what is answered
	tries  int      // how often Yidun's demo asks; default: once
}

// gone is the status of an answer that nobody waited for.
const gone = -1

// troubles of each vendor. What makes a sample let in whom it should not is everything that is
// no answer, and nothing else.
var troubles = []trouble{
	{name: "the vendor says no", status: 200},
	{name: "the vendor says that the pass is used", plan: "used", status: 200},
	{name: "the answer is no JSON", fault: "badjson", letsIn: everybody, status: 200},
	{name: "the answer is empty", fault: "empty", letsIn: everybody, status: 200},
	{name: "the vendor fails", fault: "http:500", letsIn: everybody, status: 500},
	{name: "the connection breaks", fault: "drop", letsIn: everybody, tries: 4},
	// Who waits hears the truth.
	{name: "the vendor is slow", fault: "delay:300", letsIn: []string{"GeeTest's Go sample", "Yidun's Java demo"}, status: gone},
}

var everybody = []string{"GeeTest's Go sample", "GeeTest's Python sample", "Yidun's Java demo"}

// ownTroubles are those in one vendor's words.
var ownTroubles = map[string][]trouble{
	"geetest": {
		{name: "the result is fail", fault: "fail:pass_token expire", status: 200, reply: `"result":"fail"`},
		{name: "the status is error", fault: "error:-50005", status: 200, reply: `"status":"error"`},
	},
	"yidun": {
		{name: "the vendor fails in its own shape", fault: "http:503", letsIn: everybody, status: 503, reply: `"result":false`},
	},
}

// A team that tests its backend so sees what its visitors could do, before they do.
func TestABackendThatFailsOpenIsCaught(t *testing.T) {
	for _, sample := range samples {
		t.Run(sample.name, func(t *testing.T) {
			t.Parallel()
			s := servertest.New(t)
			for _, trouble := range slices.Concat(troubles, ownTroubles[sample.vendor]) {
				t.Run(trouble.name, func(t *testing.T) { try(t, s, sample, trouble) })
			}
		})
	}
}

// try has the sample ask a vendor in trouble about somebody who never solved a captcha.
func try(t *testing.T, s *servertest.Server, asking sample, in trouble) {
	s.Reset()
	if in.fault != "" {
		s.Fault(asking.vendor, in.fault)
	}
	if in.plan != "" {
		s.Next(asking.vendor, "redeem", in.plan)
	}
	client := &http.Client{Timeout: 30 * time.Second}
	if in.name == "the vendor is slow" {
		client.Timeout = 30 * time.Millisecond // for the 5 s of the samples
	}
	want := slices.Contains(in.letsIn, asking.name)
	if letIn := asking.letsIn(client, s.URL, s.Site(asking.vendor)); letIn != want {
		t.Errorf("who never solved a captcha is let in: %v, want %v", letIn, want)
	}
	tries := 1
	if asking.vendor == "yidun" && in.tries > 0 {
		tries = in.tries
	}
	entries, err := s.Control.Await(t.Context(), controlclient.Filter{Path: asking.path}, tries, 30*time.Second)
	if err != nil || len(entries) != tries {
		t.Fatalf("the journal has %d requests, want %d: %+v, %v", len(entries), tries, entries, err)
	}
	for _, entry := range entries {
		if in.status != gone && entry.Status != in.status || !strings.Contains(entry.Reply, in.reply) || entry.Site != s.Site(asking.vendor).Key {
			t.Errorf("the journal: %+v", entry)
		}
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
