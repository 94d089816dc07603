package geetest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

// loaded is what matters to a loader.
type loaded struct {
	Status string
	Code   string
	Data   struct {
		LotNumber     string   `json:"lot_number"`
		CaptchaType   string   `json:"captcha_type"`
		GCTPath       string   `json:"gct_path"`
		StaticServers []string `json:"static_servers"`
		PT            string   `json:"pt"`
		Language      string   `json:"language"`
	}
}

// load is what the page's function is called with.
func (a app) load(path, host string) loaded {
	a.t.Helper()
	response := a.Do(dialecttest.Request{Method: "GET", Path: path, Header: http.Header{"Host": {host}}})
	text := dialecttest.Body(a.t, response)
	argument, called := strings.CutPrefix(text, "geetest_1(")
	argument, closed := strings.CutSuffix(argument, ")")
	var got loaded
	if err := json.Unmarshal([]byte(argument), &got); err != nil || !called || !closed || response.StatusCode != http.StatusOK {
		a.t.Fatalf("%s: %d %s", path, response.StatusCode, text)
	}
	return got
}

const loadPath = "/load?callback=geetest_1&captcha_id=" + captchaID

func TestTheLoaderGetsTheVendorsMembersInTheVendorsOrder(t *testing.T) {
	a := newApp(t)
	response := a.Do(dialecttest.Request{Method: "GET", Path: loadPath, Header: http.Header{"Host": {"127.0.0.1:8080"}}})
	got := opaqueTexts.ReplaceAllString(dialecttest.Body(t, response), `"<hex>"`)
	const want = `geetest_1({"status":"success","data":{"lot_number":"<hex>","captcha_type":"slide","js":"/js/gcaptcha4.js",` +
		`"css":"/css/gcaptcha4.css","static_path":"/v4/static/v1","gct_path":"/v4/gct/gct4.js","static_servers":["127.0.0.1:8080"],` +
		`"pt":"0","language":"eng","arrow":"arrow_1","logo":false,"show_voice":false,"feedback":"","guard":false,"check_device":false,` +
		`"captcha_mode":"risk_manage","custom_theme":{"_style":"stereoscopic","_color":"hsla(224,98%,66%,1)",` +
		`"_gradient":"linear-gradient(180deg, hsla(224,98%,71%,1) 0%, hsla(224,98%,66%,1) 100%)",` +
		`"_hover":"linear-gradient(180deg, hsla(224,98%,66%,1) 0%, hsla(224,98%,71%,1) 100%)","_brightness":"system","_radius":"4px"},` +
		`"pow_detail":{"version":"1","bits":0,"datetime":"2026-01-02T03:04:05.000000+00:00","hashfunc":"md5"},` +
		`"payload":"<hex>","process_token":"<hex>","payload_protocol":1}})`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

var opaqueTexts = regexp.MustCompile(`"[0-9a-f]{32,64}"`)

func TestTheLoaderLearnsWhereTheRestIs(t *testing.T) {
	a := newApp(t)
	got := a.load(loadPath+"&lang=zh-tw", "captcha.example.com:8443")
	if got.Status != "success" || got.Data.PT != "0" || !strings.HasSuffix(got.Data.GCTPath, ".js") || got.Data.CaptchaType != "slide" || got.Data.Language != "zho-tw" {
		t.Errorf("%+v", got)
	}
	if _, ok := captcha.ParseID(got.Data.LotNumber); !ok {
		t.Errorf("lot_number %q", got.Data.LotNumber)
	}
	for host, want := range map[string]string{
		"captcha.example.com:8443": "captcha.example.com:8443", "192.0.2.1": "192.0.2.1", "[2001:db8::1]:80": "[2001:db8::1]:80",
		"captcha_server:7480": "captcha_server:7480",
		`evil"host`:           "", "a b": "", "x/y": "", "</script>": "",
	} {
		if servers := strings.Join(a.load(loadPath, host).Data.StaticServers, " "); servers != want {
			t.Errorf("asked at %q the rest is at %q, want %q", host, servers, want)
		}
	}
	if servers := a.load("/geetest"+loadPath, "h").Data.StaticServers; len(servers) != 1 || servers[0] != "h/geetest" {
		t.Errorf("below a prefix the rest is at %q", servers)
	}
}

func TestTheChallengeOfTheLoaderIsShownAndSolved(t *testing.T) {
	a := newApp(t)
	id := a.load(loadPath, "h").Data.LotNumber
	shown := a.Do(dialecttest.Request{Method: "GET", Path: "/native/v1/challenges/" + id + "?site=" + captchaID})
	if shown.StatusCode != http.StatusOK {
		t.Fatalf("shown: %d %.200s", shown.StatusCode, dialecttest.Body(t, shown))
	}
	answered, err := json.Marshal(map[string]any{"answer": map[string]float64{"x": a.SolutionX(t, id)}})
	if err != nil {
		t.Fatal(err)
	}
	solved := a.Do(dialecttest.Request{Method: "POST", Path: "/native/v1/challenges/" + id + "/answers?site=" + captchaID, Body: string(answered)})
	if solved.StatusCode != http.StatusOK {
		t.Errorf("solved: %d %.200s", solved.StatusCode, dialecttest.Body(t, solved))
	}
	if again := a.load(loadPath+"&lot_number="+id, "h"); again.Status != "success" || again.Data.LotNumber == id {
		t.Errorf("a page that names the one it had before gets another: %+v", again)
	}
}

func TestKindsThatWeDoNotDrawBecomeTheStandardOne(t *testing.T) {
	a := newApp(t)
	a.site.Settings["geetest.kinds"] = "text,slider,audio"
	if err := a.Store.SaveSite(t.Context(), a.site); err != nil {
		t.Fatal(err)
	}
	for riskType, want := range map[string]string{"": "text", "ai": "text", "nine": "text", "voice": "text", "slide": "slide"} {
		if got := a.load(loadPath+"&risk_type="+riskType, "h").Data.CaptchaType; got != want {
			t.Errorf("risk_type %q: %q, want %q", riskType, got, want)
		}
	}
}

func TestAPageThatLoadsTooOftenIsToldByItsCallback(t *testing.T) {
	a := newApp(t, func(c *server.Config) { c.Limits = map[string]int{"geetest.load": 1} })
	a.load(loadPath, "h")
	if got := a.load(loadPath, "h"); got.Code != "-50000" {
		t.Errorf("%+v", got)
	}
}

func TestLanguagesAreToldInTheVendorsWords(t *testing.T) {
	a := newApp(t)
	for lang, want := range map[string]string{
		"": "eng", "en-us": "eng", "zh": "zho", "zh-cn": "zho", "zh-mo": "zho-hk", "pt": "pon", "pt-BR": "pon", "pt-pt": "por",
		"de-at": "deu", "deu": "deu", "ug": "udm", "xx": "eng", "zho-hk": "zho-hk",
	} {
		if got := a.load(loadPath+"&lang="+lang, "h").Data.Language; got != want {
			t.Errorf("%q: %q, want %q", lang, got, want)
		}
	}
}

// A script is one call of the page's function; what has no function is JSON.
func FuzzLoad(f *testing.F) {
	a := newApp(f)
	f.Add("geetest_1", captchaID, "slide", "en", "", "127.0.0.1:8080")
	f.Add("a.b", captchaID, "bogus", "</script>", "0", `evil"host`)
	f.Add("$", "\xff", "", "\u2028", strings.Repeat("0", 32), "[::1]")
	f.Fuzz(func(t *testing.T, callback, captchaID, riskType, lang, lotNumber, host string) {
		query := url.Values{"callback": {callback}, "captcha_id": {captchaID}, "risk_type": {riskType}, "lang": {lang}}
		if lotNumber != "" {
			query.Set("lot_number", lotNumber)
		}
		response := a.Do(dialecttest.Request{Method: "GET", Path: "/load?" + query.Encode(), Header: http.Header{"Host": {host}}})
		text := dialecttest.Body(t, response)
		argument := text
		if strings.HasPrefix(response.Header.Get("Content-Type"), "application/javascript") {
			argument = strings.TrimSuffix(strings.TrimPrefix(text, callback+"("), ")")
		}
		if !json.Valid([]byte(argument)) || response.StatusCode != http.StatusOK || strings.ContainsAny(text, "<>&\u2028\u2029") {
			t.Errorf("%q: %d %s", query, response.StatusCode, text)
		}
	})
}
