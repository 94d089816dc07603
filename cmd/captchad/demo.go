package main

import (
	"log/slog"
	"net/http"

	"github.com/captchad/captchad/server/demo"
	"github.com/captchad/captchad/server/dialect"
)

// demoPath is where the demo is.
const demoPath = "/demo/"

// demosPerMinute is how many forms of the demo may be sent a minute in serve mode,
// over all visitors.
const demosPerMinute = 120

// demo is the demo of this node, by its paths. It calls the node by its own URL,
// as an app's backend on this machine would. Framed is for the mock's console, which shows
// it in a frame.
func (n *node) demo(deps dialect.Deps, note string, framed bool, perMinute int, log *slog.Logger) map[string]http.Handler {
	handler := demo.New(demo.Config{
		Sites: deps.Core, URL: n.url(), Public: deps.URL, Note: note, Framed: framed, PerMinute: perMinute, Log: log,
	})
	return map[string]http.Handler{"/demo": handler, demoPath: handler}
}
