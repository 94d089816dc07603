// Package control is how tests and developers look into a mock server and turn
// its knobs: solutions, Passes without a visitor, sent codes, the outcomes of the
// next steps, faults, the clock.
//
// It lays every secret open, to any page and without a password. So only mock
// mode mounts it, below /control/; serve mode does not import it.
package control

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// Config is what the control API works on. All is needed but what has a default.
type Config struct {
	Core     *mock.Core
	Sites    captcha.SiteStore           // that of the Core
	Clock    *mock.Clock                 // by which the Core lives
	Outbox   *Outbox                     // where the Dialects put what they send
	Faults   *Faults                     // what the Dialects are told to do wrong
	Journal  *Journal                    // what was asked of the Dialects
	Reset    func(context.Context) error // makes everything as it was at the start
	Dialects []dialect.Dialect

	Ready  []*captcha.Site   // those that are there from the start; default: none
	Magic  map[string]string // by key: what a key alone decides; default: nothing
	Random io.Reader         // for credentials of new Sites; default: crypto/rand
	Log    *slog.Logger      // default: slog.Default

	// Ticker makes the ticker by which listeners are told that the server still lives,
	// and what stops it. Default: one of the real time.
	Ticker func(interval time.Duration) (ticks <-chan time.Time, stop func())
}

// New makes the control API, with paths that start with /control/.
func New(config Config) http.Handler {
	if config.Log == nil {
		config.Log = slog.Default()
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	if config.Ticker == nil {
		config.Ticker = startTicker
	}
	a := api{config, &listeners{}, &sync.Mutex{}}
	gin.SetMode(gin.ReleaseMode) // else it prints each route
	engine := gin.New()
	engine.ContextWithFallback = true
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	engine.Use(open)
	engine.GET("/control/v1/challenges", a.framed(a.challenges))
	engine.GET("/control/v1/challenges/latest", a.framed(a.latestChallenge))
	engine.GET("/control/v1/challenges/:id", a.framed(a.challenge))
	engine.GET("/control/v1/challenges/:id/picture", a.framed(a.picture))
	engine.POST("/control/v1/challenges/:id/solve", a.framed(a.solve))
	engine.POST("/control/v1/challenges/:id/expire", a.framed(a.end((*mock.Core).Expire)))
	engine.POST("/control/v1/challenges/:id/spend", a.framed(a.end((*mock.Core).SpendNow)))
	engine.POST("/control/v1/passes", a.framed(a.mint))
	engine.GET("/control/v1/outbox", a.framed(a.outbox))
	engine.DELETE("/control/v1/outbox", a.framed(a.emptyOutbox))
	engine.GET("/control/v1/faults", a.framed(a.faults))
	engine.PUT("/control/v1/faults/:site", a.framed(a.setFault))
	engine.DELETE("/control/v1/faults/:site", a.framed(a.dropFault))
	engine.PUT("/control/v1/faults/dialects/:name", a.framed(a.setDialectFault))
	engine.DELETE("/control/v1/faults/dialects/:name", a.framed(a.dropDialectFault))
	engine.GET("/control/v1/faults/known", a.framed(a.knownFaults))
	engine.GET("/control/v1/journal", a.framed(a.journal))
	engine.GET("/control/v1/journal/events", a.framed(a.events))
	engine.DELETE("/control/v1/journal", a.framed(a.emptyJournal))
	engine.GET("/control/v1/openapi.json", a.framed(describe))
	engine.POST("/control/v1/reset", a.framed(a.reset))
	engine.GET("/control/v1/script", a.framed(a.script))
	engine.GET("/control/v1/script/known", a.framed(a.knownOutcomes))
	engine.POST("/control/v1/script", a.framed(a.plan))
	engine.DELETE("/control/v1/script", a.framed(a.clearScript))
	engine.GET("/control/v1/sites", a.framed(a.allSites))
	engine.GET("/control/v1/sites/:key", a.framed(a.oneSite))
	engine.PUT("/control/v1/sites/:key", a.framed(a.saveSite))
	engine.DELETE("/control/v1/sites/:key", a.framed(a.removeSite))
	engine.GET("/control/v1/clock", a.framed(a.clock))
	engine.POST("/control/v1/clock", a.framed(a.moveClock))
	engine.NoRoute(a.framed(func(*gin.Context) error { return dialect.ErrNoRoute }))
	engine.NoMethod(a.framed(func(*gin.Context) error { return dialect.ErrMethod }))
	return engine
}

// api holds the handlers: each is bind, ask the core, write.
type api struct {
	Config
	listeners *listeners
	saving    *sync.Mutex
}

// reset is POST /control/v1/reset.
func (a api) reset(c *gin.Context) error {
	if err := a.Reset(c.Request.Context()); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// open lets the pages of every origin call, and answers their preflights.
func open(c *gin.Context) {
	c.Header("Access-Control-Allow-Origin", "*")
	c.Header("Cache-Control", "no-store")
	if c.Request.Method == http.MethodOptions {
		c.Header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
		c.Header("Access-Control-Allow-Headers", "content-type")
		c.AbortWithStatus(http.StatusNoContent)
	}
}

// framed limits the body and writes what went wrong.
func (a api) framed(handle func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, dialect.MaxBody)
		err := handle(c)
		if err == nil {
			return
		}
		p := problemOf(err)
		if p.status == http.StatusInternalServerError {
			a.Log.ErrorContext(c.Request.Context(), "control request failed", "path", c.FullPath(), "error", err)
		}
		c.PureJSON(p.status, p)
	}
}

// invalid refuses a request because of one of its fields, which the message
// begins with.
func invalid(field, complaint string) error {
	return captcha.Refuse(captcha.Invalid, fmt.Sprintf("%s: %s", field, complaint))
}
