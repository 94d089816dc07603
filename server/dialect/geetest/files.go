package geetest

import (
	_ "embed"

	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/web"
)

// bypass is what some pages preload for when the vendor is down.
//
//go:embed bypass.js
var bypass string

// Files are the vendor's. Loader and widget are one script here; what else the
// vendor's loader fetches is there, and empty.
func (Dialect) Files() []dialect.File {
	return []dialect.File{
		{Path: "/v4/gt4.js", Type: dialect.JavaScript, Body: web.GT4},
		{Path: "/v4/static/:version/js/gcaptcha4.js", Type: dialect.JavaScript, Body: web.GT4},
		{Path: "/v4/static/:version/css/gcaptcha4.css", Type: "text/css; charset=utf-8"},
		{Path: "/v4/gct/gct4.js", Type: dialect.JavaScript},
		{Path: "/v4/bypass.js", Type: dialect.JavaScript, Body: bypass},
	}
}
