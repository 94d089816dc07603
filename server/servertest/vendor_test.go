package servertest_test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// calls are a vendor's own: how its page answers, and how its backend redeems.
type calls struct {
	issue  func(t *testing.T, s *servertest.Server) string
	answer func(t *testing.T, s *servertest.Server, ch controlclient.Challenge) string
	redeem func(t *testing.T, s *servertest.Server, pass controlclient.Pass) string
}

// vendors are those with such calls. Their pages get what is nil here by the native API,
// whose words are the same for all.
var vendors = map[string]calls{
	"oneaccess": {
		issue: func(t *testing.T, s *servertest.Server) string {
			return said(t, "GET", s.URL+"/api/v2/sdk/captcha", "", oneAccessHeader(s))
		},
		answer: func(t *testing.T, s *servertest.Server, ch controlclient.Challenge) string {
			point, _ := json.Marshal(map[string]float64{"x": ch.Solution.X, "y": 5})
			body, _ := json.Marshal(map[string]string{"token": ch.ID, "point_json": string(point), "sender": "13800000000"})
			return said(t, "POST", s.URL+"/api/v2/sdk/captcha/verify", string(body), oneAccessHeader(s))
		},
		redeem: func(t *testing.T, s *servertest.Server, pass controlclient.Pass) string {
			body, _ := json.Marshal(map[string]string{"mobile": "13800000000", "type": "LOGIN_SMS", "captcha_token": pass.Text("captcha_token")})
			return said(t, "POST", s.URL+"/api/v2/sdk/sms/send", string(body), oneAccessHeader(s))
		},
	},
	"ajcaptcha": {
		issue: func(t *testing.T, s *servertest.Server) string {
			return said(t, "POST", s.URL+"/captcha/get", `{"captchaType":"blockPuzzle"}`, jsonHeader)
		},
		answer: func(t *testing.T, s *servertest.Server, ch controlclient.Challenge) string {
			return said(t, "POST", s.URL+"/captcha/check", `{"captchaType":"blockPuzzle","token":"`+ch.ID+`","pointJson":"x"}`, jsonHeader)
		},
		redeem: func(t *testing.T, s *servertest.Server, pass controlclient.Pass) string {
			return said(t, "POST", s.URL+"/captcha/verify", string(pass.Pass), jsonHeader)
		},
	},
	"cloudbase": {
		issue: func(t *testing.T, s *servertest.Server) string {
			return said(t, "POST", s.URL+"/auth/v1/captcha/data?client_id="+s.Site("cloudbase").Key, "{}", jsonHeader)
		},
		answer: func(t *testing.T, s *servertest.Server, ch controlclient.Challenge) string {
			body, _ := json.Marshal(map[string]string{"token": ch.ID, "key": ch.Solution.Text})
			return said(t, "POST", s.URL+"/auth/v1/captcha/data/verify?client_id="+s.Site("cloudbase").Key, string(body), jsonHeader)
		},
		redeem: func(t *testing.T, s *servertest.Server, pass controlclient.Pass) string {
			site := s.Site("cloudbase")
			form := url.Values{"token": {pass.Text("captcha_token")}, "client_id": {site.Key}, "client_secret": {site.Secret}, "consume": {"true"}}
			return said(t, "POST", s.URL+"/auth/v1/captcha/introspect", form.Encode(), formHeader)
		},
	},
	"geetest": {
		issue: func(t *testing.T, s *servertest.Server) string {
			return said(t, "GET", s.URL+"/load?callback=f&captcha_id="+s.Site("geetest").Key, "", nil)
		},
		redeem: func(t *testing.T, s *servertest.Server, pass controlclient.Pass) string {
			site := s.Site("geetest")
			return said(t, "POST", s.URL+"/validate?captcha_id="+site.Key, signedForm(site.Secret, sent(pass)).Encode(), formHeader)
		},
	},
	"yidun": {
		redeem: func(t *testing.T, s *servertest.Server, pass controlclient.Pass) string {
			site := s.Site("yidun")
			form := url.Values{
				"captchaId": {site.Key}, "validate": {pass.Text("validate")}, "user": {""}, "secretId": {site.SecretID}, "version": {"v2"},
				"timestamp": {"1"}, "nonce": {pass.ID},
			}
			text := ""
			for _, name := range slices.Sorted(maps.Keys(form)) {
				text += name + form.Get(name)
			}
			sum := md5.Sum([]byte(text + site.Secret))
			form.Set("signature", hex.EncodeToString(sum[:]))
			return said(t, "POST", s.URL+"/api/v2/verify", form.Encode(), formHeader)
		},
	},
}

var (
	jsonHeader = http.Header{"Content-Type": {"application/json"}}
	formHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
)

func oneAccessHeader(s *servertest.Server) http.Header {
	header := http.Header{"Content-Type": {"application/json"}}
	for name, value := range map[string]string{
		"X-client-id": s.Site("oneaccess").Key, "X-operating-sys-version": "x", "X-device-fingerprint": "x", "X-agent": "x",
	} {
		header.Set(name, value)
	}
	return header
}

// said is the status and the body of an answer, in one text.
func said(t *testing.T, method, address, body string, header http.Header) string {
	t.Helper()
	status, text := answered(t, method, address, body, header)
	return fmt.Sprintf("%d %s", status, strings.TrimSpace(text))
}

func answered(t *testing.T, method, address, body string, header http.Header) (status int, text string) {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(read)
}

// onShow is a new Challenge of the vendor's ready Site.
func onShow(t *testing.T, s *servertest.Server, vendor string) controlclient.Challenge {
	t.Helper()
	if status, body := post(t, s.URL+"/native/v1/challenges", `{"site":"`+s.Site(vendor).Key+`"}`); status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	return s.Latest()
}

// subject is whom the Passes of a vendor are bound to.
func subject(vendor string) string {
	if vendor == "oneaccess" {
		return "13800000000"
	}
	return ""
}

// good are a redemption's words for a good Pass: what they begin with.
var good = map[string]string{
	"oneaccess": "200", "ajcaptcha": `200 {"repCode":"0000"`, "cloudbase": `200 {"active":true`, "geetest": `200 {"status":"success","result":"success"`,
	"yidun": `200 {"result":true`,
}

func TestAChallengeThatIsEndedIsRefusedInEachVendorsWords(t *testing.T) {
	for vendor, want := range map[string]struct{ expiredAnswer, usedAnswer, expiredPass, usedPass string }{
		"oneaccess": {
			`400 {"error_code":"CAPTCHA.0003"`, `400 {"error_code":"CAPTCHA.0003"`, `400 {"error_code":"CAPTCHA.0003"`, `400 {"error_code":"CAPTCHA.0003"`,
		},
		"ajcaptcha": {`200 {"repCode":"6110"`, `200 {"repCode":"6110"`, `200 {"repCode":"6110"`, `200 {"repCode":"6110"`},
		"cloudbase": {`400 {"error":"captcha_expired"`, `400 {"error":"captcha_used"`, `200 {"active":false}`, `200 {"active":false}`},
		"geetest":   {"", "", `200 {"status":"success","result":"fail","reason":"pass_token expire","captcha_args":{"used_type":"slide"`, `200 {"status":"success","result":"fail","reason":"pass_token used"`},
		"yidun":     {"", "", `200 {"result":false,"error":0,"msg":"fail"`, `200 {"result":false,"error":0,"msg":"fail"`},
	} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			s := servertest.New(t)
			call := vendors[vendor]
			for how, row := range map[string]struct {
				end          func(id string)
				answer, pass string
				code         string
			}{"expired": {s.Expire, want.expiredAnswer, want.expiredPass, "expired"}, "spent": {s.Spend, want.usedAnswer, want.usedPass, "used"}} {
				if call.answer != nil {
					ch := onShow(t, s, vendor)
					row.end(ch.ID)
					if got := call.answer(t, s, ch); !strings.HasPrefix(got, row.answer) {
						t.Errorf("answer, %s: %s, want %s", how, got, row.answer)
					}
					if got := s.Latest(); got.Outcome != row.code || got.Attempts != 0 {
						t.Errorf("the challenge, %s: %+v", how, got)
					}
				}
				pass, other := s.PassFor(vendor, subject(vendor)), s.PassFor(vendor, subject(vendor))
				row.end(pass.ID)
				for range 2 {
					if got := call.redeem(t, s, pass); !strings.HasPrefix(got, row.pass) {
						t.Errorf("redeem, %s: %s, want %s", how, got, row.pass)
					}
				}
				if got := call.redeem(t, s, other); !strings.HasPrefix(got, good[vendor]) {
					t.Errorf("another pass: %s", got)
				}
				entries := s.Journal(vendor)
				if last := entries[len(entries)-2]; last.Outcome != row.code || last.ID != pass.ID {
					t.Errorf("the journal, %s: %+v", how, last)
				}
				s.Reset() // and it is as good as it was
				if got := call.redeem(t, s, pass); !strings.HasPrefix(got, good[vendor]) {
					t.Errorf("after a reset, %s: %s", how, got)
				}
			}
		})
	}
}

func TestTheRulesSayWhichEndComesFirst(t *testing.T) {
	s := servertest.New(t)
	wants := func(what string, pass controlclient.Pass, want int) {
		t.Helper()
		if got := redeem(t, s, "native", pass); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	used := s.Pass("native")
	wants("a good pass", used, http.StatusOK)
	s.Expire(used.ID)
	wants("used, then let expire", used, http.StatusConflict)

	old := s.Pass("native")
	s.Spend(old.ID)
	s.Advance(1 << 40)
	wants("spent, then too old", old, http.StatusConflict)
	s.Reset()

	both := s.Pass("native")
	s.Spend(both.ID)
	s.Expire(both.ID)
	wants("spent, then let expire: the last word counts", both, http.StatusGone)
	forged := both
	forged.Pass = json.RawMessage(strings.Replace(string(both.Pass), `.`, `.A`, 1))
	wants("a pass that is none", forged, http.StatusNotFound)

	s.Next("native", "redeem", "right")
	wants("a script of the whole site", both, http.StatusGone)
	wants("which is not used up by that", s.Pass("native"), http.StatusOK)
}

func TestAChallengeThatIsEndedShowsIt(t *testing.T) {
	s := servertest.New(t, servertest.Seed(1))
	ch := onShow(t, s, "native")
	s.Advance(10_000_000_000)
	expired, err := s.Control.Expire(t.Context(), ch.ID)
	if err != nil || !expired.ExpiresAt.Equal(ch.IssuedAt.Add(10_000_000_000)) {
		t.Errorf("%+v, %v", expired, err)
	}
	if status, _ := post(t, s.URL+"/native/v1/challenges/"+ch.ID+"/answers", `{"site":"native-demo","answer":{"x":1}}`); status != http.StatusGone {
		t.Errorf("an answer: %d", status)
	}
	if _, err := s.Control.Solve(t.Context(), ch.ID, ""); !strings.Contains(err.Error(), "expired") {
		t.Errorf("solved without its visitor: %v", err)
	}
	if got := said(t, "GET", s.URL+"/native/v1/challenges/"+ch.ID+"?site=native-demo", "", nil); !strings.HasPrefix(got, "410") {
		t.Errorf("shown: %.80s", got)
	}
	spent, err := s.Control.Spend(t.Context(), onShow(t, s, "native").ID)
	if err != nil || !spent.Solved || !spent.Redeemed || spent.Attempts != 0 {
		t.Errorf("%+v, %v", spent, err)
	}
}

func TestAVendorsOwnCodeIsSaidInItsOwnShape(t *testing.T) {
	s := servertest.New(t)
	for _, row := range []struct{ vendor, step, code, want string }{
		{"oneaccess", "issue", "APP.0003", `400 {"error_code":"APP.0003","error_msg":"Application disabled."}`},
		{"oneaccess", "answer", "CAPTCHA.0002", `400 {"error_code":"CAPTCHA.0002","error_msg":"Invalid CAPTCHA code."}`},
		{"oneaccess", "redeem", "CAPTCHA.0006", `400 {"error_code":"CAPTCHA.0006","error_msg":"Failed to send verification code."}`},
		{"ajcaptcha", "issue", "6112", `200 {"repCode":"6112","repMsg":"获取验证码失败,请联系管理员","repData":null,"success":false,"error":true}`},
		{"ajcaptcha", "redeem", "6111", `200 {"repCode":"6111","repMsg":"验证失败","repData":null,"success":false,"error":true}`},
		{"ajcaptcha", "answer", "6202", `200 {"repCode":"6202","repMsg":"接口验证失败数过多，请稍后再试","repData":null,"success":false,"error":true}`},
		{"cloudbase", "issue", "captcha_required", `401 {"error":"captcha_required","error_code":4001,"error_description":"captcha_token required"}`},
		{"cloudbase", "answer", "captcha_used", `400 {"error":"captcha_used","error_code":4003,"error_description":"Verification code already used, please get new one"}`},
		{"cloudbase", "redeem", "invalid_client", `401 {"error":"invalid_client","error_code":16,"error_description":"client_id or client_secret is wrong"}`},
		{"geetest", "issue", "-50104", `200 f({"status":"error","code":"-50104","msg":"captcha_id deleted","desc":{"type":"defined error"}})`},
		{"geetest", "redeem", "-50005", `200 {"status":"error","code":"-50005","msg":"illegal gen_time","desc":{"type":"defined error"}}`},
		{"yidun", "redeem", "419", `200 {"result":false,"error":419,"msg":"PARAM_ERROR"}`},
		{"yidun", "redeem", "0", `200 {"result":false,"error":0,"msg":"fail","phone":"","extraData":""}`},
	} {
		t.Run(row.vendor+" "+row.step+" "+row.code, func(t *testing.T) {
			call := vendors[row.vendor]
			ch, pass := onShow(t, s, row.vendor), s.PassFor(row.vendor, subject(row.vendor))
			do := map[string]func() string{
				"issue":  func() string { return call.issue(t, s) },
				"answer": func() string { return call.answer(t, s, ch) },
				"redeem": func() string { return call.redeem(t, s, pass) },
			}[row.step]
			s.NextCode(row.vendor, row.step, row.code)
			if got := do(); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			entries := s.Journal(row.vendor)
			if last := entries[len(entries)-1]; last.Outcome != "code:"+row.code || last.Step != row.step {
				t.Errorf("the journal: %+v", last)
			}
			if got := do(); got == row.want {
				t.Errorf("the next time too: %s", got)
			}
		})
	}
}

// What an outcome can be is listed, and each of the list can be planned and is said: by the
// native API too, through which the widget speaks for all vendors.
func TestEveryKnownOutcomeOfEveryStepCanBePlanned(t *testing.T) {
	s := servertest.New(t)
	known, err := s.Control.KnownOutcomes(t.Context())
	if err != nil || len(known) != 6 {
		t.Fatalf("%v, %v", known, err)
	}
	for vendor, steps := range known {
		site := s.Site(vendor)
		codes := 0
		for step, outcomes := range steps {
			for _, outcome := range outcomes {
				code, vendors := strings.CutPrefix(outcome, "code:")
				if !vendors {
					continue
				}
				codes++
				s.Next(vendor, step, outcome)
				path, body := "challenges", `{"site":"`+site.Key+`"}`
				switch step {
				case "answer":
					path, body = "challenges/"+strings.Repeat("0", 32)+"/answers", `{"site":"`+site.Key+`","answer":{"text":"x"}}`
				case "redeem":
					path, body = "redeem", `{"site":"`+site.Key+`","secret":"`+site.Secret+`","pass":`+string(s.Pass(vendor).Pass)+`}`
				}
				status, text := post(t, s.URL+"/native/v1/"+path, body)
				var reply struct{ Code, Message string }
				if err := json.Unmarshal([]byte(text), &reply); err != nil || status < 400 || status >= 500 || reply.Code != code || reply.Message == "" {
					t.Errorf("%s, %s, %s: %d %s", vendor, step, outcome, status, text)
				}
			}
		}
		if codes == 0 {
			t.Errorf("%s has no codes of its own", vendor)
		}
	}
}
