package geetest

import (
	"errors"
	"io"
	"net/http"
	"net/url"

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
func readParams(c *gin.Context) (url.Values, error) {
	request, sent := c.Request, c.Request.Body
	request.Body = http.MaxBytesReader(nil, sent, maxBody)
	_ = request.ParseForm() // besides its error it keeps the pairs that are good
	// A body of another type is not read by ParseForm, and may be too large, too.
	_, err := io.Copy(io.Discard, request.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		_, _ = io.Copy(io.Discard, sent)
		return nil, illegalGenTime
	}
	return request.Form, nil
}
