// Command captchad is a self-hosted CAPTCHA server that speaks the APIs of
// commercial vendors. It wires the other packages together and knows no rules
// of its own: flags become a configuration, the configuration a running server.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent is how much garbage there may be before it is collected, in percent of
// what is in use; GOGC in the environment comes first. Most of what stays in memory
// is pictures, which hold no pointers: to collect costs little, so do it often and
// stay small.
const gcPercent = 30

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
