package control

import (
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// readOptionalBody is readBody for a body that may be empty.
func readOptionalBody(c *gin.Context, names ...string) (dialect.Object, error) {
	if c.Request.ContentLength == 0 {
		return dialect.Object{}, nil
	}
	return readBody(c, names...)
}

// readBody reads a body that has no members but the named ones, so that a
// misspelt one does not go unnoticed.
func readBody(c *gin.Context, names ...string) (dialect.Object, error) {
	body, err := dialect.ReadObject(c)
	if err != nil {
		return nil, err
	}
	return body, body.Only(names...)
}
