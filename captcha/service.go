package captcha

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"
)

// Service takes Challenges through their life: Issue, Answer, Redeem. Make one
// with [New].
type Service struct {
	keys    *Keyring
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
		keys: c.Keys, ledger: c.Ledger, sites: c.Sites, makers: make(map[Kind]Maker, len(c.Makers)),
		now: c.Now, random: c.Random, observe: c.Observe,
	}
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

// Issue makes a Challenge and draws its Puzzle. Nothing is stored.
func (s *Service) Issue(ctx context.Context, site *Site, kind Kind) (Challenge, *Puzzle, error) {
	ch, puzzle, err := s.issue(site, kind)
	s.tell(ctx, Event{Step: Issued, Kind: kind, ID: ch.ID}, site, err)
	return ch, puzzle, err
}

func (s *Service) issue(site *Site, kind Kind) (Challenge, *Puzzle, error) {
	maker, ok := s.makers[kind]
	if !ok {
		return Challenge{}, nil, Refuse(Invalid, fmt.Sprintf("no maker for the kind of puzzle: %v", kind))
	}
	ch := s.NewChallenge(site, kind)
	_, seed, _ := s.keys.Open(ch.ID, ch.SiteTag)
	puzzle, err := maker.Draw(seed, site.Settings)
	if err != nil {
		return ch, nil, fmt.Errorf("draw %v: %w", kind, err)
	}
	return ch, puzzle, nil
}

// NewChallenge makes a Challenge without drawing its Puzzle.
func (s *Service) NewChallenge(site *Site, kind Kind) Challenge {
	ch := Challenge{SiteTag: site.Tag(), Kind: kind, IssuedAt: s.now().Truncate(time.Second).UTC()}
	ch.ID = s.keys.Seal(ch, s.random)
	return ch
}

// Attempt is one visitor's Answer, with what the Pass shall be if it is right.
type Attempt struct {
	ID     ID
	Kind   Kind // what the Answer is for; one to another kind is wrong. Zero: any
	Answer Answer

	Subject string            // whom to bind the Pass to; may be empty
	Details map[string]string // what a redemption shall tell

	// Secret is the Pass's secret where the vendor's protocol fixes it; it must
	// be different for every Challenge. Empty: 256 random bits, as base64url.
	Secret string
	// HidesID tells that the vendor's Pass does not show the ID. Then the Pass
	// is found by its Secret, and its ID is given as zero to Redeem.
	HidesID bool
}

// Answer judges an attempt and gives the Pass if it is right. A wrong one is
// refused with Wrong and has used up an attempt; every other refusal has used
// up nothing.
func (s *Service) Answer(ctx context.Context, site *Site, attempt Attempt) (Pass, error) {
	ch, pass, err := s.answer(ctx, site, attempt)
	s.tell(ctx, Event{Step: Answered, Kind: ch.Kind, ID: ch.ID}, site, err)
	return pass, err
}

func (s *Service) answer(ctx context.Context, site *Site, attempt Attempt) (Challenge, Pass, error) {
	now := s.now()
	ch, seed, ok := s.open(site, attempt.ID, now)
	if !ok {
		return ch, Pass{}, Refuse(Unknown, "no such challenge was issued")
	}
	right := (attempt.Kind == 0 || attempt.Kind == ch.Kind) &&
		s.makers[ch.Kind].Accepts(seed, site.Settings, attempt.Answer)
	pass := Pass{ID: ch.ID, Secret: attempt.Secret, Subject: attempt.Subject}
	if pass.Secret == "" {
		pass.Secret = s.randomText()
	}
	var kept Record
	err := s.ledger.Update(ctx, ch, func(r *Record) error {
		if err := r.Answer(now, ch, site.Rules, right, pass, attempt.Details); err != nil {
			return err
		}
		kept = *r
		return nil
	})
	if err != nil {
		return ch, Pass{}, keeping(err, "keep answer")
	}
	if !right {
		return ch, Pass{}, Refuse(Wrong, "the answer is not right")
	}
	if attempt.HidesID {
		err = s.keepAlias(ctx, ch, pass, kept.ForgetAt)
	}
	return ch, pass, err
}

// open finds the Challenge that was issued for the site, if its kind can still
// be judged. One from the future was sealed by nobody; a minute is left for
// replicas whose clocks differ.
func (s *Service) open(site *Site, id ID, now time.Time) (Challenge, Seed, bool) {
	ch, seed, ok := s.keys.Open(id, site.Tag())
	if !ok || s.makers[ch.Kind] == nil || ch.IssuedAt.After(now.Add(time.Minute)) {
		return Challenge{}, Seed{}, false
	}
	return ch, seed, true
}

// keepAlias keeps the way from the secret to the Challenge. It comes after the
// Answer is kept: should it fail, the visitor has to start again, but no Pass
// can come of an Answer that was refused.
func (s *Service) keepAlias(ctx context.Context, ch Challenge, pass Pass, forgetAt time.Time) error {
	alias := ch
	alias.ID = pass.alias()
	err := s.ledger.Update(ctx, alias, func(r *Record) error {
		*r = Record{AliasOf: ch.ID, ForgetAt: forgetAt}
		return nil
	})
	return keeping(err, "keep alias of pass")
}

// Redeem takes a Pass that a backend gives back, and tells what is known of its
// Challenge. It uses the Pass up, unless the Site's Passes are reusable. Any
// refusal leaves the Pass as good as it was.
func (s *Service) Redeem(ctx context.Context, site *Site, pass Pass) (Challenge, Record, error) {
	return s.redeem(ctx, site, pass, !site.Rules.Reusable)
}

// Spend is Redeem for those who want the Pass used up, reusable or not.
func (s *Service) Spend(ctx context.Context, site *Site, pass Pass) (Challenge, Record, error) {
	return s.redeem(ctx, site, pass, true)
}

// Check is Redeem for those who only want to know whether the Pass is good now.
func (s *Service) Check(ctx context.Context, site *Site, pass Pass) (Challenge, Record, error) {
	return s.redeem(ctx, site, pass, false)
}

func (s *Service) redeem(ctx context.Context, site *Site, pass Pass, useUp bool) (Challenge, Record, error) {
	now := s.now()
	ch, err := s.passed(ctx, site, pass, now)
	var record Record
	if err == nil && useUp {
		record, err = s.useUp(ctx, site, ch, pass, now)
	} else if err == nil {
		record, err = s.look(ctx, site, ch, pass, now)
	}
	step := Redeemed
	if !useUp {
		step = Checked
	}
	s.tell(ctx, Event{Step: step, Kind: ch.Kind, ID: ch.ID}, site, err)
	return ch, record, err
}

// passed finds the Challenge that a Pass is for.
func (s *Service) passed(ctx context.Context, site *Site, pass Pass, now time.Time) (Challenge, error) {
	if pass.ID == (ID{}) {
		alias, err := s.ledger.Record(ctx, pass.alias())
		if err != nil {
			return Challenge{}, keeping(err, "find alias of pass")
		}
		pass.ID = alias.AliasOf
	}
	ch, _, ok := s.open(site, pass.ID, now)
	if !ok {
		return Challenge{}, Refuse(Unknown, "no such pass was given")
	}
	return ch, nil
}

func (s *Service) useUp(ctx context.Context, site *Site, ch Challenge, pass Pass, now time.Time) (redeemed Record, err error) {
	err = s.ledger.Update(ctx, ch, func(r *Record) error {
		if err := r.Redeem(now, site.Rules, pass); err != nil {
			return err
		}
		redeemed = *r
		return nil
	})
	return redeemed, keeping(err, "keep redemption")
}

func (s *Service) look(ctx context.Context, site *Site, ch Challenge, pass Pass, now time.Time) (Record, error) {
	record, err := s.ledger.Record(ctx, ch.ID)
	if err != nil {
		return Record{}, keeping(err, "read record")
	}
	if err := record.Check(now, site.Rules, pass); err != nil {
		return Record{}, err
	}
	return record, nil
}

// Sweep forgets what is due, and again after each interval, until ctx ends.
// Failures are told to report; the next round may do better.
func (s *Service) Sweep(ctx context.Context, interval time.Duration, report func(error)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		for ctx.Err() == nil {
			forgotten, err := s.ledger.Forget(ctx, s.now())
			if err != nil {
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
	e.Address = s.keys.HashAddress(addressFrom(ctx))
	if e.Code = CodeOf(err); e.Code == Internal {
		e.Err = err
	}
	s.observe(ctx, e)
}

func (s *Service) randomText() string {
	secret := make([]byte, 32)
	mustRead(s.random, secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// keeping says what the ledger failed at. A refusal is passed on as it is.
func keeping(err error, doing string) error {
	if err == nil || CodeOf(err) != Internal {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
