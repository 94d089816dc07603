package captcha

import (
	"context"
	"fmt"
	"time"
)

// Issue makes a Challenge and draws its Puzzle. Nothing is stored.
func (s *Service) Issue(ctx context.Context, site *Site, kind Kind) (Challenge, *Puzzle, error) {
	ch, puzzle, err := s.issue(site, kind)
	s.tell(ctx, Event{Step: Issued, Kind: kind, ID: ch.ID}, site, err)
	return ch, puzzle, err
}

// IssueUndrawn is Issue for vendors whose page asks for the ID first and for the
// Puzzle afterwards, with [Service.Draw].
func (s *Service) IssueUndrawn(ctx context.Context, site *Site, kind Kind) (Challenge, error) {
	var ch Challenge
	_, err := s.maker(kind)
	if err == nil {
		ch = s.NewChallenge(site, kind)
	}
	s.tell(ctx, Event{Step: Issued, Kind: kind, ID: ch.ID}, site, err)
	return ch, err
}

// NewChallenge makes a Challenge without drawing its Puzzle or telling anybody.
func (s *Service) NewChallenge(site *Site, kind Kind) Challenge {
	ch := Challenge{SiteTag: site.Tag(), Kind: kind, IssuedAt: s.now().Truncate(time.Second).UTC()}
	ch.ID = s.Keys().Seal(ch, s.random)
	return ch
}

// Challenge finds one that was issued for the Site, whatever has become of it.
// It refuses with Unknown.
func (s *Service) Challenge(site *Site, id ID) (Challenge, error) {
	ch, _, ok := s.open(site, id, s.now())
	if !ok {
		return Challenge{}, errNotIssued
	}
	return ch, nil
}

// Draw draws the Puzzle of a Challenge that was issued before. It refuses, as an
// Answer would be refused, a Challenge that can no longer be answered; and with
// Invalid a recording: each would have other noise around the same digits.
func (s *Service) Draw(ctx context.Context, site *Site, id ID) (Challenge, *Puzzle, error) {
	now := s.now()
	ch, seed, ok := s.open(site, id, now)
	if !ok {
		return Challenge{}, nil, errNotIssued
	}
	if ch.Kind == KindAudio {
		return ch, nil, Refuse(Invalid, "a recording is handed out once")
	}
	record, err := s.ledger.Record(ctx, ch)
	if err != nil {
		return ch, nil, keeping(err, "read record")
	}
	if err := record.answerable(now, ch, site.Rules); err != nil {
		return ch, nil, err
	}
	puzzle, err := s.draw(site, ch, seed)
	return ch, puzzle, err
}

func (s *Service) issue(site *Site, kind Kind) (Challenge, *Puzzle, error) {
	if _, err := s.maker(kind); err != nil {
		return Challenge{}, nil, err
	}
	ch := s.NewChallenge(site, kind)
	_, seed, _ := s.Keys().Open(ch.ID, ch.SiteTag)
	puzzle, err := s.draw(site, ch, seed)
	return ch, puzzle, err
}

func (s *Service) draw(site *Site, ch Challenge, seed Seed) (*Puzzle, error) {
	puzzle, err := s.makers[ch.Kind].Draw(seed, site.Settings)
	if err != nil {
		return nil, fmt.Errorf("draw %v: %w", ch.Kind, err)
	}
	return puzzle, nil
}

func (s *Service) maker(kind Kind) (Maker, error) {
	maker, ok := s.makers[kind]
	if !ok {
		return nil, Refuse(Invalid, fmt.Sprintf("no maker for the kind of puzzle: %v", kind))
	}
	return maker, nil
}
