package demo

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/captchad/captchad/captcha"
)

// Sites tells which Sites there are.
type Sites interface {
	Now() time.Time
	Sites(ctx context.Context, dialect string) ([]*captcha.Site, error)
}

// credentials are what an app's backend has of its Site.
type credentials struct{ key, secretID, secret string }

// hidden stands for a secret in what is shown.
const hidden = "********"

// shown is the same without the secret.
func (c credentials) shown() credentials { return credentials{c.key, c.secretID, hidden} }

// credentials are those of the first Site of that vendor that is of use; ok is
// false if there is none.
func (s *site) credentials(ctx context.Context, dialect string) (found credentials, ok bool, err error) {
	sites, err := s.Sites.Sites(ctx, dialect)
	if err != nil {
		return credentials{}, false, fmt.Errorf("list the sites of %s: %w", dialect, err)
	}
	now := s.Sites.Now()
	for _, candidate := range sites {
		if candidate.Disabled {
			continue
		}
		for _, secret := range candidate.Secrets {
			if secret.Value != "" && secret.Live(now) {
				return credentials{candidate.Key, cmp.Or(secret.ID, candidate.Key), secret.Value}, true, nil
			}
		}
	}
	return credentials{}, false, nil
}
