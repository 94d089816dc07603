package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// drainTime is how long requests may take to finish once the server is told to
// stop.
const drainTime = 10 * time.Second

// newHTTPServer makes a server that cuts off clients that send slowly.
func newHTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// maxHeader is how many bytes a request's line and headers may have. It is generous
// because some backends put all that their page sent into a query, and take the 431
// that a visitor could make them get for a server that is down.
const maxHeader = 4 << 20

// serveHTTP serves on all the server's listeners until ctx ends, and returns when
// the requests that were in flight are answered, on whichever they came. If one
// listener fails, all end.
func serveHTTP(ctx context.Context, server *http.Server, serve []func() error) error {
	failed := make(chan error, len(serve))
	for _, listen := range serve {
		go func() { failed <- listen() }()
	}
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), server.Close())
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("stop: %w", err), server.Close())
	}
	return nil
}
