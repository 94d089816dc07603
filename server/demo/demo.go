// Package demo is a small site on which captchad shows itself: for each vendor a
// page with a form, the working widget and the code that a site would write, and
// the backend behind the form.
//
// That backend is an app's, and so an outsider: it redeems a Pass by the vendor's
// own call, over HTTP, with the Site's credentials. It knows no Dialect and not
// the core's rules, only which Sites there are. A Site's secret never reaches a
// page: what is shown of a call has asterisks in its place.
package demo

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/captchad/captchad/server/static"
	"github.com/captchad/captchad/web"
	"golang.org/x/time/rate"
)

// Config is what a demo is made of. Sites and URL are needed.
type Config struct {
	Sites  Sites
	URL    string // where the demo's backend finds captchad, without a slash at its end
	Public string // where everybody else finds it, for the code shown; default: URL
	Note   string // stands beside the name on each page, such as "mock mode"
	Framed bool   // other pages of this server may show the demo in a frame

	// PerMinute is how many forms may be sent a minute, over all visitors: behind
	// each of them is a call from the one address of this machine. 0: any number.
	PerMinute int

	Client *http.Client // default: one that gives up after ten seconds
	Log    *slog.Logger // default: slog.Default
}

// site holds the handlers of the demo.
type site struct {
	Config
	allowance *rate.Limiter
	pages     pages
}

// New makes the demo, with paths that start with /demo/.
func New(config Config) http.Handler {
	if config.Public == "" {
		config.Public = config.URL
	}
	if config.Client == nil {
		// Without a proxy: captchad is on this machine, and a secret goes there.
		config.Client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}, CheckRedirect: noRedirect}
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	s := &site{Config: config, allowance: rate.NewLimiter(rate.Inf, 0), pages: parsePages()}
	if config.PerMinute > 0 {
		s.allowance = rate.NewLimiter(rate.Limit(float64(config.PerMinute)/60), config.PerMinute)
	}
	return s.guarded(s.routes())
}

// routes are the demo's paths.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /demo", http.RedirectHandler("/demo/", http.StatusMovedPermanently))
	mux.Handle("GET /demo/{$}", s.framed(s.index))
	mux.Handle("GET /demo/{vendor}", s.framed(s.vendor))
	mux.Handle("GET /demo/{vendor}/{$}", s.framed(s.vendor))
	mux.Handle("POST /demo/{vendor}/login", s.framed(s.login))
	for _, f := range static.Files(web.Demo, "look/*", "demo/static/*") {
		mux.Handle("GET /demo/static/"+f.Name, f)
	}
	return mux
}

// policy lets pages load what this server has, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors "

// guarded sets the headers of every answer, and refuses what pages of other
// origins send.
func (s *site) guarded(next http.Handler) http.Handler {
	ancestors := "'none'"
	if s.Framed {
		ancestors = "'self'"
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusForbidden, complaint{"the demo takes forms from its own pages only"})
	}))
	protected := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy+ancestors)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		protected.ServeHTTP(w, r)
	})
}

// framed writes what went wrong: to a form as JSON, to everybody else in plain
// text. The text of a failure is for the log alone.
func (s *site) framed(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		status, text := explain(err)
		if status >= http.StatusInternalServerError {
			s.Log.ErrorContext(r.Context(), "demo request failed", "path", r.URL.Path, "error", err)
		}
		if r.Method == http.MethodPost {
			writeJSON(w, status, complaint{text})
			return
		}
		http.Error(w, text, status)
	}
}

// complaint is what a form is told when nothing was sent to captchad.
type complaint struct {
	Error string `json:"error"`
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // fails only if the client is gone
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
