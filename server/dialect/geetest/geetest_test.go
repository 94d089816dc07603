package geetest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/geetest"
)

func TestConversations(t *testing.T) { dialecttest.Conversations(t, "../../../testdata/geetest/*.txt") }

func TestLaws(t *testing.T) { dialecttest.Laws(t, geetest.Name) }

func TestSignatureVectors(t *testing.T) {
	text, err := os.ReadFile("../../../testdata/geetest/sign_tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		LotNumber  string `json:"lot_number"`
		CaptchaKey string `json:"captcha_key"`
		SignToken  string `json:"sign_token"`
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if got := geetest.Sign(v.CaptchaKey, v.LotNumber); got != v.SignToken {
			t.Errorf("%s under %q: %s, want %s", v.LotNumber, v.CaptchaKey, got, v.SignToken)
		}
	}
}

// captchaID and captchaKey are the vendor's public demo pair.
const (
	captchaID  = "647f5ed2ed8acb4be36784e01556bb71"
	captchaKey = "b09a7aafbfd83f73b35a9b530d0337bf"
)

// app is a Site with a server around it.
type app struct {
	*dialecttest.Server
	t    testing.TB
	site *captcha.Site
}

func newApp(t testing.TB, change ...func(*server.Config)) app {
	t.Helper()
	s := dialecttest.New(t, change...)
	site := s.AddSite(t, geetest.Name, captchaID, func(site *captcha.Site) {
		site.Secrets = []captcha.Secret{{Value: captchaKey}}
	})
	return app{s, t, site}
}

// solve is what getValidate() gives a page whose visitor has passed.
func (a app) solve() url.Values {
	a.t.Helper()
	d := a.Dialects[geetest.Name]
	_, pass, err := a.Core.Pass(a.t.Context(), a.site, captcha.KindSlider, func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
		return d.Attempt(a.site, id, solution, ""), nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	object, err := d.PagePass(a.t.Context(), a.site, pass)
	if err != nil {
		a.t.Fatal(err)
	}
	text, err := json.Marshal(object)
	if err != nil {
		a.t.Fatal(err)
	}
	var members map[string]string
	if err := json.Unmarshal(text, &members); err != nil {
		a.t.Fatal(err)
	}
	form := url.Values{}
	for name, value := range members {
		form.Set(name, value)
	}
	return form
}

// signed is a request of the backend for that Pass.
func (a app) signed(pass url.Values) url.Values {
	pass.Set("sign_token", geetest.Sign(captchaKey, pass.Get("lot_number")))
	return pass
}

// answer is any of the vendor's.
type answer struct {
	Status string `json:"status"`
	Result string `json:"result"`
	Reason string `json:"reason"`
	Code   string `json:"code"`
	Desc   struct {
		Type string `json:"type"`
	} `json:"desc"`
}

// validate sends a body to /validate. Whatever is in it, the answer is 200 and of
// one of the vendor's three shapes.
func (a app) validate(body, mediaType string) answer {
	a.t.Helper()
	response := a.Do(dialecttest.Request{
		Method: "POST", Path: "/validate?captcha_id=" + captchaID, Body: body, Header: http.Header{"Content-Type": {mediaType}},
	})
	text := dialecttest.Body(a.t, response)
	var got answer
	if err := json.Unmarshal([]byte(text), &got); err != nil || response.StatusCode != http.StatusOK {
		a.t.Fatalf("%.100q: %d %s", body, response.StatusCode, text)
	}
	refusal := got.Status == "error" && strings.HasPrefix(got.Code, "-50") && got.Desc.Type == "defined error" && !strings.Contains(text, `"result"`)
	judged := got.Status == "success" && (got.Result == "success") == (got.Reason == "") && got.Code == ""
	if !refusal && !judged {
		a.t.Fatalf("%.100q: none of the vendor's shapes: %s", body, text)
	}
	return got
}

const formType = "application/x-www-form-urlencoded"

func (a app) redeem(pass url.Values) answer {
	a.t.Helper()
	return a.validate(a.signed(pass).Encode(), formType)
}
