package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/cmd/captchad/load"
	"github.com/captchad/captchad/server"
)

// benchCommand measures a server under load: one of its own, or one that runs.
type benchCommand struct {
	Connections int           `default:"64" placeholder:"N" help:"How many clients ask at the same time."`
	Duration    time.Duration `default:"5s" placeholder:"TIME" help:"How long each step is measured."`
	Dialect     []string      `placeholder:"NAME" help:"Vendors to measure. Default: all."`
	Step        []string      `placeholder:"NAME" help:"Steps to measure: issue, answer, redeem, life. Default: all."`
	Rate        float64       `default:"0" placeholder:"N" help:"How many requests, or lives, to begin in a second. Default: as many as there can be."`
	URL         string        `name:"url" placeholder:"URL" help:"Running server to measure, whose database is --db; it gets sites that are removed at the end, and keeps the records. Default: a server of its own, with a database in the directory for temporary files, or the PostgreSQL database of --db, and the ledger of --ledger."`
	PID         int           `name:"pid" placeholder:"N" help:"Process of the server at --url, to tell what it uses."`
	Sites       int           `default:"1" placeholder:"N" help:"Sites of each vendor to spread the load over."`
	Records     int           `default:"0" placeholder:"N" help:"Old records to put into the database before."`
	JSON        bool          `name:"json" help:"Print JSON instead of a table."`
	Baseline    bool          `help:"Measure a bare gin server beside each step, which sends as many bytes and does nothing else, and compare."`
}

// longest is how long a step may take: what is prepared for it has to live as long.
const longest = 2 * time.Minute

// check finds what is wrong with the command line.
func (b *benchCommand) check(o *Options) error {
	switch {
	case b.Connections < 1:
		return errors.New("connections: want at least 1")
	case b.Duration < time.Millisecond || b.Duration > longest:
		return fmt.Errorf("duration: want 1ms to %v", longest)
	case b.Sites < 1:
		return errors.New("sites: want at least 1")
	case b.Records < 0:
		return errors.New("records: want 0 or more")
	case b.URL != "" && o.DB == "":
		return errors.New("url: name the server's database too, with --db")
	case b.URL != "" && b.Records > 0:
		return errors.New("records: cannot be put into the database of a running server")
	case o.Ledger != "" && (b.Records > 0 || b.URL != ""):
		return errors.New("ledger: is for a server of bench's own, without old records")
	case b.URL == "" && b.PID != 0:
		return errors.New("pid: is of the server at --url, and there is none")
	}
	var steps []string
	for _, step := range load.Steps() {
		steps = append(steps, string(step))
	}
	var errDialect, errStep error
	b.Dialect, errDialect = chosen("dialect", b.Dialect, load.Dialects())
	b.Step, errStep = chosen("step", b.Step, steps)
	return errors.Join(errDialect, errStep)
}

// chosen are the names that were given, each once, or all that there are.
func chosen(what string, given, known []string) ([]string, error) {
	if len(given) == 0 {
		return known, nil
	}
	var names []string
	for _, name := range given {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: %q is none of %s", what, name, strings.Join(known, ", "))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Run measures and prints.
func (b benchCommand) Run(o *Options, p *process) (err error) {
	if err := b.check(o); err != nil {
		return usageError{err}
	}
	progress := newProgress(p.stderr, len(b.Dialect)*len(b.Step))
	defer progress.end()
	progress.doing("preparing the database")
	subject, err := b.subject(o, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, subject.stop()) }()
	results, err := b.measure(p.ctx, subject, progress)
	if err != nil {
		return err
	}
	progress.end()
	report := newReport(b, subject, results)
	if err := report.write(p.stdout, b.JSON); err != nil {
		return err
	}
	if failures := report.failures(); failures > 0 {
		return fmt.Errorf("%s requests went wrong", thousands(failures))
	}
	return nil
}

// measure measures all steps that were asked for.
func (b benchCommand) measure(ctx context.Context, s *subject, progress *progress) ([]load.Result, error) {
	config := load.Config{
		Server: s.server, Solver: s.solver, Connections: b.Connections, Duration: b.Duration, Rate: b.Rate, Progress: progress.doing,
	}
	if b.Baseline {
		config.Bare = startBare
	}
	driver, err := load.New(config)
	if err != nil {
		return nil, usageError{err}
	}
	defer driver.Close()
	var results []load.Result
	for _, dialect := range b.Dialect {
		for _, step := range b.Step {
			progress.begin(dialect + " " + step)
			result, err := driver.Measure(ctx, dialect, load.Step(step), s.sites[dialect])
			if err != nil {
				return nil, fmt.Errorf("measure %s %s: %w", dialect, step, err)
			}
			progress.done(fmt.Sprintf("%s/s", thousands(int(result.PerSecond()))))
			results = append(results, result)
		}
	}
	return results, nil
}

// benchSite is a Site that only bench knows. Any page may call, as the load pretends
// to come from one, and what is prepared lives until it is used.
func benchSite(dialect string) (*captcha.Site, error) {
	site, err := server.NewSite(dialect, rand.Reader)
	if err != nil {
		return nil, err
	}
	site.Name, site.Hosts = "captchad bench", []string{"*"}
	site.Rules.Lifetime, site.Rules.PassLifetime = benchLifetime, benchLifetime
	return site, nil
}

// benchLifetime is the longest that every vendor allows.
const benchLifetime = 10 * time.Minute
