package native

import (
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/web"
)

var _ dialect.Filer = Dialect{}

// Files are our own browser script, which serves the Sites of every vendor.
func (Dialect) Files() []dialect.File {
	return []dialect.File{{Path: "/native/v1/captchad.js", Type: dialect.JavaScript, Body: web.Captchad}}
}
