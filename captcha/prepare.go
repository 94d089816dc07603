package captcha

import (
	"context"
	"time"
)

const (
	// prepareLead is how long before an epoch begins its things are made. Before that
	// they would only take memory.
	prepareLead = 2 * time.Minute
	// preparePace is how long to rest between two things that are made for the
	// next epoch: there is time enough, and who is being served comes first.
	preparePace = 200 * time.Millisecond
	// prepareAgain is how long to wait when everything is in stock.
	prepareAgain = 10 * time.Second
)

// Prepare keeps in stock what puzzles of the present epoch and of the next one have
// in common, until ctx ends. Without it such things are made when a puzzle needs
// them, and its visitor waits.
func (s *Service) Prepare(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := s.now()
		switch {
		case s.prepare(s.Keys().Epoch(now)):
			timer.Reset(0)
		case s.prepare(s.Keys().Epoch(now.Add(prepareLead))):
			timer.Reset(preparePace)
		default:
			timer.Reset(prepareAgain)
		}
	}
}

// prepare has each Maker make one thing that is missing, and tells whether there
// may be more to make.
func (s *Service) prepare(epoch Epoch) (more bool) {
	for _, maker := range s.makers {
		if preparer, ok := maker.(Preparer); ok && preparer.Prepare(epoch) {
			more = true
		}
	}
	return more
}

// InStock is how many things of the epoch of that time the Makers have made ahead,
// and how many there will be.
func (s *Service) InStock(at time.Time) (made, of int) {
	epoch := s.Keys().Epoch(at)
	for _, maker := range s.makers {
		if stocker, ok := maker.(Stocker); ok {
			has, wants := stocker.InStock(epoch)
			made, of = made+has, of+wants
		}
	}
	return made, of
}
