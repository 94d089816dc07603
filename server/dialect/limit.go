package dialect

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/limit"
	"github.com/gin-gonic/gin"
)

// Limits are requests a minute by name, such as "oneaccess.issue". They may change
// while a server runs. The zero Limits limit nothing.
type Limits struct {
	perMinute atomic.Pointer[map[string]int]
}

// NewLimits makes Limits. A name that is missing, or has 0, is not limited.
func NewLimits(perMinute map[string]int) *Limits {
	l := &Limits{}
	l.Set(perMinute)
	return l
}

// Set puts others in their place. Who is being counted goes on with what he has left.
func (l *Limits) Set(perMinute map[string]int) { l.perMinute.Store(&perMinute) }

func (l *Limits) allowance(name string) int {
	if perMinute := l.perMinute.Load(); perMinute != nil {
		return (*perMinute)[name]
	}
	return 0
}

// Limiter knows the limits by name, and counts the requests of each caller.
type Limiter struct {
	limits  *Limits
	buckets limit.Limiter
	refused func(name string)
}

// NewLimiter makes a Limiter. Refused, if it is not nil, is told the name of the limit
// of every request that is refused.
func NewLimiter(limits *Limits, buckets limit.Limiter, refused func(name string)) *Limiter {
	if refused == nil {
		refused = func(string) {}
	}
	return &Limiter{limits: limits, buckets: buckets, refused: refused}
}

// Allow takes one request of the caller out of its allowance, or refuses it with
// a [*LimitError]. Who is the caller's address, with the Site's key where each
// Site has an allowance of its own.
func (l *Limiter) Allow(ctx context.Context, name, who string) error {
	allowance := l.limits.allowance(name)
	if allowance <= 0 {
		return nil
	}
	return l.allow(ctx, name, name+" "+who, limit.PerMinute(allowance))
}

// AllowRate is Allow for limits that a Site chooses for itself. One whose rate is
// changed starts afresh.
func (l *Limiter) AllowRate(ctx context.Context, name, who string, rate limit.Rate) error {
	if rate.Count <= 0 {
		return nil
	}
	return l.allow(ctx, name, name+" "+strconv.Itoa(rate.Count)+" "+who, rate)
}

func (l *Limiter) allow(ctx context.Context, name, key string, rate limit.Rate) error {
	ok, retryAfter := l.buckets.Allow(ctx, key, rate)
	if ok {
		return nil
	}
	l.refused(name)
	return &LimitError{RetryAfter: retryAfter}
}

// LimitError refuses a request because its caller made too many.
type LimitError struct {
	RetryAfter time.Duration // until the next one is allowed
}

// Error says when to come back.
func (e *LimitError) Error() string {
	return fmt.Sprintf("too many requests: try again in %d s", e.Seconds())
}

// Seconds is the value of a Retry-After header.
func (e *LimitError) Seconds() int { return max(1, int(math.Ceil(e.RetryAfter.Seconds()))) }

// Unwrap makes it a refusal of the core's kind.
func (e *LimitError) Unwrap() error { return &captcha.Error{Code: captcha.Limited, Message: e.Error()} }

// Caller is whom limits count: an IPv4 address, or the /64 of an IPv6 one, which is
// what one customer of a provider has at least.
func Caller(c *gin.Context) string {
	address, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return c.ClientIP()
	}
	if address = address.Unmap(); address.Is4() {
		return address.String() // however it was spelt by the proxy
	}
	network, _ := address.Prefix(64) // fails for other lengths only
	return network.String()
}
