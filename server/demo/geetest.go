package demo

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
)

var geetest = vendor{
	Name:  "geetest",
	Title: "GeeTest v4",
	Summary: "The page loads GeeTest's script and gets five values for a solved puzzle; the backend signs " +
		"one of them and asks whether they are good.",
	Change: "two host names, one on the page and one behind it",
	Form: form{
		Title: "Sign in", Account: email, Password: true, Button: "Sign in",
		Done: "Signed in. The five values were good.",
	},
	Widget: widget{Script: "/v4/gt4.js", Product: "float"},
	Open:   true,
	Command: `captchad site add \
  --dialect=geetest \
  --name='My app'`,
	Page: snippet{"HTML", `
<script src="«https://static.geetest.com|{url}»/v4/gt4.js"></script>

<form id="login">
  <!-- email, password -->
  <div id="captcha"></div>
  <button>Sign in</button>
</form>

<script>
  const options = { captchaId: '{key}', product: 'float' };
  initGeetest4(options, (captcha) => {
    captcha.appendTo('#captcha');
    document.querySelector('#login').onsubmit = (event) => {
      event.preventDefault();
      const pass = captcha.getValidate();
      if (pass) {
        fetch('/login', { method: 'POST', body: JSON.stringify({ pass }) });
      }
    };
  });
</script>`},
	Backend: snippet{"Node.js", `
import { createHmac } from 'node:crypto';

const host = '«http://gcaptcha4.geetest.com|{url}»';

// true: this visitor has solved a puzzle, and nobody has used that before.
export async function passed(pass) {
  const { lot_number, captcha_output, pass_token, gen_time } = pass;
  const sign_token = createHmac('sha256', process.env.CAPTCHA_KEY)
    .update(lot_number).digest('hex');

  const answer = await fetch(host + '/validate?captcha_id={key}', {
    method: 'POST',
    body: new URLSearchParams({
      lot_number, captcha_output, pass_token, gen_time, sign_token,
    }),
  });
  return answer.ok && (await answer.json()).result === 'success';
}`},
	redeem: func(own credentials, sent login) (call, error) {
		pass, err := sent.texts("lot_number", "captcha_output", "pass_token", "gen_time")
		if err != nil {
			return call{}, err
		}
		return call{
			path: "/validate", query: url.Values{"captcha_id": {own.key}},
			form: url.Values{
				"lot_number":     {pass["lot_number"]},
				"captcha_output": {pass["captcha_output"]},
				"pass_token":     {pass["pass_token"]},
				"gen_time":       {pass["gen_time"]},
				"sign_token":     {own.sign(pass["lot_number"])},
			},
		}, nil
	},
	accepts: func(a answer) bool {
		var said struct{ Result string }
		return a.status == http.StatusOK && a.read(&said) && said.Result == "success"
	},
}

// sign is HMAC-SHA256 in hex, or what hides it: with the signature of one text
// somebody could still give back that one Pass.
func (c credentials) sign(text string) string {
	if c.secret == hidden {
		return hidden
	}
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}
