package demo

import (
	"encoding/json"
	"net/http"
)

var native = vendor{
	Name:  "native",
	Title: "captchad's own API",
	Summary: "For apps that come from no vendor: one script on the page, one call behind it. The same call " +
		"redeems the passes of all the others.",
	Change: "nothing yet: this is where to start",
	Form: form{
		Title: "Create an account", Account: email, Password: true, Button: "Create account",
		Done: "Welcome. The pass was good.",
	},
	Widget: widget{Script: ownScript, Product: "float"},
	Command: `captchad site add \
  --dialect=native \
  --name='My app'`,
	Page: snippet{"HTML", `
<script src="«{url}»/native/v1/captchad.js"></script>

<form id="register">
  <!-- email, password -->
  <div id="captcha"></div>
</form>

<script>
  captchad.render('#captcha', {
    site: '{key}',
    onSuccess: ({ pass }) => fetch('/register', {
      method: 'POST',
      body: JSON.stringify({ pass }),
    }),
  });
</script>`},
	Backend: snippet{"Node.js", `
const host = '«{url}»';

// true: this visitor has solved a puzzle, and nobody has used that before.
export async function passed(pass) {
  const answer = await fetch(host + '/native/v1/redeem', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      site: '{key}', secret: process.env.CAPTCHA_SECRET, pass,
    }),
  });
  return answer.ok;
}`},
	redeem: func(own credentials, sent login) (call, error) {
		if _, err := sent.text("pass"); err != nil {
			return call{}, err
		}
		return call{
			path: "/native/v1/redeem",
			json: struct {
				Site   string          `json:"site"`
				Secret string          `json:"secret"`
				Pass   json.RawMessage `json:"pass"`
			}{own.key, own.secret, sent.Pass},
		}, nil
	},
	accepts: func(a answer) bool { return a.status == http.StatusOK },
}
