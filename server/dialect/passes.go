package dialect

import (
	"encoding/json"

	"github.com/captchad/captchad/captcha"
)

// PassText reads a vendor's Pass that is one text: given alone, or as a member of
// the object that the vendor's page got. It refuses with Unknown what is neither.
func PassText(pass json.RawMessage, member string) (string, error) {
	var text string
	if json.Unmarshal(pass, &text) != nil {
		object, err := ParseObject(pass)
		if err == nil {
			text, _ = object.Text(member)
		}
	}
	if text == "" {
		return "", captcha.Refuse(captcha.Unknown, "this can be no pass")
	}
	return text, nil
}
