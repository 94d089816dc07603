package web

import "embed"

// Demo is the demo's own site below demo/: templates of html/template, and what
// its pages load below static/, and below look/ what they have in common with the console.
//
//go:embed demo look
var Demo embed.FS
