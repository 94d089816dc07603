package load

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/captchad/captchad/captcha"
)

// yidun signs by MD5, as the vendor's SDKs do by default. All that is signed is
// letters, digits and "._-", so the form needs no escaping.
func yidun(site *captcha.Site) script {
	s := widget(site, `"validate":"`)
	redeemed := &form{method: "POST", contentType: formType, status: 200, marker: `"result":true`}
	s.redeem = func(is solved, answered []byte) call {
		now := strconv.FormatInt(time.Now().UnixMilli(), 10)
		validate := member(answered, "validate")
		// Ordered by name; the nonce only has to be there.
		text := "captchaId" + site.Key + "nonce" + is.name + "secretId" + site.Key + "timestamp" + now + "user" + "validate" + validate + "versionv2"
		signature := md5.Sum([]byte(text + secret(site)))
		return call{redeemed, "/api/v2/verify",
			"captchaId=" + site.Key + "&validate=" + validate + "&user=&secretId=" + site.Key + "&version=v2&timestamp=" + now +
				"&nonce=" + is.name + "&signature=" + hex.EncodeToString(signature[:])}
	}
	return s
}
