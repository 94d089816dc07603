package load

import (
	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/ajpoint"
)

// ajcaptcha sends encrypted points, as AJ-Captcha's clients do by default.
func ajcaptcha(site *captcha.Site) script {
	const good = `"repCode":"0000"`
	base, fromPage, fromBackend := "/aj/"+site.Key+"/captcha/", post(fromPage, good), post(nil, good)
	point := func(is solved) string { return `{"x":` + shift(is) + `,"y":5}` }
	return script{
		site:   site,
		kind:   captcha.KindSlider,
		issue:  call{fromPage, base + "get", `{"captchaType":"blockPuzzle"}`},
		idName: "token",
		answer: func(is solved) call {
			return call{fromPage, base + "check",
				`{"captchaType":"blockPuzzle","pointJson":"` + ajpoint.Encrypt(ajpoint.Key(is.id), point(is)) + `","token":"` + is.name + `"}`}
		},
		// Both sides compute the Pass; it does not travel to the page.
		redeem: func(is solved, _ []byte) call {
			pass := ajpoint.Encrypt(ajpoint.Key(is.id), ajpoint.PassText(is.id, point(is)))
			return call{fromBackend, base + "verify", `{"captchaVerification":"` + pass + `"}`}
		},
	}
}
