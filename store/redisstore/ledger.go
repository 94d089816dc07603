package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
)

// Update applies change to the Record of ch and keeps the result in Redis before it
// returns, unless change fails. See [cas.Updater].
func (l *Ledger) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	return l.updater.Update(ctx, ch, change)
}

// Find is for [cas.Updater].
func (l *Ledger) Find(ctx context.Context, ch captcha.Challenge) (captcha.Record, cas.Version, error) {
	value, err := scriptFind.Run(ctx, l.client, keys(ch), anew(l.now()), issued(ch)).Text()
	if errors.Is(err, redis.Nil) {
		return captcha.Record{}, 0, nil
	}
	if err != nil {
		return captcha.Record{}, 0, explain(err)
	}
	return decode(value)
}

// Swap is for [cas.Updater].
func (l *Ledger) Swap(ctx context.Context, ch captcha.Challenge, record *captcha.Record, before, next cas.Version) (bool, error) {
	value, err := encode(record, next)
	if err != nil {
		return false, fmt.Errorf("write record: %w", err)
	}
	now := l.now()
	kept, err := scriptSwap.Run(ctx, l.client, keys(ch), anew(now), issued(ch),
		encodeVersion(before), value, lifetime(record.ForgetAt, now).Milliseconds()).Int()
	return kept == 1, explain(err)
}

// lifetime is how long to keep a Record; 0: for ever. It is told as a time from now on, so
// that it does not matter what time it is for Redis.
func lifetime(forgetAt, now time.Time) time.Duration {
	if forgetAt.IsZero() {
		return 0
	}
	return max(0, forgetAt.Sub(now)) + cas.Margin
}

// Record reads the Record of ch: the zero Record if there is none. It refuses, as
// Expired, a Challenge that was issued before the ledger began to remember.
func (l *Ledger) Record(ctx context.Context, ch captcha.Challenge) (captcha.Record, error) {
	return l.updater.Record(ctx, ch)
}

// Forget drops nothing: Redis does so by itself. What it does is to see that the memory
// is that of this run of the server, so that a loss is noticed soon, though nobody asks.
func (l *Ledger) Forget(ctx context.Context, _ time.Time) (int, error) { return 0, l.Ping(ctx) }

func keys(ch captcha.Challenge) []string { return []string{keyPrefix + ch.ID.String(), memoryKey} }

// anew is the second from which on a memory remembers that is made now. The second that
// has begun counts as before: nobody can tell which of its Challenges came earlier. So do
// those after it in which a replica whose clock is ahead may have issued some already.
func anew(now time.Time) int64 { return now.Add(captcha.ClockSkew).Unix() + 1 }

// issued is the second of issue, or 0 for a name of ours.
func issued(ch captcha.Challenge) int64 {
	if ch.IssuedAt.IsZero() {
		return 0
	}
	return ch.IssuedAt.Unix()
}
