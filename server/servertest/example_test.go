package servertest_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// admitted is an app's backend: it asks GeeTest at that host whether what its page sent
// is good, as the vendor's samples do. It lets nobody in when the vendor is down.
func admitted(host, captchaID, captchaKey string, sent url.Values) bool {
	response, err := http.PostForm(host+"/validate?captcha_id="+captchaID, signedForm(captchaKey, sent))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var said struct{ Result string }
	return response.StatusCode == http.StatusOK && json.NewDecoder(response.Body).Decode(&said) == nil && said.Result == "success"
}

// signedForm is what a backend sends GeeTest.
func signedForm(captchaKey string, sent url.Values) url.Values {
	mac := hmac.New(sha256.New, []byte(captchaKey))
	mac.Write([]byte(sent.Get("lot_number")))
	form := url.Values{"sign_token": {hex.EncodeToString(mac.Sum(nil))}}
	for _, name := range []string{"lot_number", "captcha_output", "pass_token", "gen_time"} {
		form.Set(name, sent.Get(name))
	}
	return form
}

// sent is what the app's page sends its backend for a solved captcha.
func sent(pass controlclient.Pass) url.Values {
	form := url.Values{}
	for _, name := range []string{"lot_number", "captcha_output", "pass_token", "gen_time"} {
		form.Set(name, pass.Text(name))
	}
	return form
}

// A backend that speaks GeeTest, tried without GeeTest. In a test, servertest.New(t)
// stands for the first two lines.
func Example() {
	captchad := servertest.Start()
	defer captchad.Close()
	site := captchad.Site("geetest")

	pass := captchad.Pass("geetest")
	fmt.Println("a visitor who solved the captcha:", admitted(captchad.URL, site.Key, site.Secret, sent(pass)))
	fmt.Println("the same pass again:", admitted(captchad.URL, site.Key, site.Secret, sent(pass)))

	pass = captchad.Pass("geetest")
	captchad.Advance(time.Hour)
	fmt.Println("an hour later:", admitted(captchad.URL, site.Key, site.Secret, sent(pass)))

	captchad.Fault("geetest", "http:503")
	fmt.Println("the vendor is down:", admitted(captchad.URL, site.Key, site.Secret, sent(captchad.Pass("geetest"))))

	// Output:
	// a visitor who solved the captcha: true
	// the same pass again: false
	// an hour later: false
	// the vendor is down: false
}

// What comes next is decided by the test: one redemption at a time.
func ExampleServer_Next() {
	captchad := servertest.Start()
	defer captchad.Close()
	site := captchad.Site("geetest")
	captchad.Next("geetest", "redeem", "used")
	captchad.Next("geetest", "redeem", "expired")

	pass := captchad.Pass("geetest")
	for range 3 {
		fmt.Println(admitted(captchad.URL, site.Key, site.Secret, sent(pass)))
	}
	// Output:
	// false
	// false
	// true
}

// One Pass is too old, and another is used, while the clock stands where it stood.
func ExampleServer_Expire() {
	captchad := servertest.Start()
	defer captchad.Close()
	site := captchad.Site("geetest")

	old, used, good := captchad.Pass("geetest"), captchad.Pass("geetest"), captchad.Pass("geetest")
	captchad.Expire(old.ID)
	captchad.Spend(used.ID)
	for _, pass := range []controlclient.Pass{old, used, good} {
		admitted(captchad.URL, site.Key, site.Secret, sent(pass))
	}
	for _, entry := range captchad.Journal("geetest") {
		fmt.Println(entry.Outcome, entry.Status)
	}
	// Output:
	// expired 200
	// used 200
	// right 200
}

// What a backend does with an error that the vendor hardly ever sends.
func ExampleServer_NextCode() {
	captchad := servertest.Start()
	defer captchad.Close()
	site := captchad.Site("geetest")
	captchad.NextCode("geetest", "redeem", "-50102")

	fmt.Println("let in:", admitted(captchad.URL, site.Key, site.Secret, sent(captchad.Pass("geetest"))))
	fmt.Print(captchad.Journal("geetest")[0].Reply)
	// Output:
	// let in: false
	// {"status":"error","code":"-50102","msg":"illegal captcha_id","desc":{"type":"defined error"}}
}

// A Site whose Passes live a minute, for this test alone.
func ExampleServer_SaveSite() {
	captchad := servertest.Start()
	defer captchad.Close()
	shop := captchad.SaveSite("shop", controlclient.SiteChange{
		Dialect: "native", PassLifetime: controlclient.Duration(time.Minute), Secrets: []controlclient.Secret{{Value: "the shop's secret"}},
	})
	fmt.Println(shop.Key, shop.Secret)
	captchad.Reset()
	_, err := captchad.Control.Site(context.Background(), "shop")
	fmt.Println(err)
	// Output:
	// shop the shop's secret
	// control API: unknown_site: key: no site has this key
}

func TestABackendIsTestedWithoutItsVendor(t *testing.T) {
	captchad := servertest.New(t)
	site := captchad.Site("geetest")
	try := func(pass controlclient.Pass) bool { return admitted(captchad.URL, site.Key, site.Secret, sent(pass)) }
	tries := func(pass controlclient.Pass, want ...bool) {
		t.Helper()
		for i := range want {
			if got := try(pass); got != want[i] {
				t.Errorf("time %d: let in: %v", i+1, got)
			}
		}
	}

	tries(captchad.Pass("geetest"), true, false)
	old := captchad.Pass("geetest")
	captchad.Advance(time.Hour)
	tries(old, false)
	captchad.Next("geetest", "redeem", "unknown")
	captchad.Next("geetest", "redeem", "used")
	tries(captchad.Pass("geetest"), false, false, true)
	for _, fault := range []string{"http:503", "badjson", "error:-50103", "fail:pass_token expire"} {
		captchad.Fault("geetest", fault)
		if try(captchad.Pass("geetest")) {
			t.Errorf("let in with %s", fault)
		}
	}
	captchad.Fault("geetest", "normal")
	if !try(captchad.Pass("geetest")) {
		t.Error("not let in when all is well again")
	}
}
