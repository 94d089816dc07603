package geetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/captchad/captchad/captcha"
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
