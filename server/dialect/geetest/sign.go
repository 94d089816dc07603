package geetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// sign is the vendor's sign_token, as documented: lower-case hex of
//
//	HMAC-SHA256(key = captcha_key, message = lot_number)
//
// both as UTF-8 text. Nothing else is signed.
func sign(captchaKey, lotNumber string) string {
	mac := hmac.New(sha256.New, []byte(captchaKey))
	mac.Write([]byte(lotNumber))
	return hex.EncodeToString(mac.Sum(nil))
}

// signed tells whether one of the Site's live secrets has made the signature. In
// upper case it is none. An empty secret, which anybody knows, makes none either.
func signed(site *captcha.Site, lotNumber, signToken string, now time.Time) bool {
	good := false
	for _, secret := range site.Secrets {
		if secret.Value != "" && secret.Live(now) && hmac.Equal([]byte(sign(secret.Value, lotNumber)), []byte(signToken)) {
			good = true
		}
	}
	return good
}

// wrongSign explains, to who tests a backend, what it should have signed, and with what.
func wrongSign(site *captcha.Site, params dialect.Form) string {
	lotNumber, given := params["lot_number"], params["sign_token"]
	if len(site.Secrets) == 0 {
		return "the site has no captcha_key"
	}
	want := sign(site.Secrets[0].Value, lotNumber)
	reason := fmt.Sprintf("sign_token is %q; want %q: HMAC-SHA256 of the lot_number %q under the captcha_key, in lower-case hex", given, want, lotNumber)
	if strings.EqualFold(given, want) {
		reason += " (only the case is wrong)"
	}
	return reason
}
