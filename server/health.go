package server

import (
	"context"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// mountHealth serves what load balancers ask.
func mountHealth(engine *gin.Engine, ready func(context.Context) error) {
	engine.GET("/livez", gin.WrapH(Livez()))
	engine.GET("/readyz", gin.WrapH(Readyz(ready)))
}

// Livez tells whether the process answers at all.
func Livez() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive\n") })
}

// Readyz tells whether the server can do its work: ready fails with the reason why not.
func Readyz(ready func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readinessTime)
		defer cancel()
		if ready(ctx) != nil { // the reason is in the log of whoever fails, not for strangers
			say(w, http.StatusServiceUnavailable, "not ready\n")
			return
		}
		say(w, http.StatusOK, "ready\n")
	})
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store") // a probe wants to know how it is now
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // to whoever is still there
}
