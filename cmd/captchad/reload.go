package main

import (
	"context"
	"time"

	"github.com/captchad/captchad/server/dialect"
)

// recheck is how often to look whether the certificate was renewed.
const recheck = time.Minute

// reloading applies what can change without a restart, as work beside the requests:
// all of it when the process is told to hang up, and the certificate by itself when
// its files have changed. What is wrong is logged, and changes nothing.
func reloading(p *process, n *node, apply ...func(*Options) error) work {
	return func(ctx context.Context) {
		ticker := time.NewTicker(recheck)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := n.certificate.reload(); err != nil {
					p.log.Error("the certificate cannot be read again", "error", err)
				}
			case <-p.hangups:
				reload(p, n, apply)
			}
		}
	}
}

// relimiting puts other limits in force.
func relimiting(limits *dialect.Limits) func(*Options) error {
	return func(o *Options) error {
		perMinute, err := o.limits(true)
		if err != nil {
			return err
		}
		limits.Set(perMinute)
		return nil
	}
}

func reload(p *process, n *node, apply []func(*Options) error) {
	options, err := p.reread()
	if err != nil {
		p.log.Error("the configuration cannot be read again", "error", err)
		return
	}
	for _, step := range append(apply, func(*Options) error { return n.certificate.reload() }) {
		if err := step(options); err != nil {
			p.log.Error("the configuration is not good", "error", err)
			return
		}
	}
	p.level.Set(options.level())
	p.log.Info("configuration read again", "log-level", options.LogLevel)
}
