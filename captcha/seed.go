package captcha

import (
	"crypto/hmac"
	"crypto/sha256"
	"log/slog"
	"math/rand/v2"
)

// Seed decides everything about one puzzle: who knows it knows the solution.
// It is derived from a secret key and the Challenge's [ID], so every replica
// finds the same one and none of them has to store it.
type Seed [sha256.Size]byte

// Rand is the stream of random numbers that this seed holds for one purpose.
// The same seed and purpose give the same stream on every machine; streams of
// different purposes tell nothing about each other, so a picture, which the
// visitor sees, cannot betray the solution.
//
// The source is ChaCha8 under a key made by HMAC-SHA256, a cipher and not a
// statistical generator: its past cannot be computed from its output.
func (s Seed) Rand(purpose string) *rand.Rand {
	mac := hmac.New(sha256.New, s[:])
	mac.Write([]byte(purpose))
	return rand.New(rand.NewChaCha8([32]byte(mac.Sum(nil))))
}

// String hides the seed from careless formatting.
func (s Seed) String() string { return "(hidden seed)" }

// GoString hides the seed from %#v.
func (s Seed) GoString() string { return s.String() }

// LogValue hides the seed from logs.
func (s Seed) LogValue() slog.Value { return slog.StringValue(s.String()) }
