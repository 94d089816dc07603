package demo

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

var yidun = vendor{
	Name:  "yidun",
	Title: "NetEase Yidun",
	Summary: "The page loads Yidun's script and gets one text for a solved puzzle, in a hidden input too; " +
		"the backend sends it in a signed form.",
	Change: "two host names, one on the page and one behind it",
	Form: form{
		Title: "Sign in", Account: email, Password: true, Button: "Sign in",
		Done: "Signed in. The text was good.",
	},
	Widget: widget{Script: "/load.min.js", Product: "float"},
	Command: `captchad site add \
  --dialect=yidun \
  --name='My app'`,
	Page: snippet{"HTML", `
<script src="«https://cstaticdun.126.net|{url}»/load.min.js"></script>

<form id="login" action="/login" method="post">
  <!-- email, password -->
  <div id="captcha"></div>
  <button>Sign in</button>
</form>

<script>
  // Puts the hidden input NECaptchaValidate into #captcha.
  initNECaptcha({
    captchaId: '{key}',
    element: '#captcha',
    mode: 'float',
    lang: 'en',
  });
</script>`},
	Backend: snippet{"Node.js", `
import { createHash, randomBytes } from 'node:crypto';

const host = '«https://c.dun.163.com|{url}»';

// true: this visitor has solved a puzzle, and nobody has used that before.
export async function passed(validate) {
  const form = {
    captchaId: '{key}', validate, user: '', version: 'v2',
    secretId: process.env.CAPTCHA_SECRET_ID,
    timestamp: String(Date.now()), nonce: randomBytes(16).toString('hex'),
  };
  const text = Object.keys(form).sort().map((name) => name + form[name]).join('');
  form.signature = createHash('md5')
    .update(text + process.env.CAPTCHA_SECRET_KEY).digest('hex');

  const answer = await fetch(host + '/api/v2/verify', {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  return answer.ok && (await answer.json()).result === true;
}`},
	redeem: func(own credentials, sent login) (call, error) {
		validate, err := sent.text("validate")
		if err != nil {
			return call{}, err
		}
		form := url.Values{
			"captchaId": {own.key}, "validate": {validate}, "user": {""}, "secretId": {own.secretID}, "version": {"v2"},
			"timestamp": {strconv.FormatInt(sent.at.UnixMilli(), 10)}, "nonce": {rand.Text()},
		}
		form.Set("signature", own.signForm(form))
		return call{path: "/api/v2/verify", form: form}, nil
	},
	accepts: func(a answer) bool {
		var said struct{ Result bool }
		return a.status == http.StatusOK && a.read(&said) && said.Result
	},
}

// signForm is MD5 over the sorted names and values and the secret, or what hides
// it.
func (c credentials) signForm(form url.Values) string {
	if c.secret == hidden {
		return hidden
	}
	text := ""
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text += name + form.Get(name)
	}
	sum := md5.Sum([]byte(text + c.secret))
	return hex.EncodeToString(sum[:])
}
