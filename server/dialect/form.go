package dialect

import (
	"net/url"
	"strings"
)

// Form are the fields of a request by name, decoded, byte for byte. Where the name
// of one comes twice, each Dialect decides what that means.
type Form map[string]string

// EachField visits the fields of application/x-www-form-urlencoded text, in their
// order, and tells whether all could be read. It reads them as [url.ParseQuery]
// does: one with a bad %-escape or a ";" is left out, and the others are good. That
// makes a list of every value, which is most of what reading a small form costs.
func EachField(encoded string, visit func(name, value string)) (good bool) {
	good = true
	for field := range strings.SplitSeq(encoded, "&") {
		name, value, _ := strings.Cut(field, "=")
		name, errName := url.QueryUnescape(name)
		value, errValue := url.QueryUnescape(value)
		switch {
		case field == "":
		case errName != nil || errValue != nil || strings.Contains(field, ";"):
			good = false
		default:
			visit(name, value)
		}
	}
	return good
}
