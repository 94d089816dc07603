package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/cmd/captchad/load"
	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/store"
)

// subject is the server that is measured, and what bench knows of it.
type subject struct {
	server   load.Server
	pid      int           // 0: unknown
	startup  time.Duration // from its start; 0: it ran already
	database string
	ledger   string                     // "": the database
	sites    map[string][]*captcha.Site // by dialect
	solver   *load.Solver
	stop     func() error
}

// subject finds the server to measure, or starts one.
func (b benchCommand) subject(o *Options, p *process) (*subject, error) {
	if b.URL != "" {
		return b.running(o, p)
	}
	return b.own(o, p)
}

// running is the server at the URL. Its database is open while Sites are saved, and
// not while anything is measured.
func (b benchCommand) running(o *Options, p *process) (*subject, error) {
	s := &subject{database: o.DB, pid: b.PID, server: load.Server{URL: b.URL}}
	if path, isFile := store.FilePath(o.DB); isFile { // which would be made
		if _, err := os.Stat(path); err != nil {
			return nil, usageError{fmt.Errorf("db: %w", err)}
		}
	}
	if b.PID != 0 {
		s.server.CPU = func() (time.Duration, bool) { return load.CPU(b.PID) }
	}
	err := o.withStore(p, func(db store.Store) error { return b.furnish(p.ctx, o, s, db, false) })
	s.stop = func() error {
		ctx := context.WithoutCancel(p.ctx) // they are removed also when bench is told to stop
		return o.withStore(&process{ctx: ctx}, func(db store.Store) error { return s.removeSites(ctx, db) })
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// own is a server that is bench's alone, with a database that is too: a new file, or the
// PostgreSQL database of the options, which may have no Sites.
func (b benchCommand) own(o *Options, p *process) (*subject, error) {
	if _, isFile := store.FilePath(o.DB); o.DB != "" && !isFile {
		return b.ownWith(o, p, o.DB)
	}
	folder, err := os.MkdirTemp("", "captchad-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the database: %w", err)
	}
	s := &subject{database: filepath.Join(folder, "bench.db")}
	s.stop = func() error { return os.RemoveAll(folder) }
	if err := b.start(o, p, s); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (b benchCommand) ownWith(o *Options, p *process, database string) (*subject, error) {
	s := &subject{database: database, stop: func() error { return nil }}
	withStore := func(p *process, do func(store.Store) error) error { return (&Options{DB: database}).withStore(p, do) }
	err := withStore(p, func(db store.Store) error {
		sites, err := db.Sites(p.ctx)
		if err == nil && len(sites) > 0 {
			err = usageError{errors.New("db: this database has sites; bench wants one that it may fill, or the server that uses it (--url)")}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.stop = func() error {
		ctx := context.WithoutCancel(p.ctx) // they are removed also when bench is told to stop
		return withStore(&process{ctx: ctx}, func(db store.Store) error { return s.removeSites(ctx, db) })
	}
	if err := b.start(o, p, s); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (b benchCommand) start(o *Options, p *process, s *subject) error {
	own := Options{DB: s.database}
	if err := own.withStore(p, func(db store.Store) error { return b.furnish(p.ctx, o, s, db, true) }); err != nil {
		return err
	}
	args := []string{"serve", "--listen=127.0.0.1:0", "--db=" + s.database, "--limits=off", "--first-site=none",
		"--log-format=json", "--log-level=" + o.LogLevel}
	if o.Ledger != "" {
		args = append(args, "--ledger="+o.Ledger)
		s.ledger = o.Ledger
	}
	if o.Photos != "" {
		args = append(args, "--photos="+o.Photos)
	}
	begun := time.Now()
	server, err := startChild(p.ctx, "/readyz", args...)
	if err != nil {
		return fmt.Errorf("start a server: %w", err)
	}
	s.startup, s.pid, s.server = time.Since(begun), server.pid(), server.target()
	settle(p.ctx, s.server.CPU)
	removeFolder := s.stop
	s.stop = func() error { server.stop(); return removeFolder() }
	return nil
}

// furnish puts into the database what bench needs. A new one gets the keys too that
// a server makes at its very first start, as that takes long, and the old records.
func (b benchCommand) furnish(ctx context.Context, o *Options, s *subject, db store.Store, fresh bool) error {
	seals, err := db.Keys(ctx, captcha.SealPurpose)
	if err != nil {
		return err
	}
	if len(seals) == 0 && !fresh {
		return errors.New("no server has used this database yet")
	}
	keys, err := captcha.LoadKeyring(ctx, db, rand.Reader, time.Now())
	if err != nil {
		return err
	}
	makers, err := o.makers("")
	if err != nil {
		return err
	}
	s.solver = load.NewSolver(keys, makers)
	if err := b.saveSites(ctx, s, db); err != nil || !fresh {
		return err
	}
	if len(seals) == 0 {
		signing, err := cloudbase.NewKey(time.Now())
		if err != nil {
			return err
		}
		if err := db.AddKey(ctx, signing); err != nil {
			return err
		}
	}
	return load.Fill(ctx, db, keys, s.sites[b.Dialect[0]][0], b.Records)
}

// saveSites makes the Sites that the load is for. Those made so far are removed
// again if it fails.
func (b benchCommand) saveSites(ctx context.Context, s *subject, db store.Store) error {
	s.sites = map[string][]*captcha.Site{}
	for _, dialect := range b.Dialect {
		for range b.Sites {
			site, err := benchSite(dialect)
			if err == nil {
				err = db.SaveSite(ctx, site)
			}
			if err != nil {
				return errors.Join(err, s.removeSites(context.WithoutCancel(ctx), db))
			}
			s.sites[dialect] = append(s.sites[dialect], site)
		}
	}
	return nil
}

func (s *subject) removeSites(ctx context.Context, db store.Store) error {
	var errs []error
	for _, sites := range s.sites {
		for _, site := range sites {
			errs = append(errs, db.DeleteSite(ctx, site.Key))
		}
	}
	return errors.Join(errs...)
}
