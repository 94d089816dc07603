package demo

import (
	"net/http"
	"net/url"
)

var cloudbase = vendor{
	Name:  "cloudbase",
	Title: "Tencent CloudBase",
	Summary: "Whoever types the characters of a picture gets a captcha_token, a signed JWT; the backend checks " +
		"it by its keys or asks captchad.",
	Change: "the gateway of the SDK, by registerHost or apiOrigin",
	Form: form{
		Title: "Place an order", Account: email, Button: "Order",
		Done: "Ordered. The token was active.",
	},
	Widget: widget{Script: ownScript, Product: "embed", Kind: "text"},
	Open:   true,
	Command: `captchad site add \
  --dialect=cloudbase \
  --name='My app'`,
	Page: snippet{"HTML", `
<!-- Or CloudBase's own SDK, with app.registerHost() and this server's host -->
<script src="«{url}»/native/v1/captchad.js"></script>

<form id="order">
  <!-- email -->
  <div id="captcha"></div>
</form>

<script>
  captchad.render('#captcha', {
    site: '{key}',
    product: 'embed',
    kind: 'text',
    onSuccess: ({ captcha_token }) => fetch('/orders', {
      method: 'POST',
      headers: { 'x-captcha-token': captcha_token },
    }),
  });
</script>`},
	Backend: snippet{"Node.js", `
const host = '«{url}»';

// true: the token is ours, has not expired and was not used before.
export async function passed(captcha_token) {
  const credentials = btoa('{key}:' + process.env.CAPTCHA_SECRET);

  const answer = await fetch(host + '/auth/v1/captcha/introspect', {
    method: 'POST',
    headers: { Authorization: 'Basic ' + credentials },
    body: new URLSearchParams({ token: captcha_token, consume: 'true' }),
  });
  return answer.ok && (await answer.json()).active;
}`},
	redeem: func(own credentials, sent login) (call, error) {
		token, err := sent.text("captcha_token")
		if err != nil {
			return call{}, err
		}
		return call{
			path: "/auth/v1/captcha/introspect", basic: &own,
			form: url.Values{"token": {token}, "consume": {"true"}}, // whatever the Site's own rule is
		}, nil
	},
	accepts: func(a answer) bool {
		var said struct{ Active bool }
		return a.status == http.StatusOK && a.read(&said) && said.Active
	},
}
