package geetest

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// maxBody is how many bytes of a body are read. What comes behind them is taken
// and thrown away, up to maxSent: a client that cannot send its request to the end
// takes the server for down, and the vendor's samples then let the visitor in.
const maxBody, maxSent = 64 << 10, 32 << 20

// readParams reads what a backend sends: clients put parameters into the query,
// into a urlencoded body, or some into each. In the body a name counts before the
// query, and the first of several values before the others. A pair that cannot be
// decoded is as if it were not there; any other stays good. Multipart and JSON are
// not read, as with the vendor. A body that is too large is refused.
func readParams(c *gin.Context) (dialect.Form, error) {
	body, err := readBody(c.Request)
	if err != nil {
		return nil, err
	}
	params := make(dialect.Form, 8)
	keepFirst := func(name, value string) {
		if _, given := params[name]; !given {
			params[name] = value
		}
	}
	dialect.EachField(body, keepFirst)
	dialect.EachField(c.Request.URL.RawQuery, keepFirst)
	return params, nil
}

// readBody reads the body, if it is a form. One that ends too early is none. One of
// another type may be too large, too.
func readBody(r *http.Request) (string, error) {
	body, err := dialect.ReadBody(http.MaxBytesReader(nil, r.Body, maxBody), r.ContentLength)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		_, _ = io.Copy(io.Discard, r.Body)
		return "", illegalGenTime
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // a bad parameter is nothing to us
	if err != nil || r.Method != http.MethodPost || mediaType != "application/x-www-form-urlencoded" {
		return "", nil
	}
	return string(body), nil
}
