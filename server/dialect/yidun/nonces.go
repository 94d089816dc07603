package yidun

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxNonces is how many nonces are remembered. Where more come within their life,
// those that were not seen for longest may come again: the Pass behind them is used
// up all the same.
const maxNonces = 1 << 16

// nonces are those that this node has seen; another node has its own. They are kept
// by the Dialect's clock, so mock mode can move it.
type nonces struct {
	mu    sync.Mutex
	until *lru.Cache[[sha256.Size]byte, time.Time] // by digest: a nonce may be as long as a body
}

func newNonces() *nonces {
	until, err := lru.New[[sha256.Size]byte, time.Time](maxNonces)
	if err != nil {
		panic(err) // its size is a constant
	}
	return &nonces{until: until}
}

// seen tells whether the nonce came before, and notes it if not. Of any number of
// equal ones at a time one is new.
func (n *nonces) seen(secretID, nonce string, now time.Time, life time.Duration) bool {
	key := sha256.Sum256(fmt.Appendf(nil, "%d:%s:%s", len(secretID), secretID, nonce))
	n.mu.Lock()
	defer n.mu.Unlock()
	if until, ok := n.until.Peek(key); ok && now.Before(until) {
		return true
	}
	n.until.Add(key, now.Add(life))
	return false
}
