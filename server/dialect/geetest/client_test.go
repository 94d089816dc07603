package geetest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/geetest"
	"github.com/google/go-cmp/cmp"
)

// login does what the vendor's Python sample does, step by step: it signs
// lot_number, puts captcha_id into the URL and the rest into a form, and, when
// anything fails or the status is not 200, lets the visitor in.
func login(client *http.Client, apiServer string, fromPage url.Values) map[string]string {
	query := url.Values{
		"lot_number": {fromPage.Get("lot_number")}, "captcha_output": {fromPage.Get("captcha_output")},
		"pass_token": {fromPage.Get("pass_token")}, "gen_time": {fromPage.Get("gen_time")},
		"sign_token": {geetest.Sign(captchaKey, fromPage.Get("lot_number"))},
	}
	said, err := requestValidate(client, fmt.Sprintf("%s/validate?captcha_id=%s", apiServer, captchaID), query)
	if err != nil {
		said = map[string]any{"result": "success", "reason": "request geetest api fail"}
	}
	outcome := "fail"
	if said["result"] == "success" {
		outcome = "success"
	}
	reason, _ := said["reason"].(string)
	return map[string]string{"login": outcome, "reason": reason}
}

func requestValidate(client *http.Client, address string, query url.Values) (map[string]any, error) {
	response, err := client.PostForm(address, query)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	var said map[string]any
	return said, json.NewDecoder(response.Body).Decode(&said)
}

func TestTheVendorsSampleLogsInWithAGoodPassAlone(t *testing.T) {
	a := newApp(t)
	api := httptest.NewServer(a.Handler)
	defer api.Close()
	try := func(what string, pass url.Values, want map[string]string) {
		t.Helper()
		if diff := cmp.Diff(want, login(api.Client(), api.URL, pass)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	pass := a.solve()
	for name := range pass {
		if name == "captcha_id" { // which the sample does not take from the page
			continue
		}
		altered := maps.Clone(pass)
		altered[name] = []string{"0" + pass.Get(name)[1:]}
		if altered.Get(name) == pass.Get(name) {
			altered[name] = []string{"1" + pass.Get(name)[1:]}
		}
		try("altered "+name, altered, map[string]string{"login": "fail", "reason": "pass_token error"})
	}
	try("good", pass, map[string]string{"login": "success", "reason": ""})
	try("used", pass, map[string]string{"login": "fail", "reason": "pass_token used"})
	late := a.solve()
	a.Clock.Advance(10 * time.Minute)
	try("expired", late, map[string]string{"login": "fail", "reason": "pass_token expire"})
	try("none", url.Values{}, map[string]string{"login": "fail", "reason": ""})
}

func TestTheVendorsSampleFindsUsByAProxySetting(t *testing.T) {
	a := newApp(t)
	api := httptest.NewServer(a.Handler)
	defer api.Close()
	proxy, err := url.Parse(api.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
	pass := a.solve()
	for _, want := range []map[string]string{{"login": "success", "reason": ""}, {"login": "fail", "reason": "pass_token used"}} {
		if diff := cmp.Diff(want, login(client, "http://gcaptcha4.geetest.com", pass)); diff != "" {
			t.Error(diff)
		}
	}
}

// faulty is what the only Site does wrong.
type faulty struct{ fault atomic.Value }

func (f *faulty) Fault(context.Context, string, string) string {
	fault, _ := f.fault.Load().(string)
	return fault
}

func TestFaultsShowWhatTheVendorsSampleDoesThen(t *testing.T) {
	set := &faulty{}
	a := newApp(t, func(c *server.Config) { c.Deps.Faults = set })
	api := httptest.NewServer(a.Handler)
	defer api.Close()
	letIn := map[string]string{"login": "success", "reason": "request geetest api fail"}
	for fault, want := range map[string]map[string]string{
		"normal":                 {"login": "fail", "reason": "pass_token error"},
		"pass":                   {"login": "success", "reason": ""},
		"fail:pass_token expire": {"login": "fail", "reason": "pass_token expire"},
		"error:-50105":           {"login": "fail", "reason": ""},
		"http:500":               letIn,
		"badjson":                letIn,
		"delay:50000":            letIn, // the client gives up, and captchad with it
		"delay:1":                {"login": "fail", "reason": "pass_token error"},
	} {
		t.Run(fault, func(t *testing.T) {
			if err := checkFault(a, fault); err != nil {
				t.Fatal(err)
			}
			set.fault.Store(fault)
			forged := url.Values{"lot_number": {"4dc3cfc2cdff448cad8d13107198d473"}, "gen_time": {"1"}}
			client := &http.Client{}
			if fault == "delay:50000" {
				client.Timeout = 100 * time.Millisecond // the vendor's Go sample has 5 s, its Python sample waits for ever
			}
			if diff := cmp.Diff(want, login(client, api.URL, forged)); diff != "" {
				t.Error(diff)
			}
		})
	}
	set.fault.Store("loadfail")
	response, err := http.Get(api.URL + loadPath)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusInternalServerError {
		t.Errorf("/load: %d", response.StatusCode)
	}
}

func checkFault(a app, fault string) error {
	return a.Dialects[geetest.Name].(geetest.Dialect).CheckFault(fault)
}

func TestThereAreNoOtherFaults(t *testing.T) {
	a := newApp(t)
	for _, fault := range []string{"", "fail", "fail:", "error:1", "error:", "http:200", "http:600", "http:x", "delay:0", "delay:-1", "delay:1000000", "slow"} {
		if checkFault(a, fault) == nil {
			t.Errorf("%q is taken", fault)
		}
	}
}

func TestASiteHasTheVendorsKindOfKey(t *testing.T) {
	a := newApp(t)
	for key, good := range map[string]bool{captchaID: true, "my-app": false, "647F5ED2ED8ACB4BE36784E01556BB71": false} {
		site := *a.site
		site.Key = key
		if err := server.CheckSite(&site, a.Makers); (err == nil) != good {
			t.Errorf("%s: %v", key, err)
		}
	}
	site := *a.site
	site.Settings = captcha.Settings{"geetest.kinds": "audio,slider"}
	if server.CheckSite(&site, a.Makers) == nil {
		t.Error("a recording comes first")
	}
}
