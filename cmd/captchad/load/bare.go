package load

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Bare is a gin server that does nothing but read a request to its end and answer.
// A path that begins with /0/ is answered with a body of the first size, and so on.
func Bare(sizes []int) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	for i, size := range sizes {
		body := bytes.Repeat([]byte("x"), size)
		engine.Any(fmt.Sprintf("/%d/*path", i), func(c *gin.Context) {
			_, _ = io.Copy(io.Discard, c.Request.Body)
			c.Data(http.StatusOK, "application/json", body)
		})
	}
	return engine
}
