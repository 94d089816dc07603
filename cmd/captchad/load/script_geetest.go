package load

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/captchad/captchad/captcha"
)

// geetest sends captcha_id in the query and the rest in a form, as the vendor
// advises.
func geetest(site *captcha.Site) script {
	s := widget(site, `"pass_token":"`)
	redeemed := &form{method: "POST", contentType: formType, status: 200, marker: `"result":"success"`}
	s.redeem = func(is solved, answered []byte) call {
		mac := hmac.New(sha256.New, []byte(secret(site)))
		mac.Write([]byte(is.name))
		return call{redeemed, "/validate?captcha_id=" + site.Key,
			"lot_number=" + is.name + "&captcha_output=" + member(answered, "captcha_output") +
				"&pass_token=" + member(answered, "pass_token") + "&gen_time=" + member(answered, "gen_time") +
				"&sign_token=" + hex.EncodeToString(mac.Sum(nil))}
	}
	return s
}
