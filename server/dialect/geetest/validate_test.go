package geetest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/geetest"
	"github.com/google/go-cmp/cmp"
)

func TestOfFiftyParallelRedemptionsOneSucceeds(t *testing.T) {
	a := newApp(t)
	body := a.signed(a.solve()).Encode()
	counts := dialecttest.Parallel(50, func(int) string { return a.validate(body, formType).Reason })
	if diff := cmp.Diff(map[string]int{"": 1, "pass_token used": 49}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsTooLargeIsRefusedBeforeItIsLookedAt(t *testing.T) {
	a := newApp(t)
	pass := a.solve()
	large := strings.Repeat("x", 1<<20)
	for _, mediaType := range []string{formType, "application/json", "text/plain"} {
		if got := a.validate("captcha_output="+large+"&"+a.signed(pass).Encode(), mediaType); got.Code != "-50005" {
			t.Errorf("%s: %+v", mediaType, got)
		}
	}
	if got := a.redeem(pass); got.Result != "success" {
		t.Errorf("afterwards: %+v", got)
	}
}

func TestAClientThatSendsAllBeforeItReadsHearsThatItWasTooMuch(t *testing.T) {
	a := newApp(t)
	api := httptest.NewServer(a.Handler)
	defer api.Close()
	connection, err := net.Dial("tcp", api.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	const length = 16 << 20 // more than any socket buffers
	_, err = fmt.Fprintf(connection, "POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", formType, length)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(connection, strings.NewReader(strings.Repeat("x", length))); err != nil {
		t.Fatalf("the vendor's sample now lets the visitor in: %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || !strings.Contains(text, `"-50005"`) {
		t.Errorf("%d %s", response.StatusCode, text)
	}
}

func TestASuccessIsToldInTheVendorsOrderAndUnescaped(t *testing.T) {
	a := newApp(t)
	a.site.Settings["geetest.scene"] = "反爬虫 & <b>"
	if err := a.Store.SaveSite(t.Context(), a.site); err != nil {
		t.Fatal(err)
	}
	pass := a.signed(a.solve())
	response := a.Do(dialecttest.Request{Method: "GET", Path: "/validate?" + pass.Encode()})
	want := `{"status":"success","result":"success","reason":"","captcha_args":{"used_type":"slide","user_ip":"",` +
		`"lot_number":"` + pass.Get("lot_number") + `","scene":"反爬虫 & <b>","referer":"",` +
		`"ip_type":4,"user_info":"","client_type":"","ua":"","fail_count":0}}` + "\n"
	if diff := cmp.Diff(want, dialecttest.Body(t, response)); diff != "" {
		t.Error(diff)
	}
}

// The same was sent to the live service, for the same captcha_id.
func TestTheLiveServiceGaveTheSameAnswers(t *testing.T) {
	a := newApp(t)
	const lotNumber = "c4c69a52999045aea1d34b57f1ef29f2"
	for what, row := range map[string]struct {
		sent url.Values
		want string
	}{
		"all six empty": {
			url.Values{"captcha_id": {""}, "lot_number": {""}, "captcha_output": {""}, "pass_token": {""}, "gen_time": {""}, "sign_token": {""}},
			`{"status":"error","code":"-50101","msg":"not captcha_id","desc":{"type":"defined error"}}`,
		},
		"signed with the empty key, the opaque texts empty": {
			url.Values{"captcha_id": {captchaID}, "lot_number": {lotNumber}, "captcha_output": {""}, "pass_token": {""},
				"gen_time": {"1682136049"}, "sign_token": {geetest.Sign("", lotNumber)}},
			`{"status":"success","result":"fail","reason":"sign_token error","captcha_args":{}}`,
		},
		"signed, with the texts of another pass": {
			url.Values{"captcha_id": {captchaID}, "lot_number": {lotNumber}, "captcha_output": {"x"}, "pass_token": {strings.Repeat("ab", 32)},
				"gen_time": {"1682136049"}, "sign_token": {geetest.Sign(captchaKey, lotNumber)}},
			`{"status":"success","result":"fail","reason":"pass_token error","captcha_args":{}}`,
		},
	} {
		response := a.Do(dialecttest.Request{Method: "POST", Path: "/validate", Body: row.sent.Encode(), Header: http.Header{"Content-Type": {formType}}})
		if diff := cmp.Diff(row.want+"\n", dialecttest.Body(t, response)); diff != "" || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", what, response.StatusCode, diff)
		}
	}
}

func TestTheRightSignatureInUpperCaseIsNone(t *testing.T) {
	a := newApp(t)
	pass := a.signed(a.solve())
	pass.Set("sign_token", strings.ToUpper(pass.Get("sign_token")))
	if got := a.validate(pass.Encode(), formType); got.Reason != "sign_token error" {
		t.Errorf("%+v", got)
	}
	if got := a.redeem(pass); got.Result != "success" {
		t.Errorf("afterwards, in lower case: %+v", got)
	}
}

func TestAnEmptySecretSignsNothing(t *testing.T) {
	a := newApp(t)
	a.site.Secrets = []captcha.Secret{{}}
	if err := a.Store.SaveSite(t.Context(), a.site); err != nil {
		t.Fatal(err)
	}
	pass := a.solve()
	pass.Set("sign_token", geetest.Sign("", pass.Get("lot_number")))
	if got := a.validate(pass.Encode(), formType); got.Reason != "sign_token error" {
		t.Errorf("%+v", got)
	}
}

func TestABackendIsNeverLimited(t *testing.T) {
	a := newApp(t, func(c *server.Config) { c.Limits = server.DefaultLimits() })
	for range 2000 {
		if got := a.validate("gen_time=1", formType); got.Code != "-50302" {
			t.Fatalf("%+v", got)
		}
	}
	if got := a.redeem(a.solve()); got.Result != "success" {
		t.Errorf("%+v", got)
	}
}

func TestRotatedSecretsSignAsLongAsTheyLive(t *testing.T) {
	a := newApp(t)
	a.site.Secrets = []captcha.Secret{
		{Value: "another secret"}, {Value: captchaKey, Until: dialecttest.Start.Add(1)},
	}
	if err := a.Store.SaveSite(t.Context(), a.site); err != nil {
		t.Fatal(err)
	}
	pass := a.solve()
	if got := a.redeem(pass); got.Result != "success" {
		t.Errorf("by the old secret: %+v", got)
	}
	a.Clock.Advance(1)
	if got := a.redeem(a.solve()); got.Reason != "sign_token error" {
		t.Errorf("by the old secret, when it has ended: %+v", got)
	}
}

// broken is a core whose ledger fails, or panics.
type broken struct {
	dialect.Core
	err error
}

func (b broken) Redeem(context.Context, *captcha.Site, captcha.Pass) (captcha.Challenge, captcha.Record, error) {
	if b.err == nil {
		panic("disk on fire")
	}
	return captcha.Challenge{}, captcha.Record{}, b.err
}

func TestAFailureIs200AndNoSuccess(t *testing.T) {
	for _, err := range []error{errors.New("disk full"), captcha.Refuse(captcha.Busy, "too much to do"), nil} {
		a := newApp(t, func(c *server.Config) { c.Deps.Core = broken{c.Deps.Core, err} })
		if got := a.redeem(a.solve()); got.Code != "-50000" {
			t.Errorf("%v: %+v", err, got)
		}
	}
}

func TestALedgerThatHasLostItsMemoryTellsNothing(t *testing.T) {
	a := newApp(t, func(c *server.Config) { c.Deps.Core = broken{c.Deps.Core, captcha.ErrForgotten} })
	response := a.Do(dialecttest.Request{Method: "GET", Path: "/validate?" + a.signed(a.solve()).Encode()})
	want := `{"status":"success","result":"fail","reason":"pass_token expire","captcha_args":{}}` + "\n"
	if diff := cmp.Diff(want, dialecttest.Body(t, response)); diff != "" {
		t.Error(diff)
	}
}

func FuzzValidate(f *testing.F) {
	a := newApp(f)
	pass := a.signed(a.solve())
	pass.Set("gen_time", "1")
	f.Add(pass.Encode(), formType)
	f.Add("gen_time=1&lot_number=%00;x=%zz&&=", formType)
	f.Add("\xff\xfe", "multipart/form-data; boundary=\"")
	f.Add("--x\r\n\r\n--x--", "multipart/form-data; boundary=x")
	f.Add("[", "application/json")
	f.Fuzz(func(t *testing.T, body, mediaType string) {
		a := a
		a.t = t
		if strings.ContainsAny(mediaType, "\r\n\x00") {
			return // is no header
		}
		if got := a.validate(body, mediaType); got.Result == "success" {
			t.Errorf("%q succeeds", body)
		}
	})
}

func TestPassesNeedNoEncoding(t *testing.T) {
	a := newApp(t)
	for range 100 {
		for name, values := range a.solve() {
			if strings.Trim(values[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Fatalf("%s: %q", name, values[0])
			}
		}
	}
}

func TestFilesAreThereForPagesOfEveryOrigin(t *testing.T) {
	a := newApp(t)
	for path, want := range map[string]string{
		"/v4/gt4.js":                        "initGeetest4",
		"/geetest/v4/gt4.js":                "initGeetest4",
		"/v4/static/v1.9/js/gcaptcha4.js":   "Geetest4",
		"/v4/static/v1.9/css/gcaptcha4.css": "",
		"/v4/gct/gct4.js":                   "",
		"/v4/bypass.js":                     "isOffline",
	} {
		response := a.Do(dialecttest.Request{Method: "GET", Path: path, Header: http.Header{"Origin": {"null"}}})
		if text := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d %.80s", path, response.StatusCode, text)
		}
		if response.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", path, response.Header)
		}
	}
}
