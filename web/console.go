package web

import "embed"

// Console is mock mode's own page below console/: a template of html/template and what
// the page loads, its script below dist/, and below look/ what it has in common with the
// demo.
//
//go:embed console/page.gohtml console/static dist/console.js look
var Console embed.FS
