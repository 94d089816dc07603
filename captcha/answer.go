package captcha

import (
	"context"
	"encoding/base64"
	"time"
)

// Attempt is one visitor's Answer, with what the Pass shall be if it is right.
type Attempt struct {
	ID     ID
	Kind   Kind // what the Answer is for; one to another kind is wrong. Zero: any
	Answer Answer
	// Or is a second way to read what the visitor gave, where a vendor's clients
	// differ in how they write it: right if either is. The zero Answer: there is none.
	Or Answer

	Subject string            // whom to bind the Pass to; may be empty
	Details map[string]string // what a redemption shall tell
	Track   []Move            // how the pointer went; may be empty, and decides nothing

	// Secret is the Pass's secret where the vendor's protocol fixes it; it must
	// be different for every Challenge. Empty: 256 random bits, as base64url.
	Secret string
	// HidesID tells that the vendor's Pass does not show the ID. Then the Pass
	// is found by its Secret, and its ID is given as zero to Redeem.
	HidesID bool
}

// Move is where the pointer was at a time while the visitor gave an Answer.
type Move struct {
	At   time.Duration // since the first Move
	X, Y float64       // in pixels of the picture
}

// errNotIssued refuses an ID that was never issued for the Site.
var errNotIssued = Refuse(Unknown, "no such challenge was issued")

// Answer judges an attempt and gives the Pass if it is right. A wrong one is
// refused with Wrong and has used up an attempt; every other refusal has used
// up nothing.
func (s *Service) Answer(ctx context.Context, site *Site, attempt Attempt) (Pass, error) {
	ch, pass, err := s.answer(ctx, site, attempt)
	s.tell(ctx, Event{Step: Answered, Kind: ch.Kind, ID: ch.ID, Track: attempt.Track}, site, err)
	return pass, err
}

func (s *Service) answer(ctx context.Context, site *Site, attempt Attempt) (Challenge, Pass, error) {
	now := s.now()
	ch, seed, ok := s.open(site, attempt.ID, now)
	if !ok {
		return ch, Pass{}, errNotIssued
	}
	accepts := func(given Answer) bool { return s.makers[ch.Kind].Accepts(seed, site.Settings, given) }
	right := (attempt.Kind == 0 || attempt.Kind == ch.Kind) && (accepts(attempt.Answer) || accepts(attempt.Or))
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

// ClockSkew is how far the clocks of replicas may differ.
const ClockSkew = 2 * time.Second

// open finds the Challenge that was issued for the site, if its kind can still
// be judged. One from the future was sealed by nobody, but for replicas whose
// clocks differ.
func (s *Service) open(site *Site, id ID, now time.Time) (Challenge, Seed, bool) {
	ch, seed, ok := s.Keys().Open(id, site.Tag())
	if !ok || s.makers[ch.Kind] == nil || ch.IssuedAt.After(now.Add(ClockSkew)) {
		return Challenge{}, Seed{}, false
	}
	return ch, seed, true
}

// keepAlias keeps the way from the secret to the Challenge. It comes after the
// Answer is kept: should it fail, the visitor has to start again, but no Pass
// can come of an Answer that was refused.
func (s *Service) keepAlias(ctx context.Context, ch Challenge, pass Pass, forgetAt time.Time) error {
	err := s.ledger.Update(ctx, pass.alias(), func(r *Record) error {
		*r = Record{AliasOf: ch.ID, ForgetAt: forgetAt}
		return nil
	})
	return keeping(err, "keep alias of pass")
}

func (s *Service) randomText() string {
	secret := make([]byte, 32)
	mustRead(s.random, secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}
