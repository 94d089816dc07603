package load

import (
	"encoding/base64"

	"github.com/captchad/captchad/captcha"
)

// cloudbase has its Passes used up by introspection: by default they are reusable,
// and to ask for one would write nothing.
func cloudbase(site *captcha.Site) script {
	query := "?client_id=" + site.Key
	answered := post(fromPage, `"captcha_token":"`)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(site.Key+":"+secret(site)))
	redeemed := &form{method: "POST", contentType: formType, headers: [][2]string{{"Authorization", basic}}, status: 200, marker: `"active":true`}
	return script{
		site:   site,
		kind:   captcha.KindText,
		issue:  call{post(fromPage, `"token":"`), "/auth/v1/captcha/data" + query, `{}`},
		idName: "token",
		answer: func(is solved) call {
			return call{answered, "/auth/v1/captcha/data/verify" + query, `{"token":"` + is.name + `","key":"` + is.answer.Text + `"}`}
		},
		redeem: func(_ solved, answered []byte) call {
			return call{redeemed, "/auth/v1/captcha/introspect", "token=" + member(answered, "captcha_token") + "&consume=true"}
		},
	}
}
