package dialect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// MaxBody is how many bytes the body of a request may have.
const MaxBody = 8 << 10

// What the frame refuses by itself; a [Dialect] writes it in its own shape.
var (
	ErrNoRoute = errors.New("no such path")
	ErrMethod  = errors.New("this path has no such method")
)

// Mount puts the routes and files of d on the engine, as the vendor has them and
// a second time below "/<name>/".
func Mount(engine *gin.Engine, d Dialect, core Core, log *slog.Logger) {
	methods := map[string][]string{}
	for _, route := range d.Routes() {
		for _, path := range MountedPaths(d, route.Path) {
			methods[path] = append(methods[path], route.Method)
			engine.Handle(route.Method, path, frame(d, core, log, route, nil))
		}
	}
	for path, allowed := range methods {
		if !d.CORS().None && !slices.Contains(allowed, http.MethodOptions) {
			engine.OPTIONS(path, frame(d, core, log, Route{Handle: preflight}, allowed))
		}
	}
	if filer, ok := d.(Filer); ok {
		mountFiles(engine, d, filer.Files())
	}
}

func mountFiles(engine *gin.Engine, d Dialect, files []File) {
	for _, file := range files {
		serve := file.serve()
		for _, path := range MountedPaths(d, file.Path) {
			engine.GET(path, serve)
			engine.HEAD(path, serve)
		}
	}
}

// Paths are the patterns of all that d answers, as the vendor has them.
func Paths(d Dialect) []string {
	var paths []string
	for _, route := range d.Routes() {
		paths = append(paths, route.Path)
	}
	if filer, ok := d.(Filer); ok {
		for _, file := range filer.Files() {
			paths = append(paths, file.Path)
		}
	}
	return paths
}

// MountedPaths are the vendor's path and the one with the Dialect's name before
// it, unless the path starts with that name anyhow.
func MountedPaths(d Dialect, path string) []string {
	prefix := "/" + d.Name()
	if strings.HasPrefix(path, prefix+"/") {
		return []string{path}
	}
	return []string{path, prefix + path}
}

// Framed answers with an error of the frame's own, in the shape of d: for paths
// and methods that no route has.
func Framed(d Dialect, core Core, log *slog.Logger, refusal error) gin.HandlerFunc {
	return frame(d, core, log, Route{Handle: func(*gin.Context) error { return refusal }}, nil)
}

func preflight(c *gin.Context) error {
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// The values of headers that every answer has are made once. Nobody writes into
// them: to add a value copies the list.
var noStore, noSniff = []string{"no-store"}, []string{"nosniff"}

// frame does around a handler what all of them need, so that a handler is bind,
// ask the core, write.
func frame(d Dialect, core Core, log *slog.Logger, route Route, methods []string) gin.HandlerFunc {
	cors := d.CORS()
	maxBody := cmp.Or(route.MaxBody, MaxBody)
	return func(c *gin.Context) {
		ctx := captcha.WithAddress(c.Request.Context(), c.ClientIP())
		c.Request = c.Request.WithContext(ctx)
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
		header := c.Writer.Header()
		header["Cache-Control"], header["X-Content-Type-Options"] = noStore, noSniff
		noted := notedIn(ctx)
		if noted != nil {
			noted.Dialect, noted.Step = d.Name(), route.Step
		}

		err := cors.allow(c, core, methods)
		if err == nil {
			err = recovered(c, route.Handle)
		}
		if err == nil {
			return
		}
		if failed(err) {
			log.ErrorContext(ctx, "request failed", "dialect", d.Name(), "method", c.Request.Method, "path", c.FullPath(), "error", err)
		}
		c.Set(refusedKey, refusalCode(err))
		if noted != nil {
			noted.Refused = notedCode(err)
		}
		if wait := retryAfter(err); wait > 0 {
			c.Header("Retry-After", strconv.Itoa(wait))
		}
		d.Refuse(c, err)
	}
}

// retryAfter is how many seconds a client should wait that comes at a bad time; 0: it
// came at no bad time.
func retryAfter(err error) int {
	if limited, ok := errors.AsType[*LimitError](err); ok {
		return limited.Seconds()
	}
	switch captcha.CodeOf(err) {
	case captcha.Limited, captcha.Busy:
		return 1 // nobody knows better
	}
	return 0
}

// recovered runs the handler and makes an error of its panic. The error holds
// the stack for the log; no Dialect shows the text of a failure.
func recovered(c *gin.Context, handle func(*gin.Context) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return handle(c)
}

// failed tells a failure of ours from a refusal, and from a caller who went
// away.
func failed(err error) bool {
	if errors.Is(err, ErrNoRoute) || errors.Is(err, ErrMethod) || errors.Is(err, context.Canceled) {
		return false
	}
	_, vendors := errors.AsType[VendorError](err)
	return captcha.CodeOf(err) == captcha.Internal && !vendors
}

// VendorError is a refusal that only one vendor knows, such as a bad signature.
type VendorError interface {
	error
	VendorCode() string
}

// refusedKey is where the request keeps why it was refused.
const refusedKey = "captchad.refused"

// Refused is why the request was refused, for those who count: the core's code or the
// vendor's own. "": it was not.
func Refused(c *gin.Context) string { return c.GetString(refusedKey) }

func refusalCode(err error) string {
	if vendors, ok := errors.AsType[VendorError](err); ok {
		return vendors.VendorCode()
	}
	if errors.Is(err, ErrNoRoute) || errors.Is(err, ErrMethod) {
		return string(captcha.Invalid)
	}
	return string(captcha.CodeOf(err))
}

// notedCode tells the vendor's own codes from the core's.
func notedCode(err error) string {
	if vendors, ok := errors.AsType[VendorError](err); ok {
		return VendorCode + vendors.VendorCode()
	}
	return refusalCode(err)
}
