package web

import "embed"

// Console is mock mode's own page below console/: a template of html/template and what
// the page loads, and its script below dist/.
//
//go:embed console/page.gohtml console/static dist/console.js
var Console embed.FS
