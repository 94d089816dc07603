// Package console is the page on which a developer watches what an app asks of its
// vendor, and turns the mock's knobs.
//
// It is a page and nothing else: all that it shows and does goes through the control
// API, from the browser. So it holds no state, and it is of use in mock mode alone;
// serve mode does not import it.
package console

import (
	"bytes"
	"encoding/hex"
	"html/template"
	"net/http"
	"regexp"
	"slices"

	"github.com/captchad/captchad/server/static"
	"github.com/captchad/captchad/web"
)

// Config is what a console has to know.
type Config struct {
	Vendors []string // the names of the Dialects, in the order of the menu
	Demo    bool     // there are pages below /demo/ to try a vendor on
}

// New makes the console, with paths that start with /console.
func New(config Config) http.Handler {
	c := console{config, template.Must(template.ParseFS(web.Console, "console/page.gohtml"))}
	mux := http.NewServeMux()
	mux.Handle("GET /console", http.RedirectHandler("/console/", http.StatusMovedPermanently))
	for pattern, known := range map[string]func(*http.Request) bool{
		"GET /console/{$}":             always,
		"GET /console/latest":          always,
		"GET /console/challenges/{id}": namesChallenge,
		"GET /console/requests/{seq}":  namesRequest,
		"GET /console/sites":           always,
		"GET /console/script":          always,
		"GET /console/outbox":          always,
		"GET /console/try":             always,
		"GET /console/try/{vendor}":    c.namesVendor,
	} {
		mux.HandleFunc(pattern, c.page(known))
	}
	mux.HandleFunc("GET /console/", c.page(never))
	for _, f := range static.Files(web.Console, "look/*", "console/static/*", "dist/console.js") {
		mux.Handle("GET /console/static/"+f.Name, f)
	}
	return guarded(mux)
}

type console struct {
	Config
	template *template.Template
}

func always(*http.Request) bool { return true }

func never(*http.Request) bool { return false }

// namesChallenge tells whether there may be such a Challenge: the browser finds out
// whether there is.
func namesChallenge(r *http.Request) bool {
	id, err := hex.DecodeString(r.PathValue("id"))
	return err == nil && len(id) == 16
}

var number = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

func namesRequest(r *http.Request) bool { return number.MatchString(r.PathValue("seq")) }

func (c console) namesVendor(r *http.Request) bool {
	return slices.Contains(c.Vendors, r.PathValue("vendor"))
}

// page writes the one page that there is. On a path that is known the browser fills it.
func (c console) page(known func(*http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		shown := struct {
			Config
			Path  string
			Found bool
		}{c.Config, r.URL.Path, known(r)}
		var out bytes.Buffer
		if err := c.template.Execute(&out, shown); err != nil {
			http.Error(w, "The page could not be made.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if !shown.Found {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = out.WriteTo(w) // fails only if the client is gone
	}
}

// policy lets the page have what this server has, and makes no text a script: what an
// app sent is shown here, whatever it is.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; " +
	"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// guarded sets the headers of every answer.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
