package servertest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// A redemption that is refused before it comes to a Pass is one all the same: a test that
// counts them has to see it.
func TestTheJournalListsTheRedemptionsThatFailEarly(t *testing.T) {
	s := servertest.New(t)
	gt, yd, nt := s.Site("geetest"), s.Site("yidun"), s.Site("native")
	s.SaveSite("down", controlclient.SiteChange{Dialect: "native"})
	if err := s.Control.SetFault(t.Context(), "down", "http:503"); err != nil {
		t.Fatal(err)
	}
	unsigned := sent(s.Pass("geetest"))
	unsigned.Set("sign_token", "wrong")
	yidun := url.Values{
		"captchaId": {yd.Key}, "validate": {"x"}, "secretId": {yd.SecretID}, "version": {"v2"}, "timestamp": {"1"}, "nonce": {"1"}, "signature": {"wrong"},
	}
	const form, object = "application/x-www-form-urlencoded", "application/json"
	for _, row := range []struct {
		name, dialect, path, contentType, body, fault, outcome, because string
	}{
		{"GeeTest, a wrong signature", "geetest", "/validate?captcha_id=" + gt.Key, form, unsigned.Encode(), "", "code:sign_token error", "sign_token is"},
		{"GeeTest, no captcha_id", "geetest", "/validate", form, "", "", "code:-50101", ""},
		{"GeeTest, an unknown captcha_id", "geetest", "/validate?captcha_id=" + strings.Repeat("0", 32), form, unsigned.Encode(), "", "unknown_site",
			"no site has the key " + strings.Repeat("0", 32)},
		{"GeeTest, a fault of its own", "geetest", "/validate?captcha_id=" + gt.Key, form, unsigned.Encode(), "fail:x", "fault", "fault fail:x of this site"},
		{"GeeTest, a fault of another path", "geetest", "/validate?captcha_id=" + gt.Key, form, unsigned.Encode(), "loadfail", "code:sign_token error", "sign_token is"},
		{"GeeTest, late", "geetest", "/validate?captcha_id=" + gt.Key, form, unsigned.Encode(), "delay:1", "code:sign_token error", "sign_token is"},
		{"GeeTest, an answer that is empty", "geetest", "/validate?captcha_id=" + gt.Key, form, unsigned.Encode(), "empty", "fault", "fault empty of this site"},
		{"Yidun, a wrong signature", "yidun", "/api/v2/verify", form, yidun.Encode(), "", "code:415", "signature is"},
		{"Yidun, a fault", "yidun", "/api/v2/verify", form, yidun.Encode(), "http:503", "fault", "fault http:503 of this site"},
		{"native, a wrong secret", "native", "/native/v1/redeem", object, `{"site":"` + nt.Key + `","secret":"x","pass":"x"}`, "", "code:unauthorized",
			"this is no secret of the site"},
		{"native, a fault", "native", "/native/v1/redeem", object, `{"site":"down","secret":"x","pass":"x"}`, "", "fault", "fault http:503 of this site"},
		{"native, no JSON", "native", "/native/v1/redeem", object, `{`, "", "invalid", ""},
		{"AJ-Captcha, an unknown site", "ajcaptcha", "/aj/nobody/captcha/verify", object, `{"captchaVerification":"x"}`, "", "unknown_site",
			"no site has the key nobody"},
		{"CloudBase, a wrong secret", "cloudbase", "/auth/v1/captcha/introspect", form, "client_id=demo-env&client_secret=x&token=x", "", "code:invalid_client", "this is no secret of the site"},
		{"CloudBase, no token of ours", "cloudbase", "/auth/v1/captcha/introspect", form,
			"client_id=demo-env&client_secret=" + s.Site("cloudbase").Secret + "&token=x", "", "refused", ""},
		{"OneAccess, no site", "oneaccess", "/api/v2/sdk/sms/send", object, `{}`, "", "code:APP.0002", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.fault != "" {
				s.Fault(row.dialect, row.fault)
				defer s.Fault(row.dialect, "normal")
			}
			got := posted(t, s, row.path, row.contentType, row.body, controlclient.Filter{Dialect: row.dialect, Step: "redeem"})
			if got.Outcome != row.outcome || !strings.Contains(got.Because, row.because) || (row.because == "") != (got.Because == "") {
				t.Errorf("outcome %q because %q, want %q because %q", got.Outcome, got.Because, row.outcome, row.because)
			}
		})
	}
}

// The core says why a step was refused that came to it.
func TestTheJournalSaysWhatBecameOfAPassBefore(t *testing.T) {
	s := servertest.New(t, servertest.Seed(1))
	site := s.Site("geetest")
	because := func(form url.Values) string {
		t.Helper()
		admitted(s.URL, site.Key, site.Secret, form)
		entries := s.Journal("geetest")
		return entries[len(entries)-1].Because
	}
	good, old, spent := sent(s.Pass("geetest")), sent(s.Pass("geetest")), s.Pass("geetest")
	if got := because(good); got != "" {
		t.Errorf("a good one: %q", got)
	}
	if got := because(good); got != "redeemed before, at 2026-01-01T00:00:00Z" {
		t.Errorf("a used one: %q", got)
	}
	s.Spend(spent.ID)
	if got := because(sent(spent)); got != "the challenge was spent" {
		t.Errorf("one that was spent by hand: %q", got)
	}
	s.Next("geetest", "redeem", "unknown")
	if got := because(old); got != "the script says so: unknown" {
		t.Errorf("by a script: %q", got)
	}
	s.Advance(11 * 60e9)
	if got := because(old); got != "expired at 2026-01-01T00:10:00Z, it is 2026-01-01T00:11:00Z" {
		t.Errorf("an old one: %q", got)
	}
}

func TestTheJournalRefusesToLookForWhatCannotBe(t *testing.T) {
	s := servertest.New(t)
	for query, want := range map[string]string{
		"step=foo":     "step: want issue, answer or redeem",
		"step=":        "step: want issue, answer or redeem",
		"dialect=nope": "dialect: want one of ajcaptcha, cloudbase, geetest, oneaccess, yidun, native",
	} {
		for _, path := range []string{"journal", "journal/events"} {
			response, err := http.Get(s.URL + "/control/v1/" + path + "?" + query)
			if err != nil {
				t.Fatal(err)
			}
			var got struct{ Message string }
			err = json.NewDecoder(response.Body).Decode(&got)
			response.Body.Close()
			if err != nil || response.StatusCode != http.StatusBadRequest || got.Message != want {
				t.Errorf("%s?%s: %d %q, want %q", path, query, response.StatusCode, got.Message, want)
			}
		}
	}
}

func TestMintedPassesAreAmongTheChallenges(t *testing.T) {
	s := servertest.New(t)
	minted := s.Pass("yidun")
	if latest := s.Latest(); latest.ID != minted.ID || latest.Site != s.Site("yidun").Key || !latest.Solved || latest.Outcome != "right" {
		t.Errorf("%+v", latest)
	}
}
