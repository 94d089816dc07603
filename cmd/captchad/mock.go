package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/mockserver"
)

// This file alone knows mock mode: no other one imports its packages, so serve
// mode cannot reach what they do.

// mockCommand runs a server for development and tests.
type mockCommand struct {
	Seed *uint64 `placeholder:"N" help:"Make ids, pictures, codes and secrets the same in every run. The clock then stands still, and is moved by POST /control/v1/clock."`
	Text string  `default:"AB12" placeholder:"TEXT" help:"What all pictures of text say; random: another text each."`

	Fault map[string]string `placeholder:"KEY=FAULT" help:"What ready sites do wrong from the start, as PUT /control/v1/faults/{site} takes it."`

	TLSHost []string `name:"tls-host" placeholder:"NAME" help:"Further names and addresses for the certificate that is made for tls-listen."`
	TLSSave string   `name:"tls-save" placeholder:"FILE" help:"Write that certificate to a PEM file, for clients to trust; its key stays in memory."`
}

func (m mockCommand) fixedText() string {
	if m.Text == "random" {
		return ""
	}
	return m.Text
}

// seededStart is what the clock shows when a seed is given: IDs hold the time.
var seededStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Run serves until the process is told to stop.
func (m mockCommand) Run(o *Options, p *process) (err error) {
	makers, err := o.makers(m.fixedText())
	if err != nil {
		return err
	}
	limits, err := o.limits(false)
	if err != nil {
		return err
	}
	if o.Ledger != "" {
		return usageError{errors.New("ledger: mock mode keeps records in its database")}
	}
	certificate, err := m.certificate(o)
	if err != nil {
		return err
	}
	n, err := startNode(p.ctx, o, o.database("memory"), certificate)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	if err := n.keepApart(p.ctx, true); err != nil {
		return err
	}

	clock, random := m.surroundings()
	mocked, err := mockserver.New(p.ctx, mockserver.Config{
		Store: n.store, Sites: n.sites(), Makers: makers, Clock: clock, Random: random,
		URL: n.url(), Public: n.publicURL(o), Words: o.words(),
		Limits: limits, TrustedProxies: o.TrustedProxies, Log: p.log, Observe: n.observing(logEvents(p.log, slog.LevelInfo)),
		Ready: n.readiness.Check, Watch: n.watches(), Limited: n.limited(),
		Further: func(deps dialect.Deps) map[string]http.Handler {
			return n.metricsOn(n.demo(deps, "mock mode", true, 0, p.log))
		},
	})
	if err != nil {
		return err
	}
	defer context.AfterFunc(p.ctx, mocked.Close)() // listeners do not go by themselves
	for key, fault := range m.Fault {
		if err := mocked.SetFault(key, fault); err != nil {
			return usageError{err}
		}
	}
	if err := m.announce(o, p, n, mocked.Sites); err != nil {
		return err
	}
	return n.run(p, mocked, o.drainDelay(0), sweeping(mocked.Core, p.log), reloading(p, n))
}

// announce prints the ready Sites, and where to go from there.
func (m mockCommand) announce(o *Options, p *process, n *node, sites []*captcha.Site) error {
	fmt.Fprintf(p.stdout, "%s\ncaptchad %s, database %s\n\nReady sites:\n", mockBanner, programVersion(), masked(o.database("memory")))
	for _, site := range sites {
		printCredentials(p.stdout, site)
	}
	fmt.Fprintf(p.stdout, "\nConsole:    %[1]s/console/\nDemo:       %[1]s%[2]s\nSolutions:  GET %[1]s/control/v1/challenges/{id}\nPasses:     POST %[1]s/control/v1/passes\nSent codes: GET %[1]s/control/v1/outbox\n\n", n.url(), demoPath)
	if n.certificate != nil && o.TLSCert == "" {
		printOwnCertificate(p.stdout, n.certificate.shown.Load().Leaf)
	}
	return printAddresses(p, n, sites[0])
}

// certificate is the one that the options name, or one made for this run.
func (m mockCommand) certificate(o *Options) (*certificate, error) {
	if o.TLSListen == "" || o.TLSCert != "" || o.TLSKey != "" {
		if len(m.TLSHost) > 0 || m.TLSSave != "" {
			return nil, usageError{errors.New("tls-host and tls-save are for the certificate that is made where tls-listen has no tls-cert")}
		}
		return o.certificate()
	}
	pair, err := selfSigned(slices.Concat(ownNames, m.TLSHost), time.Now())
	if err != nil {
		return nil, err
	}
	if m.TLSSave != "" {
		if err := saveCertificate(pair.Leaf, m.TLSSave); err != nil {
			return nil, err
		}
	}
	made := &certificate{}
	made.shown.Store(pair)
	return made, nil
}

// surroundings are the clock and the randomness of the mock.
func (m mockCommand) surroundings() (*mock.Clock, io.Reader) {
	if m.Seed == nil {
		return mock.RunningClock(), rand.Reader
	}
	return mock.NewClock(seededStart), mock.Random(*m.Seed)
}

const mockBanner = `************************************************************
*  MOCK MODE: anyone who reaches this server can read the  *
*  solution of every puzzle. Never use it in production.   *
************************************************************`
