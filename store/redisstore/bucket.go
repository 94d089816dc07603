package redisstore

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// bucketBits is how many buckets there are at most, as a power of two. Keys that fall
// into the same one share it: a flood of callers must not fill the memory that Records
// need. A million buckets take some 100 MB, for a minute.
const bucketBits = 20

// bucketPrefix has no hash tag: on a cluster buckets lie where they like.
const bucketPrefix = "captchad:limit:"

// secretKey is where the replicas have the secret by which buckets are chosen: whoever
// could tell which keys share one might find a key that uses up a victim's.
const secretKey = "{captchad}:limit-secret"

// scriptTake is the generic cell rate algorithm: a bucket is the time at which it is full
// again, by the clock of Redis, in microseconds. ARGV[1] is how long that takes when it is
// empty, ARGV[2] what one request takes of it. It tells how long to wait, or 0.
var scriptTake = redis.NewScript(`
local clock = redis.call('TIME')
local now, per = clock[1] * 1000000 + clock[2], tonumber(ARGV[1])
local full = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now), now + per)
local next = full + tonumber(ARGV[2])
if next - now > per then
	return next - now - per
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return 0
`)

// Take takes one request out of the bucket of that key, which holds count of them and is
// full again after per, or says how long to wait for the next one.
func (l *Ledger) Take(ctx context.Context, key string, count int, per time.Duration) (retryAfter time.Duration, err error) {
	secret, err := l.bucketSecret(ctx)
	if err != nil {
		return 0, fmt.Errorf("count in Redis: %w", err)
	}
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%d %d %s", count, per, key)
	bucket := fmt.Sprintf("%s%05x", bucketPrefix, binary.BigEndian.Uint32(mac.Sum(nil))>>(32-bucketBits))
	wait, err := scriptTake.Run(ctx, l.client, []string{bucket}, per.Microseconds(), per.Microseconds()/int64(count)).Int64()
	if err != nil {
		return 0, fmt.Errorf("count in Redis: %w", err)
	}
	return time.Duration(wait) * time.Microsecond, nil
}

// bucketSecret is the same for all replicas: the first one makes it.
func (l *Ledger) bucketSecret(ctx context.Context) ([]byte, error) {
	if known := l.secret.Load(); known != nil {
		return *known, nil
	}
	if err := l.client.SetNX(ctx, secretKey, rand.Text(), 0).Err(); err != nil {
		return nil, err
	}
	secret, err := l.client.Get(ctx, secretKey).Bytes()
	if err != nil {
		return nil, err
	}
	l.secret.Store(&secret)
	return secret, nil
}
