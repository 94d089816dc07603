// Command captchad is a self-hosted CAPTCHA server that speaks the APIs of
// commercial vendors. It wires the other packages together and knows no rules
// of its own: flags become a configuration, the configuration a running server.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
