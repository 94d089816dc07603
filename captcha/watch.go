package captcha

import (
	"context"
	"fmt"
	"time"
)

// WatchKeys has the Service use the sealing keys that are in the store, and look
// again after each interval, until ctx ends. The interval has to be shorter than the
// ten seconds for which a new key is announced. Failures are told to report; then the
// keys stay those that they were.
func (s *Service) WatchKeys(ctx context.Context, store KeyStore, interval time.Duration, report func(error)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := s.rereadKeys(ctx, store); err != nil && ctx.Err() == nil {
			report(fmt.Errorf("read sealing keys: %w", err))
		}
	}
}

func (s *Service) rereadKeys(ctx context.Context, store KeyStore) error {
	keys, err := store.Keys(ctx, SealPurpose)
	if err != nil {
		return err
	}
	ring, err := NewKeyring(keys)
	if err != nil {
		return err
	}
	s.keys.Store(ring)
	return nil
}
