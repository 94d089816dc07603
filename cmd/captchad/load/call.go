package load

import (
	"bytes"
	"strconv"
)

// call is one request that is ready to be sent.
type call struct {
	*form
	uri  string // path and query
	body string
}

// form is what the calls of one step to one Site have in common.
type form struct {
	method      string
	contentType string // empty: there is no body
	headers     [][2]string
	status      int    // of an answer that is good
	marker      string // what stands in the body of such an answer
}

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// refused tells what is wrong with an answer; empty: nothing.
func (f *form) refused(status int, body []byte) string {
	switch {
	case status != f.status:
		return "status " + strconv.Itoa(status)
	case !bytes.Contains(body, []byte(f.marker)):
		return "refused"
	}
	return ""
}

// onBare is the same request to a bare server, whose answer to the n-th request of
// an operation has a size of its own.
func (c call) onBare(n int) call {
	bare := *c.form
	bare.status, bare.marker = 200, ""
	return call{&bare, "/" + strconv.Itoa(n) + c.uri, c.body}
}

// member finds the text of a member in JSON, as it stands there: what is escaped
// stays so. Whole answers are not parsed, as that would be most of the client's
// work.
func member(body []byte, name string) string {
	_, after, found := bytes.Cut(body, []byte(`"`+name+`":"`))
	if !found {
		return ""
	}
	for at := 0; at < len(after); at++ {
		switch after[at] {
		case '\\':
			at++
		case '"':
			return string(after[:at])
		}
	}
	return ""
}
