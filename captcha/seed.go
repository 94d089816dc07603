package captcha

import (
	"crypto/sha256"
	"log/slog"
	"math/rand/v2"
)

// Seed decides everything about one puzzle: who knows it knows the solution.
// It is derived from a secret key and the Challenge's [ID], so every replica
// finds the same one and none of them has to store it.
type Seed struct {
	own   secret
	epoch Epoch
}

// secret is the key of streams of random numbers.
type secret [sha256.Size]byte

// NewSeed makes the Seed of a puzzle out of what is secret about it alone, and of
// what it has in common with others.
func NewSeed(own [32]byte, epoch Epoch) Seed { return Seed{own, epoch} }

// Epoch is what the puzzle has in common with others of its time.
func (s Seed) Epoch() Epoch { return s.epoch }

// Rand is the stream of random numbers that this seed holds for one purpose.
// The same seed and purpose give the same stream on every machine; streams of
// different purposes tell nothing about each other, so a picture, which the
// visitor sees, cannot betray the solution.
//
// The source is ChaCha8 under a key made by HMAC-SHA256, a cipher and not a
// statistical generator: its past cannot be computed from its output.
func (s Seed) Rand(purpose string) *rand.Rand { return s.own.rand(purpose) }

func (s secret) rand(purpose string) *rand.Rand {
	return rand.New(rand.NewChaCha8(s.derive(purpose)))
}

// derive is HMAC-SHA256 with s as key. crypto/hmac keeps its state on the heap,
// which costs more than these hashes do, and every picture takes several.
func (s secret) derive(purpose string) [sha256.Size]byte {
	var inner, outer [sha256.BlockSize]byte
	for i := range inner {
		inner[i], outer[i] = 0x36, 0x5c // RFC 2104: ipad, opad
	}
	for i, b := range s {
		inner[i] ^= b
		outer[i] ^= b
	}
	var text [2 * sha256.BlockSize]byte // on the stack, as long as the purpose is short
	digest := sha256.Sum256(append(append(text[:0], inner[:]...), purpose...))
	return sha256.Sum256(append(append(text[:0], outer[:]...), digest[:]...))
}

// String hides the seed from careless formatting.
func (s Seed) String() string { return "(hidden seed)" }

// GoString hides the seed from %#v.
func (s Seed) GoString() string { return s.String() }

// LogValue hides the seed from logs.
func (s Seed) LogValue() slog.Value { return slog.StringValue(s.String()) }
