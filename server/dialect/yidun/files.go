package yidun

import (
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/web"
)

var _ dialect.Filer = Dialect{}

// Files are the vendor's browser script, which here is complete and loads no
// further one.
func (Dialect) Files() []dialect.File {
	return []dialect.File{{Path: "/load.min.js", Type: dialect.JavaScript, Body: web.LoadMin}}
}
