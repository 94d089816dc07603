package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
)

// serveCommand runs the server in production.
type serveCommand struct {
	FirstSite string `default:"oneaccess" placeholder:"DIALECT" help:"Dialect of the site that is made when the database has none; none: make no site."`
	AuditOptions
	Demo bool `help:"Show the demo at /demo/, with the first site of each vendor."`
}

// Run serves until the process is told to stop.
func (s serveCommand) Run(o *Options, p *process) (err error) {
	makers, err := o.makers("")
	if err != nil {
		return err
	}
	perMinute, err := o.limits(true)
	if err != nil {
		return err
	}
	limits := dialect.NewLimits(perMinute)
	certificate, err := o.certificate()
	if err != nil {
		return err
	}
	n, err := startNode(p.ctx, o, o.database(defaultDatabase), certificate)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	if err := errors.Join(n.keepApart(p.ctx, false), n.startTracing(p.ctx, p.log)); err != nil {
		return err
	}

	config, err := n.config(p.ctx, makers, rand.Reader, time.Now)
	if err != nil {
		return err
	}
	noteAudit, writeAudit := s.recording(n.store, p.log)
	config.Observe = n.observing(each(logEvents(p.log, slog.LevelDebug), noteAudit))
	core := captcha.New(config)
	n.watchStock(core)
	deps := n.deps(o, n.tracedCore(core))
	if err := server.Prepare(p.ctx, deps); err != nil {
		return err
	}
	var extra map[string]http.Handler
	if s.Demo {
		extra = n.demo(deps, "", false, demosPerMinute, p.log)
	}
	handler, err := server.New(server.Config{
		Deps: deps, Ready: n.readiness.Check, LiveLimits: limits, Buckets: n.buckets(p.log), Limited: n.limited(), TrustedProxies: o.TrustedProxies, Watch: n.watches(), Log: p.log, Extra: n.metricsOn(extra),
	})
	if err != nil {
		return err
	}
	first, err := s.firstSite(n, p, makers)
	if err != nil {
		return err
	}
	if err := s.announce(o, p, n, first); err != nil {
		return err
	}
	return n.run(p, handler, o.drainDelay(time.Second), sweeping(core, p.log), core.Prepare, writeAudit, n.watchingKeys(core, p.log), reloading(p, n, relimiting(limits)))
}

// announce prints what a start has come to; first is the Site that it made, if it
// did.
func (s serveCommand) announce(o *Options, p *process, n *node, first *captcha.Site) error {
	fmt.Fprintf(p.stdout, "captchad %s, serve mode, database %s%s\n\n", programVersion(), masked(o.database(defaultDatabase)), o.ledgerNote())
	if first != nil {
		fmt.Fprintf(p.stdout, "The first site (its secret is shown this once):\n")
		printCredentials(p.stdout, first)
		fmt.Fprintln(p.stdout)
	}
	if s.Demo {
		fmt.Fprintf(p.stdout, "Demo: %s%s\n", n.url(), demoPath)
	}
	return printAddresses(p, n, first)
}

// firstSite makes a Site if there is none.
func (s serveCommand) firstSite(n *node, p *process, makers []captcha.Maker) (*captcha.Site, error) {
	if s.FirstSite == "none" {
		return nil, nil
	}
	sites, err := n.store.Sites(p.ctx)
	if err != nil || len(sites) > 0 {
		return nil, err
	}
	site, err := server.NewSite(s.FirstSite, rand.Reader)
	if err != nil {
		return nil, err
	}
	site.Name = "first site"
	if err := server.CheckSite(site, makers); err != nil {
		return nil, err
	}
	return site, n.store.SaveSite(p.ctx, site)
}
