package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/limit"
	"github.com/captchad/captchad/server/metrics"
	"github.com/captchad/captchad/server/tracing"
	"github.com/captchad/captchad/store"
	"github.com/captchad/captchad/store/sitecache"
)

// sweepInterval is how often Records that are due are forgotten.
const sweepInterval = 10 * time.Second

// node is one running server: what serve and mock mode have in common.
type node struct {
	store       store.Store
	ownLedger   store.Ledger // nil: Records are in the store
	listener    net.Listener
	secure      net.Listener // nil: nobody listens with TLS
	certificate *certificate // of secure
	readiness   *server.Readiness
	connections connections
	stop        context.CancelFunc
	workers     sync.WaitGroup

	metrics         *metrics.Metrics // nil: nobody wants to know
	metricsListener net.Listener     // nil: the metrics have none of their own
	tracing         *tracing.Tracing // nil: nobody wants to know
}

// startNode opens the store and the ports, so that what is wrong with any of them
// is said before anything else happens. Without a certificate there is one port.
func startNode(ctx context.Context, o *Options, address string, certificate *certificate) (*node, error) {
	opened, err := o.openStore(ctx, address)
	if err != nil {
		return nil, err
	}
	n := &node{store: opened, certificate: certificate}
	n.readiness = server.NewReadiness(n.ready, time.Now)
	if err := errors.Join(n.openLedger(ctx, o.Ledger), n.listen(o), n.startMetrics(o)); err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

// openLedger opens the ledger that has an address of its own.
func (n *node) openLedger(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	ledger, err := store.OpenLedger(ctx, address)
	if err == nil {
		n.ownLedger = ledger
	}
	return err
}

// ledger is where Records are.
func (n *node) ledger() captcha.Ledger {
	if n.ownLedger != nil {
		return n.ownLedger
	}
	return n.store
}

// buckets are where requests are counted: in the ledger where that can count, so that
// all replicas count together.
func (n *node) buckets(log *slog.Logger) limit.Limiter {
	if engine, ok := n.ownLedger.(limit.Engine); ok {
		return limit.NewShared(engine, time.Now, func(err error) { log.Error("limits are counted on this node alone", "error", err) })
	}
	return limit.NewLocal(time.Now)
}

// ready tells why the server cannot work now, if it cannot.
func (n *node) ready(ctx context.Context) error {
	err := n.store.Ping(ctx)
	if err == nil { // they may be encrypted, by an operator, under a master key that is not ours
		_, err = n.store.Keys(ctx, captcha.SealPurpose)
	}
	if n.ownLedger != nil {
		err = errors.Join(err, n.ownLedger.Ping(ctx))
	}
	return err
}

// listen opens the ports.
func (n *node) listen(o *Options) (err error) {
	if o.MaxConnections < 1 {
		return usageError{errors.New("max-connections: want 1 at least")}
	}
	if n.listener, err = listen(o.Listen, o.MaxConnections); err != nil || n.certificate == nil {
		return err
	}
	n.secure, err = listen(o.TLSListen, o.MaxConnections)
	return err
}

// listen opens a port at which so many connections may be open. Others wait until one
// is closed: in the queue of the system, where they take none of our memory.
func listen(address string, most int) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return netutil.LimitListener(listener, most), nil
}

// mockMark is the purpose of a key that says: mock mode has used this database.
const mockMark = "mock"

// keepApart keeps the databases of the two modes apart. What mock mode has written
// is public, its keys under --seed too; and what serve mode has written mock mode
// would tell.
func (n *node) keepApart(ctx context.Context, mockMode bool) error {
	marks, err := n.store.Keys(ctx, mockMark)
	if err != nil {
		return err
	}
	seals, err := n.store.Keys(ctx, captcha.SealPurpose)
	if err != nil {
		return err
	}
	switch {
	case !mockMode && len(marks) > 0:
		return errors.New("mock mode has used this database: its keys and sites are public; use another one")
	case mockMode && len(marks) == 0 && len(seals) > 0:
		return errors.New("this database belongs to serve mode, and mock mode would tell its solutions: use another one")
	case mockMode && len(marks) == 0:
		return n.store.AddKey(ctx, captcha.Key{ID: mockMark, Purpose: mockMark, Secret: []byte(mockMark), CreatedAt: time.Now()})
	}
	return nil
}

// url is where the server is found from this machine.
func (n *node) url() string {
	return "http://" + hostPort(n.listener)
}

// secureURL is where it is found with TLS, if it is.
func (n *node) secureURL() string {
	if n.secure == nil {
		return ""
	}
	return "https://" + hostPort(n.secure)
}

func hostPort(listener net.Listener) string {
	address := listener.Addr().(*net.TCPAddr)
	host := address.IP.String()
	if address.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, fmt.Sprint(address.Port))
}

// config is what a core of this node is made of.
func (n *node) config(ctx context.Context, makers []captcha.Maker, random io.Reader, now func() time.Time) (captcha.Config, error) {
	keys, err := captcha.LoadKeyring(ctx, n.store, random, now())
	if err != nil {
		return captcha.Config{}, err
	}
	return captcha.Config{Keys: keys, Ledger: n.watched(n.ledger()), Sites: n.sites(), Makers: makers, Now: now, Random: random}, nil
}

// sites are those of the store, kept in memory.
func (n *node) sites() captcha.SiteStore { return sitecache.New(n.store, sitecache.MaxAge, time.Now) }

// work is something that goes on beside the requests until its context ends.
type work func(context.Context)

// keysInterval is how often keys are looked for that another process has made.
const keysInterval = 2 * time.Second

// watchingKeys has the core use the sealing keys that are in the store.
func (n *node) watchingKeys(core *captcha.Service, log *slog.Logger) work {
	return func(ctx context.Context) {
		core.WatchKeys(ctx, n.store, keysInterval, func(err error) { log.Error("background work failed", "error", err) })
	}
}

// sweeper is a core that can forget what is due.
type sweeper interface {
	Sweep(ctx context.Context, interval time.Duration, report func(error))
}

// sweeping forgets what is due.
func sweeping(core sweeper, log *slog.Logger) work {
	return func(ctx context.Context) {
		core.Sweep(ctx, sweepInterval, func(err error) { log.Error("background work failed", "error", err) })
	}
}

// run serves until the process is told to stop, and for the delay after that, with
// /readyz not ready. Then the requests in flight are answered, the background work
// ends, and the store keeps what is left to keep.
func (n *node) run(p *process, handler http.Handler, delay time.Duration, background ...work) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(p.ctx))
	n.stop = stop
	for _, work := range background {
		n.workers.Go(func() { work(ctx) })
	}
	main := newHTTPServer(handler, p.log, standardPatience)
	main.ConnState = n.connections.count
	services := []service{{main, func() error { return main.Serve(n.listener) }}}
	if n.secure != nil {
		main.TLSConfig = n.certificate.tlsConfig()
		services = append(services, service{main, func() error { return main.ServeTLS(n.secure, "", "") }})
	}
	if n.metricsListener != nil {
		own := newHTTPServer(n.metricsHandler(), p.log, standardPatience)
		services = append(services, service{own, func() error { return own.Serve(n.metricsListener) }})
	}
	return serveHTTP(p.ctx, services, drain{begin: n.readiness.Drain, over: func() <-chan time.Time { return time.After(delay) }})
}

// close ends what run has started.
func (n *node) close() error {
	if n.stop != nil {
		n.stop()
	}
	n.workers.Wait()
	for _, listener := range []net.Listener{n.listener, n.secure, n.metricsListener} {
		if listener != nil {
			listener.Close()
		}
	}
	n.stopTracing()
	var err error
	if n.ownLedger != nil {
		err = n.ownLedger.Close()
	}
	if err = errors.Join(err, n.store.Close()); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// deps is what the Dialects of this node are made of.
func (n *node) deps(o *Options, core dialect.Core) dialect.Deps {
	return dialect.Deps{
		Core: core, Keys: n.store, Words: o.words(),
		URL: n.publicURL(o),
	}
}

// publicURL is where the server is found from outside.
func (n *node) publicURL(o *Options) string {
	return strings.TrimSuffix(cmp.Or(o.BaseURL, n.url()), "/")
}
