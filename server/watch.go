package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Watch is told of a request before it is handled. It returns the context to handle
// it in, and what to call with the answer afterwards.
type Watch func(ctx context.Context, r Request) (context.Context, func(Answer))

// Answer is what came of a request.
type Answer struct {
	Status int    // of HTTP; many vendors refuse with 200
	Code   string // why it was refused: the core's code or the vendor's own; "": it was not
}

// Request is what is known of a request before it is handled. Dialect, Route and
// Method have few values each, however many requests there are: what a client has
// made up is not among them.
type Request struct {
	Dialect string // whose path it is; "": nobody's
	Route   string // the pattern of the vendor's path, such as "/captcha/get"; "": there is none
	Method  string // one of HTTP's own, or "other"

	Header  http.Header
	Proxied func() bool // whether it came through a proxy that is believed
}

// routes are what the engine's patterns stand for.
type routes map[string]Request

// routesOf lists the patterns of the Dialects. That of a path with the Dialect's name
// before it is the vendor's own.
func routesOf(dialects []dialect.Dialect) routes {
	known := routes{}
	for _, d := range dialects {
		for _, path := range dialect.Paths(d) {
			for _, mounted := range dialect.MountedPaths(d, path) {
				known[mounted] = Request{Dialect: d.Name(), Route: path}
			}
		}
	}
	return known
}

func (known routes) request(c *gin.Context) Request {
	pattern := c.FullPath()
	r, vendors := known[pattern]
	if !vendors {
		r.Route = pattern
	}
	r.Method, r.Header = method(c.Request.Method), c.Request.Header
	r.Proxied = func() bool { return c.ClientIP() != c.RemoteIP() }
	return r
}

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// method is one of few, whatever a client sends.
func method(sent string) string {
	if slices.Contains(methods, sent) {
		return sent
	}
	return "other"
}

// watching tells all who watch.
func watching(watches []Watch, known routes) gin.HandlerFunc {
	return func(c *gin.Context) {
		request := known.request(c)
		ctx, ends := c.Request.Context(), make([]func(Answer), 0, len(watches))
		for _, watch := range watches {
			var end func(Answer)
			ctx, end = watch(ctx, request)
			ends = append(ends, end)
		}
		c.Request = c.Request.WithContext(ctx)
		defer func() { // also when the handler panics, to break the connection
			for _, end := range slices.Backward(ends) {
				end(Answer{c.Writer.Status(), dialect.Refused(c)})
			}
		}()
		c.Next()
	}
}
