package server

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// mountHealth serves what load balancers ask: /livez, whether the process
// answers at all, and /readyz, whether it can do its work.
func mountHealth(engine *gin.Engine, ready func(context.Context) error) {
	engine.GET("/livez", func(c *gin.Context) { c.String(http.StatusOK, "alive\n") })
	engine.GET("/readyz", func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
		defer cancel()
		if ready(ctx) != nil { // the reason is in the log of whoever fails, not for strangers
			c.String(http.StatusServiceUnavailable, "not ready\n")
			return
		}
		c.String(http.StatusOK, "ready\n")
	})
}
