package captcha

import (
	"context"
	"time"
)

// Redeem takes a Pass that a backend gives back, and tells what is known of its
// Challenge. It uses the Pass up, unless the Site's Passes are reusable. Any
// refusal leaves the Pass as good as it was. Used and Expired come with what is
// known too: whoever hears them has brought the right Pass.
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
		err := r.Redeem(now, site.Rules, pass)
		redeemed = *r
		return err
	})
	return known(redeemed, err), keeping(err, "keep redemption")
}

func (s *Service) look(ctx context.Context, site *Site, ch Challenge, pass Pass, now time.Time) (Record, error) {
	record, err := s.ledger.Record(ctx, ch)
	if err != nil {
		return Record{}, keeping(err, "read record")
	}
	err = record.Check(now, site.Rules, pass)
	return known(record, err), err
}

// known is as much of the Record as the outcome lets its caller know.
func known(record Record, outcome error) Record {
	switch CodeOf(outcome) {
	case "", Used, Expired:
		return record
	}
	return Record{}
}
