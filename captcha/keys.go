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

// keyAnnounced is how long a new key is known before it seals: every replica has to
// open what any of them seals.
const keyAnnounced = 10 * time.Second

// keyOverlap is how long what a key seals is opened after the next one has taken over.
const keyOverlap = 10 * time.Minute

// Keyring seals and opens IDs, and derives what else hangs on the same keys.
// It is immutable.
type Keyring struct{ keys []sealKey } // oldest first

// sealKey is a key with the time in which it seals.
type sealKey struct {
	from, until time.Time // zero: since ever, for ever

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

// NewSealKey draws a key that seals IDs. Added to the store it takes over by itself:
// nothing says when but its age.
func NewSealKey(random io.Reader, now time.Time) Key {
	secret, name := make([]byte, 32), make([]byte, 8)
	mustRead(random, secret)
	mustRead(random, name)
	return Key{ID: "seal-" + hex.EncodeToString(name), Purpose: SealPurpose, Secret: secret, CreatedAt: now}
}

// NewKeyring makes a Keyring of keys, oldest first. Each seals from ten seconds after
// it was made until the next one does, or until it is retired; the first one has
// always sealed. Each opens what was issued while it sealed, and ten minutes more:
// then whoever has stolen an older key cannot make new Challenges of it.
func NewKeyring(keys []Key) (*Keyring, error) {
	ring := &Keyring{}
	for i, key := range keys {
		made, err := newSealKey(key)
		if err != nil {
			return nil, fmt.Errorf("sealing key %s: %w", key.ID, err)
		}
		if i > 0 {
			made.from = key.CreatedAt.Add(keyAnnounced)
			if before := &ring.keys[i-1]; before.until.IsZero() || before.until.After(made.from) {
				before.until = made.from
			}
		}
		made.until = key.RetiredAt
		ring.keys = append(ring.keys, made)
	}
	if len(keys) == 0 || !keys[len(keys)-1].RetiredAt.IsZero() {
		return nil, errors.New("no sealing key is in use")
	}
	return ring, nil
}

func newSealKey(key Key) (sealKey, error) {
	if len(key.Secret) < 32 {
		return sealKey{}, errors.New("it is shorter than 32 bytes")
	}
	block, err := aes.NewCipher(derive(key.Secret, "seal")[:16])
	if err != nil {
		return sealKey{}, err
	}
	return sealKey{
		block:   block,
		seed:    secret(derive(key.Secret, "seed")),
		address: secret(derive(key.Secret, "address")),
		epoch:   secret(derive(key.Secret, "epoch")),
	}, nil
}

// sealing is the key that seals at a time: the youngest that does so already.
func (r *Keyring) sealing(at time.Time) *sealKey {
	for i := len(r.keys) - 1; i > 0; i-- {
		if !at.Before(r.keys[i].from) {
			return &r.keys[i]
		}
	}
	return &r.keys[0]
}

// sealed tells whether the key may have sealed at a time. It may go on for a while when
// the next one does: on a replica that has not heard of that yet, or because that was
// made on a machine whose clock is behind.
func (k *sealKey) sealed(at time.Time) bool {
	early := !k.from.IsZero() && at.Before(k.from.Truncate(time.Second)) // an ID holds whole seconds
	late := !k.until.IsZero() && at.After(k.until.Add(keyOverlap))
	return !early && !late
}

// Seal makes the ID of a new Challenge out of its other facts. One bare AES
// block is all it takes: the facts are never the same twice, thanks to the
// nonce, and nothing is chained.
func (r *Keyring) Seal(ch Challenge, random io.Reader) ID {
	var n nonce
	mustRead(random, n[:])
	block := ch.block(n)
	var id ID
	r.sealing(ch.IssuedAt).block.Encrypt(id[:], block[:])
	return id
}

// Open finds the facts of a Challenge in its ID, and the seed of its puzzle. It
// tells false when the ID was not issued for the Site with that tag.
func (r *Keyring) Open(id ID, siteTag uint32) (Challenge, Seed, bool) {
	for _, key := range slices.Backward(r.keys) {
		var opened ID
		key.block.Decrypt(opened[:], id[:])
		if ch, ok := parseBlock(opened, siteTag); ok && key.sealed(ch.IssuedAt) {
			ch.ID = id
			own := key.seed.derive("seed of " + string(id[:]))
			return ch, NewSeed(own, NewEpoch(key.epoch, ch.IssuedAt)), true
		}
	}
	return Challenge{}, Seed{}, false
}

// Epoch is that of Challenges which are sealed at this time.
func (r *Keyring) Epoch(at time.Time) Epoch { return NewEpoch(r.sealing(at).epoch, at) }

// HashAddress is what is kept of a visitor's address at a time: the same address
// gives the same text as long as the same key seals, and nobody without the key can
// turn it back.
func (r *Keyring) HashAddress(address string, at time.Time) string {
	if address == "" {
		return ""
	}
	digest := r.sealing(at).address.derive(address)
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
