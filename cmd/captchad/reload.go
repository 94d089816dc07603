package main

import (
	"context"
	"time"

	"github.com/captchad/captchad/server/dialect"
)

// recheck is how often to look whether the certificate was renewed.
const recheck = time.Minute

// change is what other options mean for something that runs: how to put them in force, or
// what is wrong with them.
type change func(*Options) (apply func(), err error)

// reloading applies what can change without a restart, as work beside the requests:
// all of it when the process is told to hang up, and the certificate by itself when
// its files have changed. What is wrong is logged, and changes nothing.
func reloading(p *process, n *node, changes ...change) work {
	return func(ctx context.Context) {
		ticker := time.NewTicker(recheck)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := n.certificate.renew(); err != nil {
					p.log.Error("the certificate cannot be read again", "error", err)
				}
			case <-p.hangups:
				reload(p, append(changes, n.certificate.change))
			}
		}
	}
}

// relimiting puts other limits in force.
func relimiting(limits *dialect.Limits) change {
	return func(o *Options) (func(), error) {
		perMinute, err := o.limits(true)
		return func() { limits.Set(perMinute) }, err
	}
}

// reload puts nothing in force until all is known to be good.
func reload(p *process, changes []change) {
	options, err := p.reread()
	if err != nil {
		p.log.Error("the configuration cannot be read again", "error", err)
		return
	}
	var all []func()
	for _, of := range changes {
		apply, err := of(options)
		if err != nil {
			p.log.Error("the configuration is not good", "error", err)
			return
		}
		all = append(all, apply)
	}
	for _, apply := range all {
		apply()
	}
	p.level.Set(options.level())
	p.log.Info("configuration read again", "log-level", options.LogLevel)
}
