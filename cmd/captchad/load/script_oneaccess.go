package load

import "github.com/captchad/captchad/captcha"

// oneaccess answers in clear, as the vendor's sample does. The vendor redeems by
// sending a code, so here a backend redeems by the native API.
func oneaccess(site *captcha.Site) script {
	headers := [][2]string{
		{"X-client-id", site.Key}, {"X-operating-sys-version", "Android 10"},
		{"X-device-fingerprint", "156aysdna213sac"}, {"X-agent", "Mozilla/5.0 (Linux; Android 10)"},
	}
	issued := &form{method: "GET", headers: headers, status: 200, marker: `"token":"`}
	answered := post(headers, `"captcha_token":"`)
	const sender = "12345678901"
	return script{
		site:   site,
		kind:   captcha.KindSlider,
		issue:  call{issued, "/api/v2/sdk/captcha", ""},
		idName: "token",
		answer: func(is solved) call {
			return call{answered, "/api/v2/sdk/captcha/verify",
				`{"point_json":"{\"x\":` + shift(is) + `,\"y\":5.0}","token":"` + is.name + `","sender":"` + sender + `"}`}
		},
		redeem: func(_ solved, answered []byte) call { return redeem(site, member(answered, "captcha_token"), sender) },
	}
}
