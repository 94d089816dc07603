package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"go.opentelemetry.io/otel"

	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/tracing"
)

// startTracing has the node traced, if the environment says so.
func (n *node) startTracing(ctx context.Context, log *slog.Logger) error {
	wanted, err := tracing.Wanted(os.Getenv)
	if err != nil {
		return usageError{err}
	}
	if !wanted {
		return nil
	}
	// A collector that is away would else be written of past the log, as text.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces are lost", "error", err) }))
	n.tracing, err = tracing.New(ctx, programVersion())
	return err
}

// flushTime is how long the last traces may take. Nobody waits for them longer.
const flushTime = 3 * time.Second

func (n *node) stopTracing() {
	if n.tracing == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	if err := n.tracing.Shutdown(ctx); err != nil {
		otel.Handle(err) // to stop without a collector is no failure
	}
}

// tracedCore is the core, traced if anybody wants to know.
func (n *node) tracedCore(core dialect.Core) dialect.Core {
	if n.tracing == nil {
		return core
	}
	return n.tracing.Core(core)
}
