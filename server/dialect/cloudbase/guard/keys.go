package guard

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"sync"
	"time"
)

const (
	fresh   = 10 * time.Minute // how long keys are used before they are fetched again
	retry   = time.Second      // how long to wait after a failure while there are none, so that requests do not queue for it
	pause   = time.Minute      // how long to wait before fetching again for a kid that nobody knows
	maxKeys = 1 << 20          // bytes
	minBits = 2048
)

// keySet is the published keys, fetched when they are needed.
type keySet struct {
	url    string
	client *http.Client
	now    func() time.Time

	flight sync.Mutex // held while fetching, so that many requests fetch once

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey
	tried   time.Time // when they were fetched last, or failed to be
	failure error     // of that try
}

// fetchError is a failure to get the keys. It says nothing about the token.
type fetchError struct{ error }

// Unwrap is what failed.
func (e *fetchError) Unwrap() error { return e.error }

var errUnknownKey = errors.New("no published key has this kid")

// find finds a key by its kid. A kid that is not known may belong to a key that is
// newer than what we have; but strangers write tokens too, so we ask for it once
// a minute at the most, and who has a known one does not wait for that. While
// captchad is away the keys that we have go on being good.
func (s *keySet) find(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	key, failure, due := s.look(kid)
	if due {
		if key == nil {
			s.flight.Lock()
		} else if !s.flight.TryLock() {
			return key, nil
		}
		defer s.flight.Unlock()
		if _, _, due = s.look(kid); due { // nobody has fetched while we waited
			s.refresh(ctx)
		}
		key, failure, _ = s.look(kid)
	}
	switch {
	case key != nil:
		return key, nil
	case failure != nil:
		return nil, &fetchError{failure}
	}
	return nil, errUnknownKey
}

// look tells what is known now, and whether it is time to ask again.
func (s *keySet) look(kid string) (key *rsa.PublicKey, failure error, due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key = s.keys[kid]
	age := s.now().Sub(s.tried)
	due = s.tried.IsZero() || age < 0 || age >= fresh || key == nil && age >= pause || s.keys == nil && age >= retry
	return key, s.failure, due
}

func (s *keySet) refresh(ctx context.Context) {
	keys, err := s.fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tried, s.failure = s.now(), err; err == nil {
		s.keys = keys
	}
}

func (s *keySet) fetch(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	// Another request's client may hang up; the keys are for all.
	ctx = context.WithoutCancel(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("keys: %s answers %s", s.url, response.Status)
	}
	keys, err := parseKeys(io.LimitReader(response.Body, maxKeys))
	if err != nil {
		return nil, fmt.Errorf("keys: %s: %w", s.url, err)
	}
	return keys, nil
}

// parseKeys reads a key set (RFC 7517) and keeps the RSA keys that sign.
func parseKeys(body io.Reader) (map[string]*rsa.PublicKey, error) {
	var set struct {
		Keys []struct{ Kid, Kty, Use, N, E string }
	}
	if err := json.NewDecoder(body).Decode(&set); err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(k.N)
		e, errE := base64.RawURLEncoding.DecodeString(k.E)
		if k.Kty != "RSA" || k.Use != "" && k.Use != "sig" || k.Kid == "" || errN != nil || errE != nil || len(e) > 4 {
			continue // a key of another sort is nobody's fault
		}
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		if key.N.BitLen() >= minBits {
			keys[k.Kid] = key
		}
	}
	if len(keys) == 0 { // a wrong URL, or a page that says that all is well
		return nil, errors.New("no RSA key that signs")
	}
	return keys, nil
}
