package mockserver

import (
	"net/http"

	"github.com/captchad/captchad/server/console"
)

// mountConsole adds the console. It shows the demo where there is one.
func (s *Server) mountConsole(extra map[string]http.Handler) {
	handler := console.New(console.Config{Demo: extra["/demo/"] != nil, Vendors: s.Vendors()})
	extra["/console"], extra["/console/"] = handler, handler
}

// toConsole leads who opens the bare address in a browser to the console. What an app
// sends there is left to next.
func toConsole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			http.Redirect(w, r, "/console/", http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}
