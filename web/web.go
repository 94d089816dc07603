// Package web holds what browsers get from us: one script per vendor, each of
// them thin, on one engine that draws every vendor's widget.
//
// The scripts are written in TypeScript below widget/, and bundled into dist/ by
// go generate. The bundles are committed, so that nobody needs more than Go to
// build captchad; a test holds them against their sources.
package web

import _ "embed"

//go:generate go run ./bundle

// GT4 is GeeTest's script: it defines initGeetest4 and Geetest4.
//
//go:embed dist/gt4.js
var GT4 string

// LoadMin is NetEase Yidun's script: it defines initNECaptcha.
//
//go:embed dist/load.min.js
var LoadMin string

// Captchad is the script of our own that serves every vendor's Sites: it defines
// captchad.render.
//
//go:embed dist/captchad.js
var Captchad string
