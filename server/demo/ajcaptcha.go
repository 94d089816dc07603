package demo

import "net/http"

var ajcaptcha = vendor{
	Name:  "ajcaptcha",
	Title: "AJ-Captcha",
	Summary: "The page sends the captchaVerification of a solved slider with the form, and the backend has it " +
		"checked a second time.",
	Change: "the base URL of the components (path, baseUrl or BASE_API), and that of the second check",
	Form: form{
		Title: "Sign in", Account: field{Label: "User name", Type: "text", Value: "ada"}, Password: true, Button: "Sign in",
		Done: "Signed in. The second check was good.",
	},
	Widget: widget{Script: ownScript, Product: "float"},
	Command: `captchad site add \
  --dialect=ajcaptcha \
  --name='My app'`,
	Page: snippet{"HTML", `
<!-- Or one of AJ-Captcha's own components, with the base URL {url}/aj/{key} -->
<script src="«{url}»/native/v1/captchad.js"></script>

<form id="login">
  <!-- user name, password -->
  <div id="captcha"></div>
</form>

<script>
  captchad.render('#captcha', {
    site: '{key}',
    onSuccess: ({ captchaVerification }) => fetch('/login', {
      method: 'POST',
      body: JSON.stringify({ captchaVerification }),
    }),
  });
</script>`},
	Backend: snippet{"Node.js", `
const host = '«http://my-captcha-service:8080|{url}/aj/{key}»';

// true: this visitor has solved a puzzle, and nobody has used that before.
export async function passed(captchaVerification) {
  const answer = await fetch(host + '/captcha/verify', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ captchaVerification }),
  });
  return answer.ok && (await answer.json()).repCode === '0000';
}`},
	redeem: func(own credentials, sent login) (call, error) {
		verification, err := sent.text("captchaVerification")
		if err != nil {
			return call{}, err
		}
		return call{
			path: "/aj/" + own.key + "/captcha/verify",
			json: map[string]string{"captchaVerification": verification},
		}, nil
	},
	accepts: func(a answer) bool {
		var said struct {
			RepCode string `json:"repCode"`
		}
		return a.status == http.StatusOK && a.read(&said) && said.RepCode == "0000"
	},
}
