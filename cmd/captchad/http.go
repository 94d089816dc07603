package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// drainTime is how long requests may take to finish once the server is told to
// stop.
const drainTime = 10 * time.Second

// patience is how long a server waits for its clients.
type patience struct {
	header  time.Duration // for the line and the headers of a request
	request time.Duration // for all of it, the body included
	answer  time.Duration // for the client to take its answer
	idle    time.Duration // for the next request
}

// standardPatience cuts off clients that send slowly.
var standardPatience = patience{header: 5 * time.Second, request: 15 * time.Second, answer: 60 * time.Second, idle: 2 * time.Minute}

func newHTTPServer(handler http.Handler, log *slog.Logger, wait patience) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: wait.header,
		ReadTimeout:       wait.request,
		WriteTimeout:      wait.answer,
		IdleTimeout:       wait.idle,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// maxHeader is how many bytes a request's line and headers may have. It is generous
// because some backends put all that their page sent into a query, and take the 431
// that a visitor could make them get for a server that is down.
const maxHeader = 4 << 20

// service is a server on one of its listeners.
type service struct {
	server *http.Server
	serve  func() error
}

// drain is what comes between the word to stop and the end.
type drain struct {
	begin func()                  // tells the world; nil: nothing
	over  func() <-chan time.Time // when the world has had time to hear of it; nil: at once
}

// serveHTTP serves until ctx ends, and returns when the requests that were in flight
// are answered, on whichever listener they came. Before the listeners close it lets
// the drain go by, with requests answered as ever. If one listener fails, all end.
func serveHTTP(ctx context.Context, services []service, drain drain) error {
	failed := make(chan error, len(services))
	for _, s := range services {
		go func() { failed <- s.serve() }()
	}
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), closeAll(services))
	case <-ctx.Done():
	}
	if drain.begin != nil {
		drain.begin()
	}
	if drain.over != nil {
		<-drain.over()
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	for _, s := range services {
		if err := s.server.Shutdown(stopping); err != nil { // again does nothing
			return errors.Join(fmt.Errorf("stop: %w", err), closeAll(services))
		}
	}
	return nil
}

func closeAll(services []service) (err error) {
	for _, s := range services {
		err = errors.Join(err, s.server.Close())
	}
	return err
}

// connections counts those that are open.
type connections struct{ open atomic.Int64 }

// count is an http.Server's ConnState.
func (c *connections) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		c.open.Add(-1)
	}
}
