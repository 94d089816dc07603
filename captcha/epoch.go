package captcha

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

// EpochLength is how long an [Epoch] lasts.
const EpochLength = 10 * time.Minute

// Epoch is what the puzzles that are issued within ten minutes have in common.
// Makers keep in stock what follows from it alone, such as backgrounds: every
// replica with the same keys makes the same stock, and what a bot has learnt
// about one is worth nothing in the next. Epochs can be compared, and be the keys
// of maps.
type Epoch struct {
	number uint32 // of the ten minutes, since 1970
	own    secret // of the sealing key, the same for all its Epochs
}

// NewEpoch makes the Epoch of a time out of a secret.
func NewEpoch(own [32]byte, at time.Time) Epoch {
	return Epoch{uint32(at.Unix() / int64(EpochLength/time.Second)), own}
}

// Number counts Epochs: later ones have greater numbers.
func (e Epoch) Number() uint32 { return e.number }

// Start is when the Epoch begins.
func (e Epoch) Start() time.Time { return time.Unix(int64(e.number)*int64(EpochLength/time.Second), 0) }

// Rand is the stream of random numbers that this Epoch holds for one purpose. It
// has the qualities of [Seed.Rand], and tells nothing about any Seed.
func (e Epoch) Rand(purpose string) *rand.Rand {
	return e.own.rand(fmt.Sprintf("epoch %d: %s", e.number, purpose))
}

// String hides the secret from careless formatting.
func (e Epoch) String() string { return fmt.Sprintf("(epoch %d)", e.number) }

// GoString hides the secret from %#v.
func (e Epoch) GoString() string { return e.String() }

// LogValue hides the secret from logs.
func (e Epoch) LogValue() slog.Value { return slog.StringValue(e.String()) }
