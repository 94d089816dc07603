// Package load puts a bounded load on a running captchad over HTTP, and measures
// what comes back. It knows HTTP, the vendors' calls and the core; it draws no
// picture, opens no database and prints nothing.
//
// Nothing is stored when a Challenge is issued, and its ID is sealed under a key
// that whoever has the database has too. So a [Solver] makes IDs and finds their
// solutions without the server: Answers go to IDs that were sealed ahead, and
// redemptions bring Passes that were earned ahead, and each step is measured alone.
//
// The load is a closed loop, unless a rate is asked for: each connection sends its
// next request when it has the answer to its last. A rate of it is what the server can do for that many
// clients, and not how long visitors wait when more of them come than it can serve.
// On one machine the clients take their share of its processors.
package load

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/captchad/captchad/captcha"
)

// Step is what is measured.
type Step string

// The steps of a Challenge, and all three of them one after the other.
const (
	Issue  Step = "issue"
	Answer Step = "answer"
	Redeem Step = "redeem"
	Life   Step = "life"
)

// Steps lists them in their order.
func Steps() []Step { return []Step{Issue, Answer, Redeem, Life} }

// Server is what the load is put on.
type Server struct {
	URL string
	CPU func() (time.Duration, bool) // that its process has used so far; nil: nobody can tell
}

// Config is what a [Load] is made of. All but the last three are needed.
type Config struct {
	Server      Server
	Solver      *Solver
	Connections int
	Duration    time.Duration // of each step; what was prepared may be used up before

	// Operations are how many a step has, whatever time they take. 0: as many as
	// fit into its Duration.
	Operations int
	// Rate is how many operations are begun in a second, by all connections together.
	// 0: each connection begins its next one when the last has ended.
	Rate float64
	// Bare starts what a step is held against: a server that answers with bodies of
	// these sizes, as [Bare] does. Nil: nothing.
	Bare func(ctx context.Context, sizes []int) (Server, func(), error)
	// Progress is told what goes on. Nil: nobody is.
	Progress func(doing string)
}

// Load drives one server. Make one with [New].
type Load struct {
	Config
	client *client
}

// New makes a Load.
func New(c Config) (*Load, error) {
	if c.Connections < 1 {
		return nil, errors.New("connections: want at least 1")
	}
	if c.Duration <= 0 && c.Operations < 1 {
		return nil, errors.New("duration: want more than none")
	}
	if c.Rate < 0 {
		return nil, errors.New("rate: want more than none")
	}
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	client, err := newClient(c.Server, c.Connections)
	return &Load{Config: c, client: client}, err
}

// Close closes the connections.
func (l *Load) Close() { l.client.close() }

// Result is what one step of one Dialect has come to.
type Result struct {
	Dialect string
	Step    Step
	Measured
	Bare *Measured // nil: there was nothing to hold it against
}

// rounds is how often a step and what it is held against take turns: what else the
// machine does meanwhile then falls on both.
const rounds = 2

// Measure measures one step of the Dialect that all the Sites speak. That requests
// went wrong is part of the Result; an error is that nothing could be measured.
func (l *Load) Measure(ctx context.Context, dialect string, step Step, sites []*captcha.Site) (Result, error) {
	result := Result{Dialect: dialect, Step: step}
	scripts, err := scriptsOf(dialect, sites)
	if err != nil {
		return result, err
	}
	warm, operate, err := l.ready(ctx, step, scripts)
	if err != nil {
		return result, err
	}
	bare, stop, err := l.startBare(ctx, warm)
	if err != nil {
		return result, err
	}
	defer stop()
	l.takeTurns(ctx, &result, operate, bare, warm.sample)
	result.explain(warm.Example)
	for kind, n := range warm.Errors {
		result.fail("before measuring: "+kind, n)
	}
	return result, ctx.Err()
}

// takeTurns measures the step, and what it is held against if there is anything.
func (l *Load) takeTurns(ctx context.Context, result *Result, operate operation, bare *client, sample []call) {
	defer result.sort()
	if bare == nil {
		l.Progress("measuring")
		result.add(l.drive(ctx, l.client, l.portion(1), operate))
		return
	}
	result.Bare = &Measured{}
	defer result.Bare.sort()
	for range rounds {
		l.Progress("measuring")
		result.add(l.drive(ctx, l.client, l.portion(rounds), operate))
		l.Progress("measuring bare gin")
		result.Bare.add(l.drive(ctx, bare, l.portion(rounds), repeat(sample)))
	}
}

// startBare starts what the step is held against, and warms it up.
func (l *Load) startBare(ctx context.Context, warm Measured) (*client, func(), error) {
	if l.Bare == nil || len(warm.sample) == 0 {
		return nil, func() {}, nil
	}
	server, stop, err := l.Bare(ctx, warm.sizes())
	if err != nil {
		return nil, nil, fmt.Errorf("start bare server: %w", err)
	}
	client, err := newClient(server, l.Connections)
	if err != nil {
		stop()
		return nil, nil, err
	}
	l.Progress("warming up bare gin")
	l.drive(ctx, client, l.warmUp(), repeat(warm.sample))
	return client, func() { client.close(); stop() }, nil
}

// portion is how much a connection does in one of so many turns.
func (l *Load) portion(turns int) portion {
	runtime.GC() // of what was prepared, so that it is not done meanwhile
	if l.Operations > 0 {
		return portion{operations: max(1, l.Operations/turns)}
	}
	return portion{operations: mostSamples / turns, duration: l.Duration / time.Duration(turns)}
}

// warmUp is a tenth of a step.
func (l *Load) warmUp() portion {
	if l.Operations > 0 {
		return portion{operations: l.Connections}
	}
	return portion{operations: mostSamples, duration: l.Duration / 10}
}
