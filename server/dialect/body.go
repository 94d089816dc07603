package dialect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
	"github.com/tidwall/gjson"
)

// Object is a JSON object whose members are still to be read, so that each
// Dialect decides what a missing or a wrongly typed member means.
type Object map[string]json.RawMessage

// ReadObject reads the body as one JSON object, whatever Content-Type says:
// several vendors' clients send JSON as text/plain, or with a charset that does
// not exist. It refuses with Invalid anything else, anything after the object,
// and text that is not UTF-8.
func ReadObject(c *gin.Context) (Object, error) {
	body, err := ReadBody(c.Request.Body, c.Request.ContentLength)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, captcha.Refuse(captcha.Invalid, "the body has too many bytes")
	}
	if err != nil {
		return nil, captcha.Refuse(captcha.Invalid, "the body could not be read to its end")
	}
	return ParseObject(body)
}

// ReadBody reads a body to its end, in one piece of memory if it is as long as it is
// said to be. A negative length is unknown.
func ReadBody(body io.Reader, length int64) ([]byte, error) {
	var read bytes.Buffer
	read.Grow(int(min(max(length, 0), MaxBody)) + bytes.MinRead)
	_, err := read.ReadFrom(body)
	return read.Bytes(), err
}

// ParseObject reads text as one JSON object, as [ReadObject] does. Of members with
// one name the last counts, as with encoding/json. The members are parts of text,
// which is to stay as it is.
func ParseObject(text []byte) (Object, error) {
	text = bytes.TrimLeft(text, " \t\r\n")
	if !bytes.HasPrefix(text, []byte("{")) || !utf8.Valid(text) {
		return nil, errNoObject
	}
	// encoding/json takes several times as long as gjson, which would be most of what
	// judging an Answer costs. But gjson checks what is nested by calling itself, and
	// what is nested deeply enough would take megabytes.
	if bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > mostNested {
		return parseSlowly(text)
	}
	if !gjson.ValidBytes(text) {
		return nil, errNoObject
	}
	object := make(Object, 8)
	gjson.ParseBytes(text).ForEach(func(name, value gjson.Result) bool {
		if unquoted, ok := unquote([]byte(name.Raw)); ok {
			object[unquoted] = text[value.Index : value.Index+len(value.Raw)]
		}
		return true
	})
	return object, nil
}

// mostNested is how many arrays and objects text has that is read fast: a few more
// than the longest track.
const mostNested = 1000

var errNoObject = captcha.Refuse(captcha.Invalid, "the body is not a JSON object")

func parseSlowly(text []byte) (object Object, err error) {
	if json.Unmarshal(text, &object) != nil {
		return nil, errNoObject
	}
	return object, nil
}

// unquote reads a JSON string; anything else is none.
func unquote(raw []byte) (text string, ok bool) {
	if len(raw) >= 2 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// Only refuses, with Invalid and by name, a member that is none of these.
func (o Object) Only(names ...string) error {
	var others []string
	for name := range o {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		return captcha.Refuse(captcha.Invalid, fmt.Sprintf("%.64q: there is no such member", slices.Min(others)))
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
	return unquote(raw)
}

// Number reads a member that is to be a number and fits a float64. A missing member
// and null are none.
func (o Object) Number(name string) (number float64, ok bool) {
	// Of what can stand in JSON this reads numbers alone.
	number, err := strconv.ParseFloat(string(o[name]), 64)
	return number, err == nil
}
