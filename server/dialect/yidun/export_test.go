package yidun

import "time"

// ParseForm, Signed and SignedText are what the fuzzing and the vendor's own
// vectors are about: these have no captchaId, so no request can carry them.
var (
	ParseForm  = parseForm
	SignedText = func(f map[string]string) string { return signedText(f) }
	Signed     = func(f map[string]string, keys ...string) bool { return signed(f, keys) }
)

// Nonces are those that a node has seen.
type Nonces struct{ nonces *nonces }

// NewNonces are none.
func NewNonces() Nonces { return Nonces{newNonces()} }

// Seen is seen.
func (n Nonces) Seen(secretID, nonce string, now time.Time, life time.Duration) bool {
	return n.nonces.seen(secretID, nonce, now, life)
}

// Len is how many there are.
func (n Nonces) Len() int { return n.nonces.until.Len() }
