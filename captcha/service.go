package captcha

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// Service takes Challenges through their life: Issue, Answer, Redeem. Make one
// with [New].
type Service struct {
	keys    atomic.Pointer[Keyring]
	ledger  Ledger
	sites   SiteStore
	makers  map[Kind]Maker
	now     func() time.Time
	random  io.Reader
	observe func(context.Context, Event)
}

// Config is what a [Service] works with. Keys, Ledger, Sites and Makers are
// needed.
type Config struct {
	Keys    *Keyring
	Ledger  Ledger
	Sites   SiteStore
	Makers  []Maker
	Now     func() time.Time             // default: the real clock
	Random  io.Reader                    // default: crypto/rand
	Observe func(context.Context, Event) // default: nobody watches
}

// New makes a Service.
func New(c Config) *Service {
	s := &Service{
		ledger: c.Ledger, sites: c.Sites, makers: make(map[Kind]Maker, len(c.Makers)),
		now: c.Now, random: c.Random, observe: c.Observe,
	}
	s.keys.Store(c.Keys)
	for _, maker := range c.Makers {
		s.makers[maker.Kind()] = maker
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	if s.observe == nil {
		s.observe = func(context.Context, Event) {}
	}
	return s
}

// Keys are those in use now: see [Service.WatchKeys].
func (s *Service) Keys() *Keyring { return s.keys.Load() }

// Now is the time by the Service's clock.
func (s *Service) Now() time.Time { return s.now() }

// Site finds the Site with that key, if it speaks the dialect; "" takes any. It
// refuses with UnknownSite or DisabledSite.
func (s *Service) Site(ctx context.Context, dialect, key string) (*Site, error) {
	site, err := s.sites.Site(ctx, key)
	switch {
	case errors.Is(err, ErrNoSite) || err == nil && dialect != "" && site.Dialect != dialect:
		return nil, Refuse(UnknownSite, "no such site")
	case err != nil:
		return nil, fmt.Errorf("find site: %w", err)
	case site.Disabled:
		return nil, Refuse(DisabledSite, "the site is disabled")
	}
	return site, nil
}

// Sites lists the Sites that speak the dialect; "" takes all.
func (s *Service) Sites(ctx context.Context, dialect string) ([]*Site, error) {
	all, err := s.sites.Sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	var speaking []*Site
	for _, site := range all {
		if dialect == "" || site.Dialect == dialect {
			speaking = append(speaking, site)
		}
	}
	return speaking, nil
}

// Sweep forgets what is due, and again after each interval, until ctx ends.
// Failures are told to report; the next round may do better.
func (s *Service) Sweep(ctx context.Context, interval time.Duration, report func(error)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		for ctx.Err() == nil {
			forgotten, err := s.ledger.Forget(ctx, s.now())
			if err != nil && ctx.Err() == nil { // to be stopped is no failure
				report(fmt.Errorf("forget records: %w", err))
			}
			if err != nil || forgotten == 0 {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *Service) tell(ctx context.Context, e Event, site *Site, err error) {
	e.At, e.Site, e.Dialect = s.now(), site.Key, site.Dialect
	e.address, e.keys = addressFrom(ctx), s.Keys()
	if e.Code = CodeOf(err); e.Code == Internal {
		e.Err = err
	}
	s.observe(ctx, e)
}

// keeping says what the ledger failed at. A refusal is passed on as it is.
func keeping(err error, doing string) error {
	if err == nil || CodeOf(err) != Internal {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
