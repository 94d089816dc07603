package postgres

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
)

// changeTimeout is how long changing Sites or keys may take.
const changeTimeout = 10 * time.Second

// change has Sites or keys changed in a transaction of their own. An error of do undoes
// it.
func (s *Store) change(ctx context.Context, do func(tx *gorm.DB) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// Whoever asked is to know the outcome.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), changeTimeout)
	defer cancel()
	return s.gorm.WithContext(ctx).Transaction(do)
}

// isText tells whether PostgreSQL takes this as a text. No Site has another key.
func isText(key string) bool { return utf8.ValidString(key) && !strings.Contains(key, "\x00") }

// Site finds the Site with that key, or fails with [captcha.ErrNoSite].
func (s *Store) Site(ctx context.Context, key string) (*captcha.Site, error) {
	if !isText(key) {
		return nil, captcha.ErrNoSite
	}
	ctx, cancel := context.WithTimeout(ctx, cas.Patience)
	defer cancel()
	return s.directory.Site(ctx, key)
}

// Sites lists all Sites, ordered by key.
func (s *Store) Sites(ctx context.Context) ([]*captcha.Site, error) {
	ctx, cancel := context.WithTimeout(ctx, cas.Patience)
	defer cancel()
	return s.directory.Sites(ctx)
}

// SaveSite keeps a new Site or a changed one, or fails with [captcha.ErrTagTaken].
func (s *Store) SaveSite(ctx context.Context, site *captcha.Site) error {
	return s.directory.SaveSite(ctx, site)
}

// DeleteSite drops the Site, or fails with [captcha.ErrNoSite].
func (s *Store) DeleteSite(ctx context.Context, key string) error {
	if !isText(key) {
		return captcha.ErrNoSite
	}
	return s.directory.DeleteSite(ctx, key)
}

// Keys lists the keys for one purpose, oldest first, of the same age by ID.
func (s *Store) Keys(ctx context.Context, purpose string) ([]captcha.Key, error) {
	ctx, cancel := context.WithTimeout(ctx, cas.Patience)
	defer cancel()
	return s.directory.Keys(ctx, purpose)
}

// AddKey keeps a new key. It fails if there is one with this ID already.
func (s *Store) AddKey(ctx context.Context, key captcha.Key) error {
	return s.directory.AddKey(ctx, key)
}

// SaveKey changes a key, or fails with [captcha.ErrNoKey].
func (s *Store) SaveKey(ctx context.Context, key captcha.Key) error {
	if !isText(key.ID) {
		return captcha.ErrNoKey
	}
	return s.directory.SaveKey(ctx, key)
}

// RemoveKey drops a key, or fails with [captcha.ErrNoKey].
func (s *Store) RemoveKey(ctx context.Context, id string) error {
	if !isText(id) {
		return captcha.ErrNoKey
	}
	return s.directory.RemoveKey(ctx, id)
}
