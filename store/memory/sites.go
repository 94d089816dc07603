package memory

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/captchad/captchad/captcha"
)

// Site finds the Site with that key, or fails with [captcha.ErrNoSite].
func (s *Store) Site(ctx context.Context, key string) (*captcha.Site, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	site, ok := s.sites[key]
	if !ok {
		return nil, captcha.ErrNoSite
	}
	return cloneSite(site), nil
}

// Sites lists all Sites, ordered by key.
func (s *Store) Sites(ctx context.Context) ([]*captcha.Site, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var sites []*captcha.Site
	for _, key := range slices.Sorted(maps.Keys(s.sites)) {
		sites = append(sites, cloneSite(s.sites[key]))
	}
	return sites, nil
}

// SaveSite keeps a new Site or a changed one, or fails with
// [captcha.ErrTagTaken].
func (s *Store) SaveSite(ctx context.Context, site *captcha.Site) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, other := range s.sites {
		if key != site.Key && other.Tag() == site.Tag() {
			return captcha.ErrTagTaken
		}
	}
	s.sites[site.Key] = cloneSite(site)
	return nil
}

// DeleteSite drops the Site, or fails with [captcha.ErrNoSite].
func (s *Store) DeleteSite(ctx context.Context, key string) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.sites[key]; !ok {
		return captcha.ErrNoSite
	}
	delete(s.sites, key)
	return nil
}

// Keys lists the keys for one purpose, oldest first.
func (s *Store) Keys(ctx context.Context, purpose string) ([]captcha.Key, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var keys []captcha.Key
	for _, key := range s.keys {
		if key.Purpose == purpose {
			keys = append(keys, cloneKey(key))
		}
	}
	return keys, nil
}

// AddKey keeps a new key. It fails if there is one with this ID already.
func (s *Store) AddKey(ctx context.Context, key captcha.Key) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.keys, func(k captcha.Key) bool { return k.ID == key.ID }) {
		return fmt.Errorf("there is a key %q already", key.ID)
	}
	s.keys = append(s.keys, cloneKey(key))
	s.sortKeys()
	return nil
}

// SaveKey changes a key, or fails with [captcha.ErrNoKey].
func (s *Store) SaveKey(ctx context.Context, key captcha.Key) error {
	return s.withKey(ctx, key.ID, func(i int) {
		s.keys[i] = cloneKey(key)
		s.sortKeys()
	})
}

// RemoveKey drops a key, or fails with [captcha.ErrNoKey].
func (s *Store) RemoveKey(ctx context.Context, id string) error {
	return s.withKey(ctx, id, func(i int) { s.keys = slices.Delete(s.keys, i, i+1) })
}

// withKey finds the place of a key.
func (s *Store) withKey(ctx context.Context, id string, do func(i int)) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.keys, func(k captcha.Key) bool { return k.ID == id })
	if i < 0 {
		return captcha.ErrNoKey
	}
	do(i)
	return nil
}

// sortKeys puts keys as old as each other in the order of their IDs, so that all who
// read them see the same first one.
func (s *Store) sortKeys() {
	slices.SortFunc(s.keys, func(a, b captcha.Key) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
}

func cloneSite(site *captcha.Site) *captcha.Site {
	copied := *site
	copied.Secrets = slices.Clone(site.Secrets)
	copied.Hosts = slices.Clone(site.Hosts)
	copied.Settings = maps.Clone(site.Settings)
	return &copied
}

func cloneKey(key captcha.Key) captcha.Key {
	key.Secret = bytes.Clone(key.Secret)
	return key
}
