package oneaccess_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/oneaccess"
	"github.com/google/go-cmp/cmp"
)

func TestConversations(t *testing.T) {
	dialecttest.Conversations(t, "../../../testdata/oneaccess/*.txt")
}

func TestLaws(t *testing.T) { dialecttest.Laws(t, oneaccess.Name) }

const sender = "12345678901"

// visitor calls as an app does.
type visitor struct {
	*dialecttest.Server
	t testing.TB
}

func newVisitor(t testing.TB, change ...func(*captcha.Site)) visitor {
	v := visitor{dialecttest.New(t), t}
	v.AddSite(t, oneaccess.Name, "app", change...)
	return v
}

func (v visitor) call(method, path, body string) *http.Response {
	return v.Do(dialecttest.Request{Method: method, Path: "/api/v2/sdk/" + path, Body: body, Header: http.Header{
		"X-Client-Id": {"app"}, "X-Operating-Sys-Version": {"Android 10"}, "X-Device-Fingerprint": {"156aysdna213sc50"},
		"X-Agent": {"Mozilla/5.0"}, "Content-Type": {"application/json;charset=utf8"},
	}})
}

// challenge gets a Challenge and tells its token and solution.
func (v visitor) challenge() (token string, x float64) {
	v.t.Helper()
	var reply struct{ Token string }
	if err := json.Unmarshal([]byte(dialecttest.Body(v.t, v.call("GET", "captcha", ""))), &reply); err != nil {
		v.t.Fatal(err)
	}
	return reply.Token, v.SolutionX(v.t, reply.Token)
}

// verify answers, and tells the error code, or the Pass.
func (v visitor) verify(token, point string) (pass, code string) {
	v.t.Helper()
	request, err := json.Marshal(map[string]string{"point_json": point, "token": token, "sender": sender})
	if err != nil {
		v.t.Fatal(err)
	}
	return v.reply(v.call("POST", "captcha/verify", string(request)))
}

// send redeems, and tells the error code.
func (v visitor) send(pass string) (code string) {
	v.t.Helper()
	request, err := json.Marshal(map[string]string{"mobile": sender, "type": "LOGIN_SMS", "captcha_token": pass})
	if err != nil {
		v.t.Fatal(err)
	}
	_, code = v.reply(v.call("POST", "sms/send", string(request)))
	return code
}

func (v visitor) reply(response *http.Response) (pass, code string) {
	v.t.Helper()
	body := dialecttest.Body(v.t, response)
	if response.StatusCode == http.StatusOK && body == "" {
		return "", ""
	}
	var reply struct {
		Pass string `json:"captcha_token"`
		Code string `json:"error_code"`
	}
	if err := json.Unmarshal([]byte(body), &reply); err != nil {
		v.t.Errorf("%q: %v", body, err)
	}
	return reply.Pass, reply.Code
}

func point(x float64) string { return fmt.Sprintf(`{"x":%v,"y":5.0}`, x) }

func (v visitor) pass() string {
	v.t.Helper()
	token, x := v.challenge()
	pass, code := v.verify(token, point(x))
	if code != "" {
		v.t.Fatalf("the right answer got %s", code)
	}
	return pass
}

func TestTheKeysOfAChallengeComeInTheVendorsOrder(t *testing.T) {
	v := newVisitor(t)
	body := dialecttest.Body(t, v.call("GET", "captcha", ""))
	shape := regexp.MustCompile(`^\{"captchaId":null,"projectCode":null,"captchaOriginalPath":null,"captchaFontType":null,` +
		`"captchaFontSize":null,"secretKey":"[A-Za-z0-9]{16}","originalImageBase64":"[A-Za-z0-9+/]+=*","point":null,` +
		`"jigsawImageBase64":"[A-Za-z0-9+/]+=*","wordList":null,"pointList":null,"pointJson":null,"token":"[0-9a-f]{32}",` +
		`"result":false,"captchaVerification":null\}\n$`)
	if !shape.MatchString(body) {
		t.Errorf("got %.120s ... %s", body, body[max(0, len(body)-200):])
	}
	if len(body) > 200_000 || strings.Contains(body, `\u0000`) {
		t.Errorf("the answer has %d bytes", len(body))
	}
}

func TestThePicturesAreThoseThatClientsExpect(t *testing.T) {
	v := newVisitor(t)
	var reply struct{ Token, SecretKey, OriginalImageBase64, JigsawImageBase64 string }
	for range 2 {
		before := reply
		if err := json.Unmarshal([]byte(dialecttest.Body(t, v.call("GET", "captcha", ""))), &reply); err != nil {
			t.Fatal(err)
		}
		for text, wide := range map[string]int{reply.OriginalImageBase64: 310, reply.JigsawImageBase64: 47} {
			data, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			picture, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if size := picture.Bounds().Size(); size.X != wide || size.Y != 155 {
				t.Errorf("size %v", size)
			}
		}
		id, ok := captcha.ParseID(reply.Token)
		if !ok || reply.SecretKey != ajpoint.Key(id) {
			t.Errorf("token %q, key %q", reply.Token, reply.SecretKey)
		}
		if reply.Token == before.Token || reply.OriginalImageBase64 == before.OriginalImageBase64 {
			t.Error("the same challenge twice")
		}
	}
}

func TestThePassIsKeptAsItsSHA256(t *testing.T) {
	for pointJSON, want := range map[string]string{
		`{"x":237.0,"y":5.0}`:   "a5a1518f7415136a5a7a1c2d9a5bb07dbb045a000835acaf48ac80f653c63ce8",
		`{ "y":5.0 , "x":237 }`: "c4b5e5d5d4e2ebecf8920aff6ee985a8345cd2185960a1a4771986ca56f3e817",
	} {
		id, _ := captcha.ParseID("71dd26999e314f9abb0c635336976635")
		digest := sha256.Sum256([]byte(ajpoint.PassText(id, pointJSON)))
		if hex.EncodeToString(digest[:]) != want {
			t.Errorf("%s: %x", pointJSON, digest)
		}
	}
	v := newVisitor(t)
	pass := v.pass()
	id, _ := ajpoint.PassID(pass)
	record, err := v.Store.Record(t.Context(), captcha.Challenge{ID: id})
	digest := sha256.Sum256([]byte(pass))
	if err != nil || !bytes.Equal(record.PassDigest, digest[:]) {
		t.Errorf("kept %x, %v", record.PassDigest, err)
	}
}

func TestGuessingEveryPositionAtOnceGetsNoMoreThanTheAttemptsAllowed(t *testing.T) {
	v := newVisitor(t)
	token, _ := v.challenge()
	counts := dialecttest.Parallel(211, func(i int) string {
		_, code := v.verify(token, point(float64(52+i)))
		return code
	})
	if judged := counts[""] + counts["CAPTCHA.0002"]; judged > 3 || counts["CAPTCHA.0003"] != 211-judged {
		t.Errorf("answers: %v", counts)
	}
}

func TestOfParallelRightAnswersOneGetsThePass(t *testing.T) {
	v := newVisitor(t)
	token, x := v.challenge()
	counts := dialecttest.Parallel(16, func(i int) string {
		_, code := v.verify(token, point(x+float64(i)/10))
		return code
	})
	if diff := cmp.Diff(map[string]int{"": 1, "CAPTCHA.0003": 15}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestOfParallelSendsOfOnePassOneIsDelivered(t *testing.T) {
	v := newVisitor(t)
	pass := v.pass()
	counts := dialecttest.Parallel(16, func(int) string { return v.send(pass) })
	if diff := cmp.Diff(map[string]int{"": 1, "CAPTCHA.0003": 15}, counts); diff != "" {
		t.Error(diff)
	}
	sent := v.Outbox()
	if len(sent) != 1 {
		t.Fatalf("sent %v", sent)
	}
	message := sent[0]
	if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(message.Code) {
		t.Errorf("code %q", message.Code)
	}
	message.Code = ""
	want := dialect.Message{Site: "app", Channel: "sms", To: sender, Type: "LOGIN_SMS", SentAt: dialecttest.Start}
	if diff := cmp.Diff(want, message); diff != "" {
		t.Error(diff)
	}
}

func TestTheWebhookDelivers(t *testing.T) {
	var mu sync.Mutex
	var got []dialect.Message
	status := http.StatusNoContent
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var m dialect.Message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("webhook: %v, %q", err, r.Header.Get("Content-Type"))
		}
		got = append(got, m)
		http.Redirect(w, r, "/elsewhere", status)
	}))
	defer hook.Close()
	v := newVisitor(t, func(s *captcha.Site) { s.Settings["oneaccess.webhook"] = hook.URL })

	if code := v.send(v.pass()); code != "" || len(got) != 1 || got[0].To != sender {
		t.Errorf("sent with %q: %v", code, got)
	}
	for _, failing := range []int{http.StatusInternalServerError, http.StatusFound, http.StatusBadRequest} {
		mu.Lock()
		status = failing
		mu.Unlock()
		pass := v.pass()
		if code := v.send(pass); code != "CAPTCHA.0006" {
			t.Errorf("a webhook that answers %d: %q", failing, code)
		}
		if code := v.send(pass); code != "CAPTCHA.0003" {
			t.Errorf("after a failed delivery the pass is spent, got %q", code)
		}
	}
	if len(v.Outbox()) != 0 {
		t.Error("the webhook's messages are in the outbox too")
	}
	if log := v.Log(); !strings.Contains(log, "webhook of site app") || strings.Contains(log, got[0].Code) {
		t.Errorf("the log does not say why, or shows a code: %s", log)
	}
}

func TestWithoutAnyDeliveryThePassStaysGood(t *testing.T) {
	v := visitor{dialecttest.New(t, func(c *server.Config) { c.Deps.Outbox = nil }), t}
	site := v.AddSite(t, oneaccess.Name, "app")
	pass := v.pass()
	if code := v.send(pass); code != "CAPTCHA.0006" {
		t.Errorf("got %q", code)
	}
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer hook.Close()
	site.Settings["oneaccess.webhook"] = hook.URL
	if err := v.Store.SaveSite(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	if code := v.send(pass); code != "" {
		t.Errorf("with a webhook: %q", code)
	}
}

func TestNothingThatAVisitorSolvesIsLogged(t *testing.T) {
	v := newVisitor(t)
	token, x := v.challenge()
	pass, _ := v.verify(token, point(x))
	v.send(pass)
	if log := v.Log(); strings.Contains(log, "---") || strings.Contains(log, fmt.Sprint(x)) {
		t.Errorf("log: %s", log)
	}
}

func TestABodyIsReadUpToItsLimit(t *testing.T) {
	v := newVisitor(t)
	body := func(size int) string {
		text := `{"point_json":"x","token":"x","sender":"` + sender + `","filler":"`
		return text + strings.Repeat("x", size-len(text)-2) + `"}`
	}
	if _, code := v.reply(v.call("POST", "captcha/verify", body(dialect.MaxBody))); code != "CAPTCHA.0004" {
		t.Errorf("at the limit: %s", code)
	}
	if _, code := v.reply(v.call("POST", "captcha/verify", body(9<<10))); code != "PARAM.0002" {
		t.Errorf("beyond it: %s", code)
	}
	for name, members := range map[string][3]string{
		"point_json": {strings.Repeat("x", 1025), "x", sender},
		"token":      {"x", strings.Repeat("x", 65), sender},
		"sender":     {"x", "x", strings.Repeat("1", 255)},
	} {
		request := fmt.Sprintf(`{"point_json":"%s","token":"%s","sender":"%s"}`, members[0], members[1], members[2])
		if _, code := v.reply(v.call("POST", "captcha/verify", request)); code != "PARAM.0002" {
			t.Errorf("%s too long: %s", name, code)
		}
	}
}

func TestAnOperatorsOwnWordsReplaceOurs(t *testing.T) {
	v := visitor{dialecttest.New(t, func(c *server.Config) {
		c.Deps.Words = map[string]dialect.Word{"oneaccess.CAPTCHA.0004": {Code: "CAPTCHA.9", Text: "Nope."}}
	}), t}
	v.AddSite(t, oneaccess.Name, "app")
	response := v.call("POST", "captcha/verify", `{"point_json":"x","token":"x","sender":"12345678901"}`)
	if body := dialecttest.Body(t, response); body != `{"error_code":"CAPTCHA.9","error_msg":"Nope."}`+"\n" {
		t.Errorf("got %s", body)
	}
}

func TestEveryCallAsksForEveryDeviceHeader(t *testing.T) {
	v := newVisitor(t)
	calls := map[string]string{"captcha": "GET", "captcha/verify": "POST", "sms/send": "POST", "email/send": "POST"}
	for path, method := range calls {
		for _, name := range []string{"X-Operating-Sys-Version", "X-Device-Fingerprint", "X-Agent"} {
			for _, value := range []string{"", " \t "} {
				header := http.Header{
					"X-Client-Id": {"app"}, "X-Operating-Sys-Version": {"x"}, "X-Device-Fingerprint": {"x"}, "X-Agent": {"x"}, "Content-Type": {"x"},
				}
				header.Set(name, value)
				response := v.Do(dialecttest.Request{Method: method, Path: "/api/v2/sdk/" + path, Header: header, Body: "{}"})
				if _, code := v.reply(response); code != "PARAM.0001" {
					t.Errorf("%s with %s %q: %s", path, name, value, code)
				}
			}
		}
	}
}

func TestAReusablePassIsSpentByTheCodeThatItSends(t *testing.T) {
	v := newVisitor(t, func(s *captcha.Site) { s.Rules.Reusable = true })
	pass := v.pass()
	if first, second := v.send(pass), v.send(pass); first != "" || second != "CAPTCHA.0003" {
		t.Errorf("got %q, then %q", first, second)
	}
}

func TestMembersThatAreNoUTF8AreRefused(t *testing.T) {
	v := newVisitor(t)
	if _, code := v.reply(v.call("POST", "captcha/verify", "{\"point_json\":\"\xff\"}")); code != "PARAM.0002" {
		t.Errorf("got %s", code)
	}
}

func FuzzVerify(f *testing.F) {
	v := newVisitor(f)
	token, x := v.challenge()
	f.Add(point(x), token, sender)
	f.Add(`{}`, token, sender)
	f.Add("QP+jMCvcT+xBp3+M5Cznsg==", token, sender)
	f.Fuzz(func(t *testing.T, point, token, sender string) {
		request, err := json.Marshal(map[string]string{"point_json": point, "token": token, "sender": sender})
		if err != nil {
			t.Skip()
		}
		wantVendorAnswer(t, v.call("POST", "captcha/verify", string(request)))
	})
}

func FuzzBodies(f *testing.F) {
	v := newVisitor(f)
	f.Add("captcha/verify", []byte(`{"point_json":"x","token":"x","sender":"12345678901"}`))
	f.Add("sms/send", []byte(`{"mobile":"12345678901","type":"LOGIN_SMS","captcha_token":"x"}`))
	f.Add("email/send", []byte(`{"email":"a@b","type":"LOGIN_EMS","captcha_token":"x---y"}`))
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		if path != "captcha/verify" && path != "sms/send" && path != "email/send" {
			t.Skip()
		}
		wantVendorAnswer(t, v.call("POST", path, string(body)))
	})
}

func wantVendorAnswer(t *testing.T, response *http.Response) {
	t.Helper()
	body := dialecttest.Body(t, response)
	var answer map[string]string
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusBadRequest || body != "" && json.Unmarshal([]byte(body), &answer) != nil {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

func BenchmarkLife(b *testing.B) {
	v := newVisitor(b)
	for b.Loop() {
		if code := v.send(v.pass()); code != "" {
			b.Fatal(code)
		}
		v.Clock.Advance(time.Millisecond)
	}
}
