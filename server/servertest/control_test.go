package servertest_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
	"github.com/google/go-cmp/cmp"
)

func TestTheControlClientListsAndShowsChallenges(t *testing.T) {
	s := servertest.New(t)
	ctx := t.Context()
	if _, err := s.Control.Latest(ctx); err == nil || !strings.Contains(err.Error(), "no challenge was issued yet") {
		t.Errorf("before any: %v", err)
	}
	first, second := onShow(t, s, "native"), onShow(t, s, "cloudbase")
	for site, want := range map[string][]string{"": {second.ID, first.ID}, first.Site: {first.ID}} {
		var ids []string
		list, err := s.Control.Challenges(ctx, site, 10)
		for _, ch := range list {
			ids = append(ids, ch.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" || err != nil {
			t.Errorf("%q: %v %s", site, err, diff)
		}
	}
	if found, err := s.Control.Challenge(ctx, first.ID); err != nil || !cmp.Equal(found, first) || found.Dialect != "native" {
		t.Errorf("%+v, %v, want %+v", found, err, first)
	}
	for _, row := range []struct{ id, part, mediaType, begins string }{
		{second.ID, "picture", "image/gif", "GIF8"}, {first.ID, "picture", "image/png", "\x89PNG"}, {first.ID, "strip", "image/png", "\x89PNG"},
	} {
		if mediaType, data, err := s.Control.Picture(ctx, row.id, row.part); err != nil || mediaType != row.mediaType || !bytes.HasPrefix(data, []byte(row.begins)) {
			t.Errorf("%+v: %s, %d bytes, %v", row, mediaType, len(data), err)
		}
	}
	if _, _, err := s.Control.Picture(ctx, second.ID, "strip"); err == nil || !strings.Contains(err.Error(), "part: ") {
		t.Errorf("the strip of a text: %v", err)
	}
}

func TestTheControlClientManagesSites(t *testing.T) {
	s := servertest.New(t)
	ctx := t.Context()
	before, err := s.Control.Sites(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ready, magic := 0, map[string]int{}
	for _, site := range before {
		if site.Ready {
			ready++
		}
		magic[site.Magic]++
	}
	if ready != 7 || magic["passes"] != 6 || magic[""] != ready {
		t.Errorf("%d are ready, magic are %v", ready, magic)
	}

	reusable := true
	change := controlclient.SiteChange{
		Dialect: "cloudbase", Name: "Shop", PassLifetime: controlclient.Duration(5 * time.Minute), Reusable: &reusable,
		Secrets: []controlclient.Secret{{Value: "shop's secret"}}, Hosts: []string{}, Settings: map[string]string{"cloudbase.audio": "on"},
	}
	if got, want := s.SaveSite("shop", change), (servertest.Site{Key: "shop", Secret: "shop's secret"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	site, err := s.Control.Site(ctx, "shop")
	want := controlclient.Site{
		Key: "shop", Name: "Shop", Dialect: "cloudbase", Secrets: change.Secrets, Attempts: site.Attempts, Lifetime: site.Lifetime,
		PassLifetime: change.PassLifetime, Reusable: true, Hosts: []string{}, Settings: change.Settings,
	}
	if diff := cmp.Diff(want, site); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if err := s.Control.RemoveSite(ctx, "native-demo"); err != nil {
		t.Error(err)
	}
	s.SaveSite("test-native-passes", controlclient.SiteChange{Attempts: 9})
	s.SaveSite("aj-demo", controlclient.SiteChange{Settings: map[string]string{}})
	if _, err := s.Control.Mint(ctx, "native-demo", ""); err == nil {
		t.Error("a site that is gone makes passes")
	}
	// In mock mode every client_id of CloudBase is a Site.
	if got := said(t, "POST", s.URL+"/auth/v1/captcha/data?client_id=my-env", "{}", jsonHeader); !strings.HasPrefix(got, "200") {
		t.Errorf("%.80s", got)
	}

	s.Reset()
	after, err := s.Control.Sites(ctx)
	if diff := cmp.Diff(before, after); diff != "" || err != nil {
		t.Errorf("after a reset: %v %s", err, diff)
	}
	if list, err := s.Control.Challenges(ctx, "", 0); err != nil || len(list) != 0 {
		t.Errorf("after a reset: %v, %v", list, err)
	}
}

func TestAFaultOfAWholeVendorIsDoneByAllItsSitesThatHaveNone(t *testing.T) {
	s := servertest.New(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	status := func(key string) int {
		t.Helper()
		status, _ := post(t, s.URL+"/native/v1/challenges", `{"site":"`+key+`"}`)
		return status
	}
	other := s.SaveSite(strings.Repeat("0", 32), controlclient.SiteChange{Dialect: "geetest"}).Key
	geetest := s.Site("geetest").Key
	must(s.Control.SetDialectFault(ctx, "geetest", controlclient.Fault{Fault: "http:503"}))
	must(s.Control.Set(ctx, geetest, controlclient.Fault{Fault: "http:418", Times: 1}))
	bySite, byDialect, err := s.Control.Faults(ctx)
	if err != nil || bySite[geetest] != (controlclient.Fault{Fault: "http:418", Times: 1}) || len(byDialect) != 1 || byDialect["geetest"] != (controlclient.Fault{Fault: "http:503"}) {
		t.Errorf("%v, %v, %v", bySite, byDialect, err)
	}
	// Our own API passes a vendor's failure on, and so does the vendor's.
	got := []int{status(geetest), status(geetest), status(other), status(s.Site("native").Key)}
	if diff := cmp.Diff([]int{418, 503, 503, 201}, got); diff != "" {
		t.Error(diff)
	}
	if answer := vendors["geetest"].redeem(t, s, s.Pass("geetest")); !strings.HasPrefix(answer, "503") {
		t.Errorf("the vendor's own call: %s", answer)
	}
	must(s.Control.SetDialectFault(ctx, "yidun", controlclient.Fault{Fault: "empty", Times: 1}))
	if answer := vendors["yidun"].redeem(t, s, s.Pass("yidun")); answer != "200 " {
		t.Errorf("a fault that the vendor does itself: %s", answer)
	}
	if answer := vendors["yidun"].redeem(t, s, s.Pass("yidun")); !strings.HasPrefix(answer, good["yidun"]) {
		t.Errorf("and once only: %s", answer)
	}
	must(s.Control.DropDialectFault(ctx, "geetest"))
	must(s.Control.DropFault(ctx, other))
	if got := status(geetest); got != http.StatusCreated {
		t.Errorf("all is well again: %d", got)
	}
	must(s.Control.SetDialectFault(ctx, "native", controlclient.Fault{Fault: "drop"}))
	s.Reset()
	if bySite, byDialect, err = s.Control.Faults(ctx); err != nil || len(byDialect) != 0 {
		t.Errorf("after a reset: %v, %v, %v", bySite, byDialect, err)
	}

	err = s.Control.SetDialectFault(ctx, "cheese", controlclient.Fault{Fault: "drop"})
	if refusal, ok := errors.AsType[*controlclient.Error](err); !ok || refusal.Status != http.StatusNotFound || !strings.HasPrefix(refusal.Message, "name: ") {
		t.Errorf("%v", err)
	}
	for _, fault := range []controlclient.Fault{{Fault: "cheese"}, {Fault: "drop", Times: -1}, {Fault: "loadfail"}} {
		err = s.Control.SetDialectFault(ctx, "yidun", fault)
		if refusal, ok := errors.AsType[*controlclient.Error](err); !ok || refusal.Status != http.StatusBadRequest {
			t.Errorf("%+v: %v", fault, err)
		}
	}
}

func TestEveryKnownFaultCanBeSet(t *testing.T) {
	s := servertest.New(t)
	known, err := s.Control.KnownFaults(t.Context())
	if err != nil || len(known) != 6 {
		t.Fatalf("%v, %v", known, err)
	}
	fill := strings.NewReplacer("<status>", "500", "<ms>", "1", "<reason>", "pass_token expire", "<code>", "-50005")
	for vendor, faults := range known {
		var names []string
		for _, fault := range faults {
			names = append(names, fault.Fault)
			if err := s.Control.SetDialectFault(t.Context(), vendor, controlclient.Fault{Fault: fill.Replace(fault.Fault)}); err != nil || fault.Help == "" {
				t.Errorf("%s, %+v: %v", vendor, fault, err)
			}
		}
		for _, name := range []string{"http:<status>", "delay:<ms>", "empty", "badjson", "drop"} {
			if !slices.Contains(names, name) {
				t.Errorf("%s knows no %s", vendor, name)
			}
		}
		slices.Sort(names)
		if compact := slices.Compact(slices.Clone(names)); len(compact) != len(names) {
			t.Errorf("%s: %v", vendor, names)
		}
	}
}

func TestTheJournalShowsWhatTheVisitorGave(t *testing.T) {
	s := servertest.New(t)
	answer := func(vendor, given string) controlclient.Entry {
		t.Helper()
		ch, site := onShow(t, s, vendor), s.Site(vendor)
		post(t, s.URL+"/native/v1/challenges/"+ch.ID+"/answers", `{"site":"`+site.Key+`","answer":`+given+`}`)
		entries := s.Journal(vendor)
		return entries[len(entries)-1]
	}
	x := 12.5
	for _, row := range []struct {
		vendor, given string
		want          controlclient.Solution
		track         [][3]float64
	}{
		{"native", `{"x":12.5},"track":[[0,0,0],[40,6,0.5],[95,12.5,1]]`, controlclient.Solution{X: x}, [][3]float64{{0, 0, 0}, {6, 0.5, 40}, {12.5, 1, 95}}},
		{"cloudbase", `{"text":"zz99"}`, controlclient.Solution{Text: "zz99"}, nil},
		{"yidun", `{"points":[[1,2],[3,4]]}`, controlclient.Solution{Points: [][2]float64{{1, 2}, {3, 4}}}, nil},
	} {
		entry := answer(row.vendor, row.given)
		if entry.Answer == nil || !cmp.Equal(*entry.Answer, row.want) || !cmp.Equal(entry.Track, row.track) || entry.Step != "answer" {
			t.Errorf("%s: %+v", row.given, entry)
		}
	}
	s.Next("native", "answer", "right") // whatever was given: it is shown
	if entry := answer("native", `{"x":12.5}`); entry.Outcome != "right" || entry.Answer == nil || entry.Answer.X != x {
		t.Errorf("%+v", entry)
	}
	redeem(t, s, "native", s.Pass("native"))
	if entries := s.Journal("native"); entries[len(entries)-1].Answer != nil {
		t.Errorf("a redemption has an answer: %+v", entries[len(entries)-1])
	}
}

func TestTheControlClientListens(t *testing.T) {
	s := servertest.New(t)
	site := s.Site("native").Key
	onShow(t, s, "native")
	var heard []string
	for event, err := range s.Control.Listen(t.Context(), controlclient.Filter{Site: site}) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Reset {
			heard = append(heard, "reset")
			onShow(t, s, "native")
			continue
		}
		heard = append(heard, event.Entry.Step+" "+event.Entry.Outcome)
		switch len(heard) {
		case 1:
			redeem(t, s, "native", s.Pass("native"))
		case 2:
			s.Reset()
		case 4:
			s.Close() // and with the server ends the listening
		}
	}
	if diff := cmp.Diff([]string{"issue right", "redeem right", "reset", "issue right"}, heard); diff != "" {
		t.Error(diff)
	}
	for event, err := range s.Control.Listen(t.Context(), controlclient.Filter{}) {
		if err == nil {
			t.Errorf("a server that is gone says %+v", event)
		}
	}
}
