package dialect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// Object is a JSON object whose members are still to be read, so that each
// Dialect decides what a missing or a wrongly typed member means.
type Object map[string]json.RawMessage

// ReadObject reads the body as one JSON object, whatever Content-Type says:
// several vendors' clients send JSON as text/plain, or with a charset that does
// not exist. It refuses with Invalid anything else, anything after the object,
// and text that is not UTF-8.
func ReadObject(c *gin.Context) (Object, error) {
	body, err := io.ReadAll(c.Request.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, captcha.Refuse(captcha.Invalid, "the body has too many bytes")
	}
	if err != nil {
		return nil, captcha.Refuse(captcha.Invalid, "the body could not be read to its end")
	}
	return ParseObject(body)
}

// ParseObject reads text as one JSON object, as [ReadObject] does.
func ParseObject(text []byte) (Object, error) {
	var object Object
	if !utf8.Valid(text) || !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return nil, captcha.Refuse(captcha.Invalid, "the body is not a JSON object")
	}
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, captcha.Refuse(captcha.Invalid, "the body is not a JSON object")
	}
	return object, nil
}

// Only refuses, with Invalid and by name, a member that is none of these.
func (o Object) Only(names ...string) error {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(names, name) {
			return captcha.Refuse(captcha.Invalid, fmt.Sprintf("%.64q: there is no such member", name))
		}
	}
	return nil
}

// Text reads a member that is to be a string. A missing member and null are "",
// and another type is not ok.
func (o Object) Text(name string) (text string, ok bool) {
	raw, given := o[name]
	if !given || string(raw) == "null" {
		return "", true
	}
	if err := json.Unmarshal(raw, &text); err != nil {
		return "", false
	}
	return text, true
}
