package cas

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/captchad/captchad/captcha"
)

// turns lets the callers of one process that want the same Challenge in one after the
// other: they would only make each other begin again, and take connections from others
// meanwhile.
type turns []chan struct{}

// turnCount is high enough that callers who want different Challenges seldom meet.
const turnCount = 1024

func newTurns() turns {
	t := make(turns, turnCount)
	for i := range t {
		t[i] = make(chan struct{}, 1)
	}
	return t
}

// wait returns when it is the caller's turn, with what ends it.
func (t turns) wait(ctx context.Context, id captcha.ID) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	turn := t[binary.BigEndian.Uint16(id[:])%turnCount] // IDs are sealed or hashed, so they are spread evenly
	leave = func() { <-turn }
	select {
	case turn <- struct{}{}:
		return leave, nil
	default:
	}
	timeout := time.NewTimer(turnPatience)
	defer timeout.Stop()
	select {
	case turn <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timeout.C:
		return nil, captcha.Refuse(captcha.Busy, "too many wait for the same challenge")
	}
}
