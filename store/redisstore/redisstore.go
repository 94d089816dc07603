// Package redisstore keeps Records in Redis or Valkey, which any number of replicas may
// share. Sites and keys are kept elsewhere: they live for years, and this memory does not.
//
// Redis answers before anything is on a disk or on another machine, so that each of its
// restarts and failovers may lose what was kept last. The ledger takes it that each does,
// and never goes on as if nothing had happened: beside the Records there is a memory,
// which says since when they are complete, and which run of which server said so. Where
// it is missing, or from another run, it is made anew as of now, by the same script that
// wants to read or change a Record; and what was issued before is refused as expired from
// then on. Visitors who are at a puzzle at that moment get another one. Nothing can be
// answered or redeemed twice, as long as the clocks of the replicas differ by no more than
// [captcha.ClockSkew].
//
// All keys have one hash tag: on Redis Cluster they lie in one slot, so that a script may
// use them together. A cluster is of use here for its failover, not for its size.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
)

// Ledger is a ledger in Redis. Make one with [Open].
type Ledger struct {
	client  redis.UniversalClient
	updater *cas.Updater
	now     func() time.Time

	since  atomic.Int64           // what Ping has seen last
	secret atomic.Pointer[[]byte] // by which buckets are chosen; nil: not known
}

var _ captcha.Ledger = (*Ledger)(nil)

// Open connects to the server at the URL:
//
//	redis://user:password@host:port/0                       one server; rediss:// with TLS
//	redis-cluster://user:password@host:port?addr=host:port  Redis Cluster; rediss-cluster:// with TLS
//
// The clock is the one by which Challenges are issued. Open fails if the server cannot be
// reached, or may drop Records when its memory is full. The password is in none of its
// errors.
func Open(ctx context.Context, url string, now func() time.Time) (*Ledger, error) {
	client, err := connect(url)
	if err != nil {
		return nil, err
	}
	l := &Ledger{client: client, now: now}
	l.updater = cas.New(l)
	if err := l.Ping(ctx); err != nil && !errors.Is(err, errBegins) {
		return nil, errors.Join(fmt.Errorf("ledger: %w", err), client.Close())
	}
	return l, nil
}

// errBegins is over when what is issued is new by the clock of any replica.
var errBegins = errors.New("the ledger has lost its memory, or is new, and remembers in a few seconds")

// Ping tells whether the ledger can read and write now, and takes what is issued now for
// new.
func (l *Ledger) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cas.Patience)
	defer cancel()
	now := l.now()
	state, err := scriptState.Run(ctx, l.client, []string{memoryKey}, anew(now)).Slice()
	if err != nil {
		return explain(err)
	}
	since, isNumber := state[0].(int64)
	info, isText := state[1].(string)
	if !isNumber || !isText {
		return errors.New("ask Redis: its answer is none")
	}
	if err := mayEvict(info); err != nil {
		return err
	}
	if l.since.Swap(since) != since {
		l.secret.Store(nil) // it may be lost too, and another replica have made another one
	}
	if since > now.Unix() {
		return errBegins
	}
	return nil
}

var (
	maxMemory = regexp.MustCompile(`(?m)^maxmemory:(\d+)`)
	policy    = regexp.MustCompile(`(?m)^maxmemory_policy:([\w-]+)`)
)

// mayEvict is an error if the server drops Records when its memory is full: then Passes
// would be good again, and nobody would know.
func mayEvict(info string) error {
	limit, how := maxMemory.FindStringSubmatch(info), policy.FindStringSubmatch(info)
	if limit == nil || how == nil {
		return errors.New("it does not tell its maxmemory and maxmemory-policy")
	}
	if bytes, err := strconv.ParseUint(limit[1], 10, 64); err == nil && bytes == 0 || how[1] == "noeviction" {
		return nil
	}
	return fmt.Errorf("its maxmemory-policy is %s, so that it forgets when its memory is full: set it to noeviction", how[1])
}

// Close closes the connections.
func (l *Ledger) Close() error { return l.client.Close() }
