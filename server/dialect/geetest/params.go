package geetest

import (
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"
)

// readParams reads what a backend sends: clients put parameters into the query,
// into a urlencoded body, or some into each. In the body a name counts before the
// query, and the first of several values before the others. A pair that cannot be
// decoded is as if it were not there; any other stays good. Multipart and JSON are
// not read, as with the vendor. A body that is too large is refused.
func readParams(c *gin.Context) (url.Values, error) {
	request := c.Request
	err := request.ParseForm() // besides its error it keeps the pairs that are good
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, illegalGenTime
	}
	// A body of another type is not read by ParseForm, and may be too large, too.
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, illegalGenTime
		}
	}
	return request.Form, nil
}
