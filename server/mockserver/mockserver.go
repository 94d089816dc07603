// Package mockserver puts a server in mock mode together: the core that lays its
// secrets open, the control API, a ready Site of each vendor. The mock command runs
// one, and package servertest starts one in a Go test.
package mockserver

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/control"
	"github.com/captchad/captchad/server/dialect"
)

// Config is what a mock server is made of. All is needed but what says otherwise.
type Config struct {
	Store  Store
	Sites  captcha.SiteStore // default: Store
	Makers []captcha.Maker
	Clock  *mock.Clock
	Random io.Reader
	URL    string // where the server is found, without a slash at its end
	Public string // the same from outside; default: URL

	Words          map[string]dialect.Word // an operator's own; may be nil
	Limits         map[string]int          // requests a minute by name; nil: nothing is limited
	Limited        func(name string)       // as in server.Config
	TrustedProxies []string
	Log            *slog.Logger
	Observe        func(context.Context, captcha.Event) // default: nobody watches
	Watch          []server.Watch                       // of requests; default: nobody
	Ready          func(context.Context) error          // default: Store's Ping

	// Further makes handlers for other paths, by path as in server.Config. May be nil.
	Further func(dialect.Deps) map[string]http.Handler
}

// Store keeps all that a mock server has to remember.
type Store interface {
	captcha.Ledger
	captcha.SiteStore
	captcha.KeyStore
	Ping(ctx context.Context) error
}

// Server is a server in mock mode, ready to serve.
type Server struct {
	http.Handler
	Core     *mock.Core
	Clock    *mock.Clock
	Outbox   *control.Outbox
	Faults   *control.Faults
	Journal  *control.Journal
	Sites    []*captcha.Site // those that are ready
	Dialects []dialect.Dialect

	sites captcha.SiteStore
	start []*captcha.Site // all that there were at the start
}

// New makes a Server, and saves the ready Sites.
func New(ctx context.Context, c Config) (*Server, error) {
	if c.Sites == nil {
		c.Sites = c.Store
	}
	if c.Ready == nil {
		c.Ready = c.Store.Ping
	}
	if c.Public == "" {
		c.Public = c.URL
	}
	keys, err := captcha.LoadKeyring(ctx, c.Store, c.Random, c.Clock.Now())
	if err != nil {
		return nil, err
	}
	s := &Server{
		Core: mock.New(captcha.Config{
			Keys: keys, Ledger: c.Store, Sites: c.Sites, Makers: c.Makers, Now: c.Clock.Now, Random: c.Random, Observe: c.Observe,
		}),
		Clock: c.Clock, Outbox: &control.Outbox{}, Faults: &control.Faults{Chance: chance(c.Random)}, Journal: control.NewJournal(c.Clock.Now), Sites: ReadySites(),
		sites: c.Sites,
	}
	// In mock mode every client_id of CloudBase is a Site, as the demo is.
	demo := s.Ready("cloudbase")
	s.Core.TakeAnyKey(demo.Dialect, &captcha.Site{
		Dialect: demo.Dialect, Name: "made on demand", Rules: demo.Rules, Hosts: demo.Hosts, Secrets: demo.Secrets,
	})
	if err := s.mount(c, demo); err != nil {
		return nil, err
	}
	if err := s.saveSites(ctx); err != nil {
		return nil, err
	}
	s.start, err = c.Sites.Sites(ctx)
	return s, err
}

// Close ends the waiting of all who listen for what happens: whoever shuts the HTTP server
// down would wait for them.
func (s *Server) Close() { s.Journal.Close() }

// chance draws numbers from 0 up to 1.
func chance(random io.Reader) func() float64 {
	return func() float64 {
		var b [8]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			panic(err) // there is no going on without randomness
		}
		return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
	}
}

// saveSites makes the Sites that mock mode has what they are at the start.
func (s *Server) saveSites(ctx context.Context) error {
	for _, site := range s.Sites {
		if err := s.sites.SaveSite(ctx, site); err != nil {
			return fmt.Errorf("ready site %s: %w", site.Key, err)
		}
	}
	return s.addMagic(ctx)
}

// Reset makes everything as it was at the start, but for Challenges: their Passes stay
// what they are, and those that were ended by hand live again. It is what separates two tests that share a server.
func (s *Server) Reset(ctx context.Context) error {
	s.Core.Reset()
	s.Faults.Clear()
	s.Outbox.Empty()
	s.Journal.Empty()
	s.Clock.Reset()
	if err := s.restoreSites(ctx); err != nil {
		return err
	}
	return s.saveSites(ctx)
}

// restoreSites removes the Sites that were added since the start, and brings back what was
// changed or removed.
func (s *Server) restoreSites(ctx context.Context) error {
	sites, err := s.sites.Sites(ctx)
	if err != nil {
		return fmt.Errorf("list sites: %w", err)
	}
	now := map[string]*captcha.Site{}
	for _, site := range sites {
		now[site.Key] = site
	}
	for _, site := range s.start {
		if !reflect.DeepEqual(now[site.Key], site) {
			if err := s.sites.SaveSite(ctx, site); err != nil {
				return fmt.Errorf("bring back site %s: %w", site.Key, err)
			}
		}
		delete(now, site.Key)
	}
	for key := range now {
		if err := s.sites.DeleteSite(ctx, key); err != nil && !errors.Is(err, captcha.ErrNoSite) {
			return fmt.Errorf("remove site %s: %w", key, err)
		}
	}
	return nil
}

// mount makes the handler.
func (s *Server) mount(c Config, demo *captcha.Site) error {
	deps := dialect.Deps{
		Core: s.Core, Keys: c.Store, Words: c.Words, URL: c.Public, Random: c.Random, Outbox: s.Outbox, Faults: s.Faults, Automatic: s.Core,
	}
	s.Dialects = server.Dialects(deps)
	extra := map[string]http.Handler{}
	if c.Further != nil {
		extra = c.Further(deps)
	}
	extra["/control/"] = control.New(control.Config{
		Core: s.Core, Sites: c.Sites, Clock: s.Clock, Outbox: s.Outbox, Faults: s.Faults, Journal: s.Journal, Reset: s.Reset,
		Dialects: s.Dialects, Ready: s.Sites, Magic: magicByKey(), Random: c.Random, Log: c.Log,
	})
	s.mountConsole(extra)
	extra["/auth/v1/verification"] = &businessCall{
		core: s.Core, issuer: deps.URL, keysURL: c.URL + "/auth/v1/certs", standardSite: demo.Key, now: s.Clock.Now, random: c.Random,
	}
	handler, err := server.New(server.Config{
		Deps: deps, Ready: c.Ready, Limits: c.Limits, Limited: c.Limited, TrustedProxies: c.TrustedProxies, Watch: c.Watch, Log: c.Log, Extra: extra,
	})
	s.Handler = toConsole(s.Journal.Keep(s.Faults.Spoil(handler)))
	return err
}

// magicByKey tells what the keys of the magic Sites decide.
func magicByKey() map[string]string {
	byKey := map[string]string{}
	for kind, byVendor := range MagicSites() {
		for _, key := range byVendor {
			byKey[key] = kind
		}
	}
	return byKey
}

// Ready is the first of the ready Sites that speaks the dialect; nil: there is none.
func (s *Server) Ready(dialectName string) *captcha.Site { return ready(s.Sites, dialectName) }

// Vendors are the names of the Dialects.
func (s *Server) Vendors() []string { return dialect.Names(s.Dialects) }

// SetFault gives a ready Site a fault, if its Dialect has such a one.
func (s *Server) SetFault(key, fault string) error {
	for _, site := range s.Sites {
		if site.Key != key {
			continue
		}
		d, _ := server.Find(site.Dialect) // ready Sites speak Dialects that there are
		if err := control.CheckFault(d, fault); err != nil {
			return err
		}
		s.Faults.Set(key, control.Fault{Fault: fault, Probability: 1}, d)
		return nil
	}
	return fmt.Errorf("fault: no ready site has the key %s", key)
}
