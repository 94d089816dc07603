package web

import "embed"

// Demo is the demo's own site below demo/: templates of html/template, and what
// its pages load below static/.
//
//go:embed demo
var Demo embed.FS
