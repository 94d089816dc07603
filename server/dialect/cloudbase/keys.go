package cloudbase

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// KeyPurpose is the purpose of the keys that sign captcha_tokens: RSA, in PKCS #8.
const KeyPurpose = "cloudbase"

const (
	keyBits = 2048
	// announced is how long a new key is published before it signs. Verifiers
	// keep a key set for ten minutes, as our own answer allows.
	announced = 15 * time.Minute
	// kept is how long a key stays published after its last signature.
	kept = maxPassLifetime + leeway
	// reread is how often the store is asked for keys that another process made.
	reread = 5 * time.Second
)

// NewKey makes a key that signs captcha_tokens. Added to the store it takes over
// by itself: nothing says when but its age.
func NewKey(now time.Time) (captcha.Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return captcha.Key{}, fmt.Errorf("make RSA key: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return captcha.Key{}, fmt.Errorf("encode RSA key: %w", err)
	}
	return captcha.Key{ID: thumbprint(&private.PublicKey), Purpose: KeyPurpose, Secret: secret, CreatedAt: now}, nil
}

// signingKey is a key with the time in which it signs.
type signingKey struct {
	id      string // RFC 7638
	private *rsa.PrivateKey
	signs   time.Time // from then on
	ends    time.Time // when the next one takes over; zero: there is none
}

// keys are the signing keys in the store. The first is made when it is needed.
type keys struct {
	deps dialect.Deps

	mu     sync.Mutex
	read   time.Time
	sorted []signingKey // oldest first
}

// Prepare makes the first key and refuses keys that are no good, so that a server
// does not start with them.
func (d Dialect) Prepare(ctx context.Context) error {
	_, err := d.keys.signing(ctx)
	return err
}

// signing is the key that signs now.
func (k *keys) signing(ctx context.Context) (signingKey, error) {
	published, err := k.published(ctx)
	if err != nil {
		return signingKey{}, err
	}
	return published[0], nil
}

// published are the keys by which a token may be signed now, or may have been:
// first the one that signs, then the others, oldest first.
func (k *keys) published(ctx context.Context) ([]signingKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.deps.Core.Now()
	if err := k.load(ctx, now); err != nil {
		return nil, err
	}
	var first signingKey
	var others []signingKey
	for i, key := range k.sorted {
		over := !key.ends.IsZero() && !now.Before(key.ends)
		switch {
		case !over && (i == 0 || !now.Before(key.signs)):
			first = key
		case !over || now.Before(key.ends.Add(kept)):
			others = append(others, key)
		}
	}
	return append([]signingKey{first}, others...), nil
}

// load reads the keys from the store, unless it did so a moment ago.
func (k *keys) load(ctx context.Context, now time.Time) error {
	if len(k.sorted) > 0 && now.Before(k.read.Add(reread)) && !now.Before(k.read) {
		return nil
	}
	stored, err := k.deps.Keys.Keys(ctx, KeyPurpose)
	if err == nil && len(stored) == 0 {
		stored, err = k.first(ctx, now)
	}
	if err != nil {
		return fmt.Errorf("read the keys of captcha_tokens: %w", err)
	}
	sorted, err := schedule(stored)
	if err != nil {
		return err
	}
	k.sorted, k.read = sorted, now
	return nil
}

// first makes the first key. Replicas that start together may make one each; then
// the older signs until the other is announced.
func (k *keys) first(ctx context.Context, now time.Time) ([]captcha.Key, error) {
	key, err := NewKey(now)
	if err != nil {
		return nil, err
	}
	if err := k.deps.Keys.AddKey(ctx, key); err != nil {
		return nil, err
	}
	return k.deps.Keys.Keys(ctx, KeyPurpose)
}

// schedule says when each key signs, by nothing but their ages: so all replicas
// agree without talking.
func schedule(stored []captcha.Key) ([]signingKey, error) {
	var sorted []signingKey
	for i, key := range stored {
		private, err := parseKey(key.Secret)
		if err != nil {
			return nil, fmt.Errorf("key %s of captcha_tokens: %w", key.ID, err)
		}
		signs := key.CreatedAt
		if i > 0 {
			signs = signs.Add(announced)
			sorted[i-1].ends = signs
		}
		sorted = append(sorted, signingKey{id: thumbprint(&private.PublicKey), private: private, signs: signs})
	}
	return sorted, nil
}

func parseKey(secret []byte) (*rsa.PrivateKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(secret)
	if err != nil {
		return nil, err
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("it is no RSA key")
	}
	if private.N.BitLen() < keyBits {
		return nil, fmt.Errorf("it has %d bits, want %d", private.N.BitLen(), keyBits)
	}
	return private, nil
}

// publicKey is a key in the form of RFC 7517.
type publicKey struct {
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	Alg string `json:"alg"`
	Use string `json:"use"`
	N   string `json:"n"`
	E   string `json:"e"`
}

func newPublicKey(key signingKey) publicKey {
	n, e := encode(&key.private.PublicKey)
	return publicKey{Kid: key.id, Kty: "RSA", Alg: "RS256", Use: "sig", N: n, E: e}
}

// thumbprint names a key after itself (RFC 7638).
func thumbprint(key *rsa.PublicKey) string {
	n, e := encode(key)
	digest := sha256.Sum256([]byte(`{"e":"` + e + `","kty":"RSA","n":"` + n + `"}`))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}

func encode(key *rsa.PublicKey) (n, e string) {
	return base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())
}
