package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/server/metrics"
	"github.com/captchad/captchad/store"
)

// metricsPath is where the metrics are, on whichever listener.
const metricsPath = "/metrics"

// startMetrics opens the metrics' own listener, if there is to be one, and has the
// node counted, if anybody wants to know.
func (n *node) startMetrics(o *Options) (err error) {
	if !o.Metrics && o.MetricsListen == "" {
		return nil
	}
	if o.MetricsListen != "" {
		if n.metricsListener, err = net.Listen("tcp", o.MetricsListen); err != nil {
			return err
		}
	}
	n.metrics = metrics.New(programVersion())
	n.metrics.WatchReady(n.readiness.Check)
	n.metrics.WatchKeys(n.store, captcha.SealPurpose, cloudbase.KeyPurpose)
	n.metrics.WatchConnections(func() int { return int(n.connections.open.Load()) }, o.MaxConnections)
	if writer, ok := behind(n.store).(batchWriter); ok {
		writer.ObserveBatches(n.metrics.WatchWriter(writer.Waiting))
	}
	return nil
}

// batchWriter is a store that commits many writes at once.
type batchWriter interface {
	ObserveBatches(watch func(writes int, took time.Duration, err error))
	Waiting() (now, most int)
}

// behind is the store itself, without what is put in front of it.
func behind(s store.Store) store.Store {
	if front, ok := s.(interface{ Behind() store.Store }); ok {
		return front.Behind()
	}
	return s
}

// watched is the ledger, timed and traced if anybody wants to know.
func (n *node) watched(ledger captcha.Ledger) captcha.Ledger {
	if n.metrics != nil {
		ledger = n.metrics.Ledger(ledger)
	}
	if n.tracing != nil {
		ledger = n.tracing.Ledger(ledger)
	}
	return ledger
}

// observing has all of them told of each Event.
func (n *node) observing(observe func(context.Context, captcha.Event)) func(context.Context, captcha.Event) {
	if n.metrics == nil {
		return observe
	}
	return each(n.metrics.Observe, observe)
}

// watches are those of every request.
func (n *node) watches() (watches []server.Watch) {
	if n.metrics != nil {
		watches = append(watches, n.metrics.Watch)
	}
	if n.tracing != nil {
		watches = append(watches, n.tracing.Watch)
	}
	return watches
}

// limited is told of requests that a limit has stopped.
func (n *node) limited() func(name string) {
	if n.metrics == nil {
		return nil
	}
	return n.metrics.Limited
}

// watchStock adds what the core has made ahead.
func (n *node) watchStock(core *captcha.Service) {
	if n.metrics != nil {
		n.metrics.WatchStock(core.InStock, time.Now)
	}
}

// metricsOn adds the metrics to what the main listener serves, unless they have one of
// their own.
func (n *node) metricsOn(extra map[string]http.Handler) map[string]http.Handler {
	if n.metrics == nil || n.metricsListener != nil {
		return extra
	}
	if extra == nil {
		extra = map[string]http.Handler{}
	}
	extra[metricsPath] = n.metrics.Handler()
	return extra
}

// metricsURL is where the metrics are found from this machine; "": nowhere.
func (n *node) metricsURL() string {
	switch {
	case n.metrics == nil:
		return ""
	case n.metricsListener != nil:
		return "http://" + hostPort(n.metricsListener) + metricsPath
	}
	return n.url() + metricsPath
}

// metricsHandler is all that the metrics' own listener serves.
func (n *node) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, n.metrics.Handler())
	mux.Handle("GET /livez", server.Livez())
	mux.Handle("GET /readyz", server.Readyz(n.readiness.Check))
	return mux
}
