package captcha

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"
)

// Key is a secret of the server itself. It lives in the database, so that it
// survives restarts and all replicas share it.
type Key struct {
	ID        string // public name
	Purpose   string // what it is for, such as [SealPurpose]
	Secret    []byte
	CreatedAt time.Time
	RetiredAt time.Time // from then on no longer used for new things; zero: in use
}

// LogValue keeps the secret out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.ID) }

// KeyStore keeps Keys.
type KeyStore interface {
	// Keys lists the keys for one purpose, oldest first; of the same age by ID.
	Keys(ctx context.Context, purpose string) ([]Key, error)
	// AddKey keeps a new key, and fails if there is one with its ID.
	AddKey(ctx context.Context, key Key) error
	// SaveKey changes a key, or fails with ErrNoKey.
	SaveKey(ctx context.Context, key Key) error
	// RemoveKey drops a key, or fails with ErrNoKey. What hangs on it ends.
	RemoveKey(ctx context.Context, id string) error
}

// ErrNoKey is what a [KeyStore] fails with where there is no such key.
var ErrNoKey = errors.New("no key has this ID")

// SealPurpose is the purpose of the keys that seal IDs: 32 random bytes each.
const SealPurpose = "seal"

// Keyring seals and opens IDs, and derives what else hangs on the same keys.
// It is immutable.
type Keyring struct{ keys []sealKey } // the one that seals first

type sealKey struct {
	block   cipher.Block
	seed    secret
	address secret
	epoch   secret
}

// LoadKeyring makes the Keyring of the keys in store, and makes the first key
// where there is none.
func LoadKeyring(ctx context.Context, store KeyStore, random io.Reader, now time.Time) (*Keyring, error) {
	keys, err := store.Keys(ctx, SealPurpose)
	if err == nil && len(keys) == 0 {
		keys, err = firstKey(ctx, store, random, now)
	}
	if err != nil {
		return nil, fmt.Errorf("read sealing keys: %w", err)
	}
	return NewKeyring(keys)
}

// firstKey makes the first key. Its ID is the same on every replica, so that of
// several that start together one makes it, and the others are refused and find
// it there.
func firstKey(ctx context.Context, store KeyStore, random io.Reader, now time.Time) ([]Key, error) {
	secret := make([]byte, 32)
	mustRead(random, secret)
	refused := store.AddKey(ctx, Key{ID: "seal-1", Purpose: SealPurpose, Secret: secret, CreatedAt: now})
	keys, err := store.Keys(ctx, SealPurpose)
	if err == nil && len(keys) == 0 {
		err = refused
	}
	return keys, err
}

// NewKeyring makes a Keyring that seals with the first of the keys that is not
// retired, and opens with all of them.
func NewKeyring(keys []Key) (*Keyring, error) {
	live := slices.IndexFunc(keys, func(k Key) bool { return k.RetiredAt.IsZero() })
	if live < 0 {
		return nil, errors.New("no sealing key is in use")
	}
	ring := &Keyring{}
	for _, key := range slices.Concat(keys[live:live+1], keys[:live], keys[live+1:]) {
		if len(key.Secret) < 32 {
			return nil, fmt.Errorf("sealing key %s is shorter than 32 bytes", key.ID)
		}
		block, err := aes.NewCipher(derive(key.Secret, "seal")[:16])
		if err != nil {
			return nil, fmt.Errorf("sealing key %s: %w", key.ID, err)
		}
		ring.keys = append(ring.keys, sealKey{
			block:   block,
			seed:    secret(derive(key.Secret, "seed")),
			address: secret(derive(key.Secret, "address")),
			epoch:   secret(derive(key.Secret, "epoch")),
		})
	}
	return ring, nil
}

// Seal makes the ID of a new Challenge out of its other facts. One bare AES
// block is all it takes: the facts are never the same twice, thanks to the
// nonce, and nothing is chained.
func (r *Keyring) Seal(ch Challenge, random io.Reader) ID {
	var n nonce
	mustRead(random, n[:])
	block := ch.block(n)
	var id ID
	r.keys[0].block.Encrypt(id[:], block[:])
	return id
}

// Open finds the facts of a Challenge in its ID, and the seed of its puzzle. It
// tells false when the ID was not issued for the Site with that tag.
func (r *Keyring) Open(id ID, siteTag uint32) (Challenge, Seed, bool) {
	for _, key := range r.keys {
		var opened ID
		key.block.Decrypt(opened[:], id[:])
		if ch, ok := parseBlock(opened, siteTag); ok {
			ch.ID = id
			own := key.seed.derive("seed of " + string(id[:]))
			return ch, NewSeed(own, NewEpoch(key.epoch, ch.IssuedAt)), true
		}
	}
	return Challenge{}, Seed{}, false
}

// Epoch is that of Challenges which are sealed at this time.
func (r *Keyring) Epoch(at time.Time) Epoch { return NewEpoch(r.keys[0].epoch, at) }

// HashAddress is what is kept of a visitor's address: the same address gives the
// same text, which nobody without the key can turn back.
func (r *Keyring) HashAddress(address string) string {
	if address == "" {
		return ""
	}
	digest := r.keys[0].address.derive(address)
	return hex.EncodeToString(digest[:8])
}

// derive makes a key for one purpose out of another.
func derive(key []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// mustRead fills all of b. Randomness does not fail: crypto/rand ends the
// program when it would, and anything else is a mistake in the program.
func mustRead(random io.Reader, b []byte) {
	if _, err := io.ReadFull(random, b); err != nil {
		panic(fmt.Sprintf("read randomness: %v", err))
	}
}
