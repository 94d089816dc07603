package control_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // to decode what is drawn
	_ "image/png" // likewise
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

// listed are the IDs that a list of Challenges has.
func (m mocked) listed(query string) (ids []string) {
	m.t.Helper()
	for _, listed := range m.call("GET", "challenges"+query, "", http.StatusOK)["challenges"].([]any) {
		ids = append(ids, listed.(map[string]any)["id"].(string))
	}
	return ids
}

func (m mocked) issueAt(site string) (id string) {
	m.t.Helper()
	status, issued := m.native("challenges", members{"site": site})
	if status != http.StatusCreated {
		m.t.Fatalf("issue at %s: %d %v", site, status, issued)
	}
	return issued["id"].(string)
}

func TestTheLatestChallengesAreListedNewestFirst(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.AddSite(t, "cloudbase", "other")
	if ids := m.listed(""); ids != nil {
		t.Errorf("before any: %v", ids)
	}
	m.refused("GET", "challenges/latest", "", http.StatusNotFound, "unknown", "no challenge was issued yet")

	first := m.call("POST", "passes", `{"site":"app"}`, http.StatusCreated)["id"].(string) // which no visitor has seen
	second, third := m.issueAt("other"), m.issueAt("app")
	for query, want := range map[string][]string{
		"": {third, second, first}, "?site=app": {third, first}, "?limit=2": {third, second}, "?site=nobody": nil, "?site=app&limit=1": {third},
	} {
		if diff := cmp.Diff(want, m.listed(query)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	latest := m.call("GET", "challenges/latest", "", http.StatusOK)
	if diff := cmp.Diff(m.call("GET", "challenges/"+third, "", http.StatusOK), latest); diff != "" {
		t.Errorf("the latest: %s", diff)
	}
	if latest["dialect"] != "native" || latest["outcome"] != "" {
		t.Errorf("the latest: %v", latest)
	}

	m.call("DELETE", "sites/app", "", http.StatusNoContent)
	if diff := cmp.Diff([]string{second}, m.listed("")); diff != "" {
		t.Errorf("when a site is gone: %s", diff)
	}
}

func TestOfTheLatestChallengesTwoHundredAreKept(t *testing.T) {
	m := newMock(t)
	site := m.AddSite(t, "native", "app")
	var issued []string
	for range 201 {
		ch, err := m.Core.IssueUndrawn(t.Context(), site, captcha.KindSlider)
		if err != nil {
			t.Fatal(err)
		}
		issued = append(issued, ch.ID.String())
	}
	ids := m.listed("?limit=200")
	if len(ids) != 200 || ids[0] != issued[200] || ids[199] != issued[1] {
		t.Errorf("%d are listed, from %s to %s", len(ids), ids[0], ids[len(ids)-1])
	}
	if standard := m.listed(""); len(standard) != 50 {
		t.Errorf("without a limit: %d", len(standard))
	}
}

func TestBadListsOfChallengesAreRefused(t *testing.T) {
	m := newMock(t)
	for _, limit := range []string{"", "0", "201", "-1", "x", "1.5"} {
		m.refused("GET", "challenges?limit="+limit, "", http.StatusBadRequest, "invalid", "limit")
	}
	m.refused("GET", "challenges?cheese=1", "", http.StatusBadRequest, "invalid", "cheese")
}

func TestAChallengeTellsWhatItsLastAnswerCameTo(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	id, x := m.issued()
	outcome := func() any { return m.call("GET", "challenges/latest", "", http.StatusOK)["outcome"] }
	for _, row := range []struct {
		scripted string
		x        float64
		want     string
	}{{"", x + 50, "wrong"}, {"limited", x, "limited"}, {"", x, "right"}, {"", x, "used"}} {
		if row.scripted != "" {
			m.plan("answer", row.scripted, 1)
		}
		m.answer(id, row.x)
		if got := outcome(); got != row.want {
			t.Errorf("outcome %v, want %s", got, row.want)
		}
	}
}

// fetched is the body and the type of an answer below /control/v1/challenges/.
func (m mocked) fetched(path string) (status int, mediaType string, body []byte) {
	m.t.Helper()
	request := dialecttest.Request{Method: "GET", Path: "/control/v1/challenges/" + path}
	response := m.Do(request)
	text := dialecttest.Body(m.t, response)
	describes(m.t, request, response.StatusCode, response.Header, text)
	return response.StatusCode, response.Header.Get("Content-Type"), []byte(text)
}

func TestThePictureOfAChallengeIsTheOneThatItsVisitorSees(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app", func(s *captcha.Site) { s.Settings["native.kinds"] = "slider,text,words,audio" })
	for kind, parts := range map[string][]string{"slider": {"picture", "piece"}, "text": {"picture"}, "words": {"picture"}, "audio": {"picture"}} {
		t.Run(kind, func(t *testing.T) {
			status, issued := m.native("challenges", members{"site": "app", "kind": kind})
			if status != http.StatusCreated {
				t.Fatalf("%d %v", status, issued)
			}
			id := issued["id"].(string)
			for _, part := range parts {
				seen := issued[part].(map[string]any)
				query := map[string]string{"picture": "", "piece": "?part=strip"}[part]
				status, mediaType, body := m.fetched(id + "/picture" + query)
				if status != http.StatusOK || mediaType != seen["type"] {
					t.Fatalf("%s: %d %s, want %s", part, status, mediaType, seen["type"])
				}
				if kind == "audio" { // the digits are the same, and the noise is not
					if !bytes.HasPrefix(body, []byte("RIFF")) {
						t.Errorf("no recording: %.20q", body)
					}
					continue
				}
				drawn, _, err := image.Decode(bytes.NewReader(body))
				if err != nil || fmt.Sprint(drawn.Bounds().Dx()) != fmt.Sprint(seen["width"]) {
					t.Fatalf("%s: %v", part, err)
				}
				if sent, _ := base64.StdEncoding.DecodeString(seen["data"].(string)); kind == "slider" && !bytes.Equal(sent, body) {
					t.Errorf("%s: the bytes differ", part)
				}
			}
			if kind != "slider" && issued["piece"] == nil {
				m.refused("GET", "challenges/"+id+"/picture?part=strip", "", http.StatusNotFound, "unknown", "part")
			}
		})
	}
	id := m.issueAt("app")
	m.refused("GET", "challenges/"+id+"/picture?part=back", "", http.StatusBadRequest, "invalid", "part")
	m.refused("GET", "challenges/x/picture", "", http.StatusBadRequest, "invalid", "id")
	m.refused("GET", "challenges/"+strings.Repeat("0", 32)+"/picture", "", http.StatusNotFound, "unknown", "")
	m.call("POST", "challenges/"+id+"/expire", "", http.StatusOK)
	if status, _, _ := m.fetched(id + "/picture"); status != http.StatusOK {
		t.Errorf("of a challenge that is over: %d", status)
	}
}
