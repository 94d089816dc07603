package ajcaptcha_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/ajcaptcha"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

// TestConversations holds the Dialect to the acceptance checklist of the vendor's
// page. Its numbers, and where each is told:
//
//	 1  TestTheKeysComeInAJsOrder, TestThePicturesAreAsLargeAsTheClientsExpect
//	 2  TestAPuzzleOfClicksNamesThreeWordsAndHasNoStrip
//	 3  paths.txt
//	 4  missing.txt, TestABodyOfMoreThanEightKiBIsNoBody, FuzzBodies
//	 5  missing.txt
//	 6  a_life.txt
//	 7  a_life.txt
//	 8  spellings.txt
//	 9  tolerance.txt
//	10  tolerance.txt
//	11  unreadable_points.txt
//	12  missing.txt
//	13  tokens_and_passes.txt
//	14  unreadable_points.txt (words for a slider; the other type comes with 2)
//	15  tokens_and_passes.txt
//	16  tokens_and_passes.txt, missing.txt
//	17  tokens_and_passes.txt, settings.txt
//	18  TestAPassIsRedeemedOnceOverAllWays
//	19  settings.txt
//	20  TestTheClientsOfBothScalesAreUnderstood, TestClicksOutOfOrderOrPlaceAreWrong
//	21  the real clients, below testdata/clients
//	22  browsers.txt
//	23  limits.txt, lock.txt, TestServeModeHasTheLimitsOfAJsLibrary
//
// R5 to R15 and R22 are the weaknesses of AJ-Captcha and its ports that the page
// lists: a test that is about one names it.
func TestConversations(t *testing.T) {
	dialecttest.Conversations(t, "../../../testdata/ajcaptcha/*.txt")
}

func TestLaws(t *testing.T) { dialecttest.Laws(t, ajcaptcha.Name) }

// visitor calls as AJ-Captcha's clients do.
type visitor struct {
	*dialecttest.Server
	t testing.TB
}

func newVisitor(t testing.TB) visitor {
	v := visitor{dialecttest.New(t), t}
	v.AddSite(t, ajcaptcha.Name, "aj")
	return v
}

func (v visitor) call(path, body string) *http.Response {
	return v.Do(dialecttest.Request{Method: "POST", Path: "/captcha/" + path, Body: body})
}

// reply is what these tests look at in an answer.
type reply struct {
	Code string                            `json:"repCode"`
	Data struct{ Token, SecretKey string } `json:"repData"`
}

func (v visitor) ask(path string, body map[string]string) reply {
	v.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		v.t.Fatal(err)
	}
	response := v.call(path, string(text))
	answer := dialecttest.Body(v.t, response)
	var got reply
	if err := json.Unmarshal([]byte(answer), &got); err != nil || response.StatusCode != http.StatusOK {
		v.t.Errorf("%s: %d %.200s", path, response.StatusCode, answer)
	}
	return got
}

// puzzle is a Challenge that this visitor can solve.
type puzzle struct {
	token, key string
	x          float64
}

func (v visitor) get() puzzle {
	v.t.Helper()
	got := v.ask("get", map[string]string{"captchaType": "blockPuzzle"})
	return puzzle{got.Data.Token, got.Data.SecretKey, v.SolutionX(v.t, got.Data.Token)}
}

func (v visitor) check(p puzzle, x float64) (pass, code string) {
	v.t.Helper()
	point := fmt.Sprintf(`{"x":%v,"y":5}`, x)
	code = v.ask("check", map[string]string{
		"captchaType": "blockPuzzle", "token": p.token, "pointJson": ajpoint.Encrypt(p.key, point),
	}).Code
	return ajpoint.Encrypt(p.key, p.token+"---"+point), code
}

func (v visitor) verify(pass string) string {
	v.t.Helper()
	return v.ask("verify", map[string]string{"captchaVerification": pass}).Code
}

func TestTheKeysComeInAJsOrder(t *testing.T) {
	v := newVisitor(t)
	body := dialecttest.Body(t, v.call("get", `{"captchaType":"blockPuzzle"}`))
	shape := regexp.MustCompile(`^\{"repCode":"0000","repMsg":null,"repData":\{"captchaId":null,"projectCode":null,"captchaType":null,` +
		`"captchaOriginalPath":null,"captchaFontType":null,"captchaFontSize":null,"secretKey":"[A-Za-z0-9]{16}",` +
		`"originalImageBase64":"iVBORw0KGgo[A-Za-z0-9+/]+=*","point":null,"jigsawImageBase64":"iVBORw0KGgo[A-Za-z0-9+/]+=*","wordList":null,` +
		`"pointList":null,"pointJson":null,"token":"[0-9a-f]{32}","result":false,"captchaVerification":null,"clientUid":null,` +
		`"ts":null,"browserInfo":null\},"success":true,"error":false\}\n$`)
	if !shape.MatchString(body) {
		t.Errorf("got %.150s ... %s", body, body[max(0, len(body)-250):])
	}
	// R13: a Go port sent 465 to 950 KB, padded with NUL.
	if len(body) > 200_000 || strings.Contains(body, `\u0000`) {
		t.Errorf("the answer has %d bytes", len(body))
	}
}

// R5: AJ's exists, get and delete are three steps, and 16 parallel checks get
// several Passes.
func TestOfParallelRightChecksInSixteenSpellingsOneMakesAPass(t *testing.T) {
	v := newVisitor(t)
	p := v.get()
	var passes sync.Map
	counts := dialecttest.Parallel(16, func(i int) string {
		pass, code := v.check(p, p.x+float64(i)/10)
		passes.Store(pass, true)
		return code
	})
	if diff := cmp.Diff(map[string]int{"0000": 1, "6110": 15}, counts); diff != "" {
		t.Error(diff)
	}
	redeemed := 0
	passes.Range(func(pass, _ any) bool {
		if v.verify(pass.(string)) == "0000" {
			redeemed++
		}
		return true
	})
	if redeemed != 1 {
		t.Errorf("%d passes could be redeemed", redeemed)
	}
}

// R6.
func TestOfParallelVerifiesOneSucceeds(t *testing.T) {
	v := newVisitor(t)
	p := v.get()
	pass, _ := v.check(p, p.x)
	if diff := cmp.Diff(map[string]int{"0000": 1, "6110": 15}, dialecttest.Parallel(16, func(int) string { return v.verify(pass) })); diff != "" {
		t.Error(diff)
	}
}

// R7: a Go port never consumes a token, so that three well-chosen guesses win.
func TestGuessesAreCounted(t *testing.T) {
	v := newVisitor(t)
	p := v.get()
	counts := dialecttest.Parallel(211, func(i int) string {
		_, code := v.check(p, float64(52+i))
		return code
	})
	if counts["0000"]+counts["6111"] != 1 || counts["6110"] != 210 {
		t.Errorf("answers: %v", counts)
	}
}

// R8: AJ clears its whole cache beyond some thousand entries. R12: a Go port
// dies when it is cleaned meanwhile.
func TestAFloodOfChallengesWipesNothing(t *testing.T) {
	v := newVisitor(t)
	p := v.get()
	site, err := v.Core.Site(t.Context(), ajcaptcha.Name, "aj")
	if err != nil {
		t.Fatal(err)
	}
	var flood sync.WaitGroup
	for range 50 {
		flood.Go(func() {
			for range 200 {
				v.Core.NewChallenge(site, captcha.KindSlider)
				if _, err := v.Store.Forget(t.Context(), v.Clock.Now()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	flood.Wait()
	if _, code := v.check(p, p.x); code != "0000" {
		t.Errorf("after the flood: %s", code)
	}
}

// R11: a Go port mixed up the answers of parallel visitors.
func TestParallelVisitorsGetTheirOwnAnswers(t *testing.T) {
	v := newVisitor(t)
	if diff := cmp.Diff(map[string]int{"0000": 96}, dialecttest.Parallel(96, func(int) string {
		p := v.get()
		_, code := v.check(p, p.x)
		return code
	})); diff != "" {
		t.Error(diff)
	}
}

// R22.
func TestNoSolutionIsLogged(t *testing.T) {
	v := newVisitor(t)
	p := v.get()
	pass, _ := v.check(p, p.x)
	v.verify(pass)
	if log := v.Log(); strings.Contains(log, fmt.Sprint(p.x)) || strings.Contains(log, pass) {
		t.Errorf("log: %s", log)
	}
}

func TestAPassIsRedeemedOnceOverAllWays(t *testing.T) {
	v := newVisitor(t)
	native := func(pass string) int {
		body := fmt.Sprintf(`{"site":"aj","secret":"secret of aj","pass":{"captchaVerification":%q}}`, pass)
		return v.Do(dialecttest.Request{Method: "POST", Path: "/native/v1/redeem", Body: body}).StatusCode
	}
	p := v.get()
	pass, _ := v.check(p, p.x)
	if status := native(pass); status != http.StatusOK {
		t.Errorf("native first: %d", status)
	}
	if code := v.verify(pass); code != "6110" {
		t.Errorf("verify afterwards: %s", code)
	}
	p = v.get()
	pass, _ = v.check(p, p.x)
	if code := v.verify(pass); code != "0000" {
		t.Errorf("verify first: %s", code)
	}
	if status := native(pass); status != http.StatusConflict {
		t.Errorf("native afterwards: %d", status)
	}
}

// R15: AJ counts the verify calls of all users together.
func TestTwoPeersHaveSeparateCounters(t *testing.T) {
	v := visitor{dialecttest.New(t, func(c *server.Config) {
		c.Limits, c.TrustedProxies = map[string]int{"ajcaptcha.verify": 1}, []string{"192.0.2.1"}
	}), t}
	v.AddSite(t, ajcaptcha.Name, "aj")
	for _, peer := range []string{"10.0.0.1", "10.0.0.2"} {
		for _, want := range []string{"6110", "6205"} {
			response := v.Do(dialecttest.Request{Method: "POST", Path: "/captcha/verify", Body: `{"captchaVerification":"x"}`,
				Header: http.Header{"X-Forwarded-For": {peer}}})
			if body := dialecttest.Body(t, response); !strings.Contains(body, `"repCode":"`+want+`"`) {
				t.Errorf("%s: %s, want %s", peer, body, want)
			}
		}
	}
}

func TestWithSeveralSitesOneHasToBeTheDefault(t *testing.T) {
	v := newVisitor(t)
	v.AddSite(t, ajcaptcha.Name, "second")
	if response := v.call("get", `{"captchaType":"blockPuzzle"}`); response.StatusCode != http.StatusNotFound {
		t.Errorf("without a default: %d", response.StatusCode)
	}
	v.AddSite(t, ajcaptcha.Name, "third", func(s *captcha.Site) { s.Settings["ajcaptcha.default"] = "on" })
	if response := v.call("get", `{"captchaType":"blockPuzzle"}`); response.StatusCode != http.StatusOK {
		t.Errorf("with one: %d", response.StatusCode)
	}
}

// R9 and R10: whatever is sent, the answer is the envelope with words that are
// listed, as status 200.
func FuzzBodies(f *testing.F) {
	v := newVisitor(f)
	p := v.get()
	f.Add("get", []byte(`{"captchaType":"blockPuzzle"}`))
	f.Add("check", []byte(`{"captchaType":"blockPuzzle","token":"`+p.token+`","pointJson":"`+ajpoint.Encrypt(p.key, `{}`)+`"}`))
	f.Add("verify", []byte(`{"captchaVerification":"x"}`))
	known := regexp.MustCompile(`^\{"repCode":"(0000|9999|0011|0015|6110|6111)","repMsg":(null|"成功"|"[\p{Han}A-Za-z，]+不能为空"|"captchaType类型错误"|"验证码已失效，请重新获取"|"验证失败"),"repData":`)
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		if path != "get" && path != "check" && path != "verify" {
			t.Skip()
		}
		response := v.call(path, string(body))
		if got := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || !known.MatchString(got) || !json.Valid([]byte(got)) {
			t.Errorf("%d %.300s", response.StatusCode, got)
		}
	})
}
