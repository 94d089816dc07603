package control_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/control"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

// mocked is a mock server: a server with the control API mounted, as the mock
// command does it.
type mocked struct {
	*dialecttest.Server
	outbox  *control.Outbox
	faults  *control.Faults
	journal *control.Journal
	beats   chan time.Time // each is a sign of life to all who listen
	t       testing.TB
}

// later is a handler that is made after its server.
type later struct{ http.Handler }

func newMock(t testing.TB) mocked {
	t.Helper()
	api, outbox, faults := &later{}, &control.Outbox{}, &control.Faults{}
	s := dialecttest.New(t, func(c *server.Config) {
		c.Deps.Outbox, c.Deps.Faults = outbox, faults
		c.Extra = map[string]http.Handler{"/control/": api}
	})
	var dialects []dialect.Dialect
	for _, d := range s.Dialects {
		dialects = append(dialects, d)
	}
	slices.SortFunc(dialects, func(a, b dialect.Dialect) int { return strings.Compare(a.Name(), b.Name()) })
	m := mocked{s, outbox, faults, control.NewJournal(s.Clock.Now), make(chan time.Time), t}
	api.Handler = control.New(control.Config{
		Core: s.Core, Sites: s.Store, Clock: s.Clock, Outbox: outbox, Faults: faults, Journal: m.journal, Dialects: dialects, Random: mock.Random(2),
		Ticker: func(time.Duration) (<-chan time.Time, func()) { return m.beats, func() {} },
	})
	s.Handler = m.journal.Keep(faults.Spoil(s.Handler))
	return m
}

// call sends a request below /control/v1/, wants the status, and gives back the
// answer's members.
func (m mocked) call(method, path, body string, status int) members {
	m.t.Helper()
	request := dialecttest.Request{Method: method, Path: "/control/v1/" + path, Body: body}
	response := m.Do(request)
	text := dialecttest.Body(m.t, response)
	describes(m.t, request, response.StatusCode, response.Header, text)
	if response.StatusCode != status {
		m.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, response.StatusCode, text, status)
	}
	if status == http.StatusNoContent && text == "" {
		return nil
	}
	var answer members
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		m.t.Fatalf("%s %s: %q: %v", method, path, text, err)
	}
	return answer
}

// refused wants an error that names the field.
func (m mocked) refused(method, path, body string, status int, code, names string) {
	m.t.Helper()
	answer := m.call(method, path, body, status)
	if message, _ := answer["message"].(string); len(answer) != 2 || answer["code"] != code || !strings.Contains(message, names) {
		m.t.Errorf("%s %s %s: %v; want the code %s, and a message that names %s", method, path, body, answer, code, names)
	}
}

type members map[string]any

func (m mocked) native(path string, body members) (status int, answer members) {
	m.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	response := m.Do(dialecttest.Request{Method: "POST", Path: "/native/v1/" + path, Body: string(text)})
	if err := json.Unmarshal([]byte(dialecttest.Body(m.t, response)), &answer); err != nil {
		m.t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestAChallengeIsLaidOpen(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	_, issued := m.native("challenges", members{"site": "app"})
	id := issued["id"].(string)
	look := func() members { return m.call("GET", "challenges/"+id, "", http.StatusOK) }

	shown := look()
	solution := shown["solution"]
	x := solution.(map[string]any)["x"].(float64)
	want := members{
		"id": id, "site": "app", "dialect": "native", "kind": "slider", "solution": solution, "attempts": 0.0, "solved": false, "redeemed": false, "outcome": "",
		"issued_at": "2026-01-02T03:04:05Z", "expires_at": "2026-01-02T03:06:05Z",
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	changed := func(what string, changes members) {
		t.Helper()
		for name, value := range changes {
			want[name] = value
		}
		if diff := cmp.Diff(want, look()); diff != "" {
			t.Errorf("after %s: %s", what, diff)
		}
	}
	m.native("challenges/"+id+"/answers", members{"site": "app", "answer": members{"x": x + 6}})
	changed("a wrong answer", members{"attempts": 1.0, "outcome": "wrong"})
	_, solved := m.native("challenges/"+id+"/answers", members{"site": "app", "answer": members{"x": x}})
	changed("the solution", members{"attempts": 2.0, "solved": true, "outcome": "right"})
	if status, answer := m.native("redeem", members{"site": "app", "secret": "secret of app", "pass": solved["pass"]}); status != http.StatusOK {
		t.Errorf("%d %v", status, answer)
	}
	changed("a redemption", members{"redeemed": true})
}

func TestWhatIsNoChallengeIsRefused(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.refused("GET", "challenges/"+strings.Repeat("0", 32), "", http.StatusNotFound, "unknown", "")
	for _, id := range []string{"x", strings.Repeat("A", 32), strings.Repeat("0", 33), strings.Repeat("0", 31) + "%00"} {
		m.refused("GET", "challenges/"+id, "", http.StatusBadRequest, "invalid", "id")
	}
}

func TestAPassIsMintedForAnyVendorAndRedeemedOnce(t *testing.T) {
	m := newMock(t)
	named := map[string]string{"native": "pass", "oneaccess": "captcha_token", "ajcaptcha": "captchaVerification", "cloudbase": "captcha_token"}
	for name := range m.Dialects {
		m.AddSite(t, name, "at-"+name, dialecttest.Once)
		minted := m.call("POST", "passes", fmt.Sprintf(`{"dialect":%q,"site":"at-%[1]s"}`, name), http.StatusCreated)
		if pass, _ := minted["pass"].(map[string]any); named[name] != "" && pass[named[name]] == nil {
			t.Errorf("%s: the pass is %v", name, minted["pass"])
		}
		if id, ok := captcha.ParseID(minted["id"].(string)); !ok {
			t.Errorf("%s: id %v", name, id)
		}
		for _, want := range []int{http.StatusOK, http.StatusConflict} {
			status, answer := m.native("redeem", members{"site": "at-" + name, "secret": "secret of at-" + name, "pass": minted["pass"]})
			if status != want {
				t.Errorf("%s: %d %v, want %d", name, status, answer, want)
			}
		}
	}
}

func TestAMintedPassIsBoundToItsSubject(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "oneaccess", "app")
	minted := m.call("POST", "passes", `{"site":"app","subject":"12345678901"}`, http.StatusCreated)
	redeem := func(subject string) int {
		status, _ := m.native("redeem", members{"site": "app", "secret": "secret of app", "pass": minted["pass"], "subject": subject})
		return status
	}
	if another, own := redeem("12345678902"), redeem("12345678901"); another != http.StatusNotFound || own != http.StatusOK {
		t.Errorf("another subject: %d, its own: %d", another, own)
	}
}

func TestBadPassRequestsNameTheField(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	m.AddSite(t, "native", "off", func(s *captcha.Site) { s.Disabled = true })
	for body, names := range map[string]string{
		``: "body", `[]`: "body", `{`: "body", "{\"site\":\"\xff\"}": "body", `{"site":"app"` + strings.Repeat(" ", 9<<10) + `}`: "body",
		`{}`: "site", `{"site":""}`: "site", `{"site":1}`: "site", `{"dialect":"native"}`: "site",
		`{"site":"app","dialect":"oneaccess"}`: "dialect", `{"site":"app","dialect":"cheese"}`: "dialect",
		`{"site":"nobody","dialect":"cheese"}`: "dialect", `{"site":"app","dialect":7}`: "dialect",
		`{"site":"app","subject":[]}`: "subject", `{"site":"app","subjekt":"x"}`: "subjekt",
	} {
		m.refused("POST", "passes", body, http.StatusBadRequest, "invalid", names)
	}
	m.refused("POST", "passes", `{"site":"nobody","dialect":"native"}`, http.StatusNotFound, "unknown_site", "site")
	m.refused("POST", "passes", `{"site":"off"}`, http.StatusForbidden, "disabled_site", "site")
}

func TestTheVendorThatCannotBindAPassRefusesASubject(t *testing.T) {
	m := newMock(t)
	if _, there := m.Dialects["ajcaptcha"]; !there {
		t.Skip("no dialect is called ajcaptcha")
	}
	m.AddSite(t, "ajcaptcha", "app")
	m.refused("POST", "passes", `{"site":"app","subject":"me"}`, http.StatusBadRequest, "invalid", "subject")
}

func TestTheOutboxShowsWhatWasSentNewestFirst(t *testing.T) {
	m := newMock(t)
	empty := members{"messages": []any{}}
	if diff := cmp.Diff(empty, m.call("GET", "outbox", "", http.StatusOK)); diff != "" {
		t.Error(diff)
	}
	m.AddSite(t, "oneaccess", "app")
	for _, phone := range []string{"12345678901", "12345678902"} {
		minted := m.call("POST", "passes", fmt.Sprintf(`{"site":"app","subject":%q}`, phone), http.StatusCreated)
		pass := minted["pass"].(map[string]any)["captcha_token"]
		body, err := json.Marshal(members{"mobile": phone, "type": "LOGIN_SMS", "captcha_token": pass})
		if err != nil {
			t.Fatal(err)
		}
		response := m.Do(dialecttest.Request{Method: "POST", Path: "/api/v2/sdk/sms/send", Body: string(body), Header: http.Header{
			"X-Client-Id": {"app"}, "X-Operating-Sys-Version": {"x"}, "X-Device-Fingerprint": {"x"}, "X-Agent": {"x"}, "Content-Type": {"application/json"},
		}})
		if response.StatusCode != http.StatusOK {
			t.Fatal(dialecttest.Body(t, response))
		}
	}
	messages := m.call("GET", "outbox", "", http.StatusOK)["messages"].([]any)
	if len(messages) != 2 {
		t.Fatalf("messages: %v", messages)
	}
	newest := messages[0].(map[string]any)
	if code, _ := newest["code"].(string); len(code) != 6 {
		t.Errorf("code %q", newest["code"])
	}
	want := map[string]any{
		"site": "app", "channel": "sms", "to": "12345678902", "type": "LOGIN_SMS", "code": newest["code"], "sent_at": "2026-01-02T03:04:05Z",
	}
	if diff := cmp.Diff(want, newest); diff != "" {
		t.Error(diff)
	}
	m.call("DELETE", "outbox", "", http.StatusNoContent)
	if diff := cmp.Diff(empty, m.call("GET", "outbox", "", http.StatusOK)); diff != "" {
		t.Error(diff)
	}
}

func TestTheOutboxKeepsTheLatestThousand(t *testing.T) {
	var outbox control.Outbox
	for i := range 1500 {
		outbox.Put(dialect.Message{To: fmt.Sprint(i)})
	}
	messages := outbox.Messages()
	if len(messages) != 1000 || messages[0].To != "1499" || messages[999].To != "500" {
		t.Errorf("%d messages, from %s to %s", len(messages), messages[0].To, messages[len(messages)-1].To)
	}
	messages[0].To = "changed"
	if outbox.Messages()[0].To != "1499" {
		t.Error("who reads the messages can change them")
	}
}

func TestTheClockIsMoved(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	wantNow := func(answer members, want string) {
		t.Helper()
		if diff := cmp.Diff(members{"now": want}, answer); diff != "" {
			t.Error(diff)
		}
	}
	wantNow(m.call("GET", "clock", "", http.StatusOK), "2026-01-02T03:04:05Z")
	wantNow(m.call("POST", "clock", `{"advance":"2m"}`, http.StatusOK), "2026-01-02T03:06:05Z")
	wantNow(m.call("POST", "clock", `{"advance":"-1500ms"}`, http.StatusOK), "2026-01-02T03:06:03.5Z")
	wantNow(m.call("POST", "clock", `{"set":"2027-01-02T05:04:05+02:00"}`, http.StatusOK), "2027-01-02T03:04:05Z")
	wantNow(m.call("GET", "clock", "", http.StatusOK), "2027-01-02T03:04:05Z")
	wantNow(m.call("POST", "clock", `{"reset":true}`, http.StatusOK), "2026-01-02T03:04:05Z")

	minted := m.call("POST", "passes", `{"site":"app"}`, http.StatusCreated)
	m.call("POST", "clock", `{"advance":"180s"}`, http.StatusOK)
	if status, answer := m.native("redeem", members{"site": "app", "secret": "secret of app", "pass": minted["pass"]}); status != http.StatusGone {
		t.Errorf("three minutes later the pass is not too old: %d %v", status, answer)
	}
}

func TestBadClockRequestsNameTheFieldAndMoveNothing(t *testing.T) {
	m := newMock(t)
	for body, names := range map[string]string{
		``: "body", `{}`: "advance", `{"advance":"2m","set":"2026-01-02T03:04:05Z"}`: "advance",
		`{"advance":"soon"}`: "advance", `{"advance":120}`: "advance", `{"advance":null}`: "advance", `{"advance":""}`: "advance",
		`{"advance":"2540400h"}`: "advance", `{"advance":"-2540400h"}`: "advance", `{"advance":"1000000000h"}`: "advance",
		`{"set":"tomorrow"}`: "set", `{"set":0}`: "set", `{"set":"1969-12-31T23:59:59Z"}`: "set", `{"set":"9999-01-01T00:00:00Z"}`: "set",
		`{"move":"2m"}`: "move", `{"reset":false}`: "reset", `{"reset":"now"}`: "reset", `{"reset":true,"advance":"2m"}`: "advance",
	} {
		m.refused("POST", "clock", body, http.StatusBadRequest, "invalid", names)
	}
	if now := m.Clock.Now(); !now.Equal(dialecttest.Start) {
		t.Errorf("it was moved to %v", now)
	}
}

func TestARunningClockRunsBetweenTwoLooks(t *testing.T) {
	api := control.New(control.Config{Clock: mock.RunningClock()})
	server := mocked{Server: &dialecttest.Server{Handler: api}, t: t}
	before := time.Now()
	moved := server.call("POST", "clock", `{"advance":"1h"}`, http.StatusOK)
	now, err := time.Parse(time.RFC3339, moved["now"].(string))
	if err != nil || now.Before(before.Add(time.Hour).Truncate(0)) || now.After(time.Now().Add(time.Hour)) {
		t.Errorf("an hour ahead of %v is %v (%v)", before, now, err)
	}
}

func TestUnknownPathsAndWrongMethodsAreRefusedInJSON(t *testing.T) {
	m := newMock(t)
	for _, path := range []string{"", "cheese", "challenges/x/y", "passes/"} {
		m.refused("GET", path, "", http.StatusNotFound, "no_such_path", "")
	}
	for path, method := range map[string]string{"passes": "GET", "outbox": "POST", "clock": "DELETE", "challenges/x": "PUT"} {
		m.refused(method, path, "", http.StatusMethodNotAllowed, "no_such_method", "")
	}
}

func TestPagesOfEveryOriginMayCall(t *testing.T) {
	m := newMock(t)
	for _, r := range []dialecttest.Request{
		{Method: "OPTIONS", Path: "/control/v1/passes"}, {Method: "GET", Path: "/control/v1/outbox"}, {Method: "GET", Path: "/control/v1/cheese"},
	} {
		r.Header = http.Header{"Origin": {"https://anything.example.com"}, "Access-Control-Request-Method": {"POST"}}
		header := m.Do(r).Header
		if header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s %s: %v", r.Method, r.Path, header)
		}
		if r.Method == "OPTIONS" && (header.Get("Access-Control-Allow-Headers") != "content-type" || !slices.Contains(strings.Split(header.Get("Access-Control-Allow-Methods"), ", "), "POST")) {
			t.Errorf("preflight: %v", header)
		}
	}
}

func TestAChallengeOnShowIsSolvedWithoutItsVisitor(t *testing.T) {
	m := newMock(t)
	m.AddSite(t, "native", "app")
	id, _ := m.issued()
	solved := m.call("POST", "challenges/"+id+"/solve", `{"subject":"me"}`, http.StatusCreated)
	if solved["id"] != id {
		t.Errorf("got %v", solved)
	}
	status, answer := m.native("redeem", members{"site": "app", "secret": "secret of app", "pass": solved["pass"], "subject": "me"})
	if status != http.StatusOK {
		t.Errorf("%d %v", status, answer)
	}
	m.refused("POST", "challenges/"+id+"/solve", "", http.StatusConflict, "used", "")
	id, _ = m.issued()
	m.call("POST", "clock", `{"advance":"1h"}`, http.StatusOK)
	m.refused("POST", "challenges/"+id+"/solve", "", http.StatusGone, "expired", "")
	m.refused("POST", "challenges/"+strings.Repeat("0", 32)+"/solve", "", http.StatusNotFound, "unknown", "")
	m.refused("POST", "challenges/x/solve", "", http.StatusBadRequest, "invalid", "id")
	m.refused("POST", "challenges/"+id+"/solve", `{"subject":1}`, http.StatusBadRequest, "invalid", "subject")
	m.refused("POST", "challenges/"+id+"/solve", `{"sub":"x"}`, http.StatusBadRequest, "invalid", "sub")
}
