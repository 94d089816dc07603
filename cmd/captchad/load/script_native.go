package load

import "github.com/captchad/captchad/captcha"

// widget is what our own widget calls, for the Sites of several vendors. How their
// Passes are redeemed is left to them.
func widget(site *captcha.Site, marker string) script {
	query := "?site=" + site.Key
	issued := post(fromPage, `"id":"`)
	issued.status = 201
	const page = `"page":{"language":"en","client_type":"web","user_info":"","failures":0}`
	answered, rest := post(fromPage, marker), `},"track":`+track()+`,`+page+`}`
	return script{
		site:   site,
		kind:   captcha.KindSlider,
		issue:  call{issued, "/native/v1/challenges" + query, `{` + page + `}`},
		idName: "id",
		answer: func(is solved) call {
			return call{answered, "/native/v1/challenges/" + is.name + "/answers" + query, `{"answer":{"x":` + shift(is) + rest}
		},
	}
}

func native(site *captcha.Site) script {
	s := widget(site, `"pass":{"pass":"`)
	s.redeem = func(_ solved, answered []byte) call { return redeem(site, member(answered, "pass"), "") }
	return s
}

// redeem is how a backend redeems any vendor's Pass. The Pass is written as it
// stood in JSON.
func redeem(site *captcha.Site, pass, subject string) call {
	return call{post(nil, `"redeemed_at":"`), "/native/v1/redeem",
		`{"site":"` + site.Key + `","secret":"` + secret(site) + `","pass":"` + pass + `","subject":"` + subject + `"}`}
}
