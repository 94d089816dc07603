package server

import (
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajcaptcha"
	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/server/dialect/geetest"
	"github.com/captchad/captchad/server/dialect/native"
	"github.com/captchad/captchad/server/dialect/oneaccess"
	"github.com/captchad/captchad/server/dialect/yidun"
)

// Dialects is the list of vendors. To add one, write its package below
// server/dialect, its conversations below testdata, and its line here.
func Dialects(deps dialect.Deps) []dialect.Dialect {
	vendors := []dialect.Dialect{
		ajcaptcha.New(deps),
		cloudbase.New(deps),
		geetest.New(deps),
		oneaccess.New(deps),
		yidun.New(deps),
	}
	return append(vendors, native.New(deps, vendors...)) // redeems the passes of all of them
}
