package mockserver

import (
	"net/http"

	"github.com/captchad/captchad/server/console"
)

// mountConsole adds the console. It shows the demo where there is one.
func (s *Server) mountConsole(extra map[string]http.Handler) {
	config := console.Config{Demo: extra["/demo/"] != nil}
	for _, d := range s.Dialects {
		config.Vendors = append(config.Vendors, d.Name())
	}
	handler := console.New(config)
	extra["/console"], extra["/console/"] = handler, handler
}
