// Package sealed encrypts the secrets in a store: those of Sites, and the server's
// own keys. Who reads the database, its disk or a backup of it then learns neither,
// as long as the master key is kept elsewhere. It does not help against who can read
// the memory of a server, or its configuration.
//
// It stands in front of a store. What was kept before there was a master key is
// still read, and encrypted when it is saved the next time; [Reseal] does that with
// all there is.
package sealed

import (
	"context"
	"fmt"

	"github.com/captchad/captchad/captcha"
)

// SiteStore is one that encrypts the secrets of Sites.
type SiteStore struct {
	captcha.SiteStore
	Master *MasterKeys
}

// KeyStore is one that encrypts the secrets of keys.
type KeyStore struct {
	captcha.KeyStore
	Master *MasterKeys
}

var (
	_ captcha.SiteStore = SiteStore{}
	_ captcha.KeyStore  = KeyStore{}
)

// Site finds the Site with that key, or fails with [captcha.ErrNoSite].
func (s SiteStore) Site(ctx context.Context, key string) (*captcha.Site, error) {
	site, err := s.SiteStore.Site(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := s.open(site); err != nil {
		return nil, err
	}
	return site, nil
}

// Sites lists all Sites, ordered by key.
func (s SiteStore) Sites(ctx context.Context) ([]*captcha.Site, error) {
	sites, err := s.SiteStore.Sites(ctx)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		if err := s.open(site); err != nil {
			return nil, err
		}
	}
	return sites, nil
}

func (s SiteStore) open(site *captcha.Site) (err error) {
	for i, secret := range site.Secrets {
		if site.Secrets[i].Value, err = s.Master.openText(secret.Value, secretName(site, secret)); err != nil {
			return fmt.Errorf("secret of site %s: %w", site.Key, err)
		}
	}
	return nil
}

// SaveSite keeps a new Site or a changed one, or fails with [captcha.ErrTagTaken].
func (s SiteStore) SaveSite(ctx context.Context, site *captcha.Site) error {
	kept := site.Clone()
	for i, secret := range kept.Secrets {
		kept.Secrets[i].Value = s.Master.sealText(secret.Value, secretName(site, secret))
	}
	return s.SiteStore.SaveSite(ctx, kept)
}

// secretName is what a Site's secret belongs to. Of a Site's several secrets one
// may take the place of another: it is the app's to say which it uses.
func secretName(site *captcha.Site, secret captcha.Secret) string {
	return "site\x00" + site.Key + "\x00" + secret.ID
}

// Keys lists the keys for one purpose, oldest first.
func (k KeyStore) Keys(ctx context.Context, purpose string) ([]captcha.Key, error) {
	keys, err := k.KeyStore.Keys(ctx, purpose)
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		if keys[i].Secret, err = k.Master.open(key.Secret, keyName(key)); err != nil {
			return nil, fmt.Errorf("key %s: %w", key.ID, err)
		}
	}
	return keys, nil
}

// AddKey keeps a new key, and fails if there is one with its ID.
func (k KeyStore) AddKey(ctx context.Context, key captcha.Key) error {
	key.Secret = k.Master.seal(key.Secret, keyName(key))
	return k.KeyStore.AddKey(ctx, key)
}

// SaveKey changes a key, and fails if there is none with its ID.
func (k KeyStore) SaveKey(ctx context.Context, key captcha.Key) error {
	key.Secret = k.Master.seal(key.Secret, keyName(key))
	return k.KeyStore.SaveKey(ctx, key)
}

func keyName(key captcha.Key) string { return "key\x00" + key.Purpose + "\x00" + key.ID }

// Check fails if there is something in the store that the master keys do not open. Who
// goes on without them would keep new secrets in clear beside encrypted ones.
func Check(ctx context.Context, sites captcha.SiteStore, keys captcha.KeyStore, purposes ...string) error {
	if _, err := sites.Sites(ctx); err != nil {
		return err
	}
	for _, purpose := range purposes {
		if _, err := keys.Keys(ctx, purpose); err != nil {
			return err
		}
	}
	return nil
}

// Reseal saves all Sites and the keys for these purposes again: so their secrets are
// encrypted under the first master key, whatever they were kept under. It tells how
// many there were of each.
func Reseal(ctx context.Context, sites captcha.SiteStore, keys captcha.KeyStore, purposes ...string) (siteCount, keyCount int, err error) {
	all, err := sites.Sites(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, site := range all {
		if err := sites.SaveSite(ctx, site); err != nil {
			return siteCount, 0, fmt.Errorf("site %s: %w", site.Key, err)
		}
		siteCount++
	}
	for _, purpose := range purposes {
		found, err := keys.Keys(ctx, purpose)
		if err != nil {
			return siteCount, keyCount, err
		}
		for _, key := range found {
			if err := keys.SaveKey(ctx, key); err != nil {
				return siteCount, keyCount, fmt.Errorf("key %s: %w", key.ID, err)
			}
			keyCount++
		}
	}
	return siteCount, keyCount, nil
}
