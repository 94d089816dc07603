package demo

var oneaccess = vendor{
	Name:  "oneaccess",
	Title: "Huawei OneAccess",
	Summary: "A slider stands before the one-time code: whoever solves it gets a captcha_token for one " +
		"phone number, and with it a code is sent there.",
	Change: "one base URL; the paths stay as they are",
	Form: form{
		Title:   "Sign in by phone",
		Account: field{Label: "Phone number", Type: "tel", Value: "13800138000", Pattern: "[0-9]{11}", Hint: "11 digits. The pass is good for this number only."},
		Button:  "Send me a code", Done: "The code is on its way to this number.",
	},
	Widget: widget{Script: ownScript, Product: "popup", Subject: true},
	Command: `captchad site add \
  --dialect=oneaccess \
  --name='My app' \
  --set=oneaccess.webhook=https://app.example.com/code`,
	Remark: "Outside mock mode codes go to the site's oneaccess.webhook; a site without one cannot send any.",
	Page: snippet{"HTML", `
<script src="«{url}»/native/v1/captchad.js"></script>

<form id="login">
  <input name="phone" type="tel">
  <div id="captcha"></div>
</form>

<script>
  const form = document.querySelector('#login');
  let widget;
  // The token is for one number, so the puzzle is made when that is known.
  form.phone.onchange = () => {
    const mobile = form.phone.value;
    widget?.destroy();
    widget = captchad.render('#captcha', {
      site: '{key}',
      product: 'popup',
      subject: mobile,
      onSuccess: ({ captcha_token }) => fetch('/send-code', {
        method: 'POST',
        body: JSON.stringify({ mobile, captcha_token }),
      }),
    });
  };
</script>`},
	Backend: snippet{"Node.js", `
const host = '«https://my-name.huaweioneaccess.com|{url}»';

// true: the token was good for this number, and the code has been sent.
export async function sendCode(mobile, captcha_token) {
  const answer = await fetch(host + '/api/v2/sdk/sms/send', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-client-id': '{key}',
      'X-operating-sys-version': 'Linux',
      'X-device-fingerprint': 'backend',
      'X-agent': 'my-app/1.0',
    },
    body: JSON.stringify({ mobile, type: 'LOGIN_SMS', captcha_token }),
  });
  return answer.ok;
}`},
	redeem: func(own credentials, sent login) (call, error) {
		token, err := sent.text("captcha_token")
		if err != nil {
			return call{}, err
		}
		return call{
			path: "/api/v2/sdk/sms/send",
			header: map[string]string{
				"X-client-id": own.key, "X-operating-sys-version": "Linux", "X-device-fingerprint": "demo", "X-agent": "captchad-demo",
			},
			json: struct {
				Mobile string `json:"mobile"`
				Type   string `json:"type"`
				Token  string `json:"captcha_token"`
			}{sent.Account, "LOGIN_SMS", token},
		}, nil
	},
	accepts: func(a answer) bool { return a.status/100 == 2 },
}
