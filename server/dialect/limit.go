package dialect

import (
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// limitedAddresses is how many callers are remembered. A flood of addresses
// pushes out those that were not seen for longest, and costs no more memory.
const limitedAddresses = 1 << 16

// Limiter counts the requests of each caller on this node.
type Limiter struct {
	perMinute map[string]int
	now       func() time.Time
	callers   *lru.Cache[string, *rate.Limiter]
}

// NewLimiter makes a Limiter with the given requests a minute by name, such as
// "oneaccess.issue". A name that is missing, or has 0, is not limited.
func NewLimiter(perMinute map[string]int, now func() time.Time) *Limiter {
	callers, err := lru.New[string, *rate.Limiter](limitedAddresses)
	if err != nil {
		panic(err) // its size is a constant
	}
	return &Limiter{perMinute: perMinute, now: now, callers: callers}
}

// Allow takes one request of the caller out of its allowance, or refuses it with
// a [*LimitError]. Who is the caller's address, with the Site's key where each
// Site has an allowance of its own.
func (l *Limiter) Allow(name, who string) error {
	allowance := l.perMinute[name]
	if allowance <= 0 {
		return nil
	}
	bucket := l.bucket(name+" "+who, allowance)
	now := l.now()
	if bucket.AllowN(now, 1) {
		return nil
	}
	missing := 1 - bucket.TokensAt(now)
	return &LimitError{RetryAfter: time.Duration(missing / float64(bucket.Limit()) * float64(time.Second))}
}

func (l *Limiter) bucket(caller string, allowance int) *rate.Limiter {
	if bucket, ok := l.callers.Get(caller); ok {
		return bucket
	}
	fresh := rate.NewLimiter(rate.Limit(float64(allowance)/60), allowance)
	if bucket, ok, _ := l.callers.PeekOrAdd(caller, fresh); ok {
		return bucket
	}
	return fresh
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
	address = address.Unmap()
	if err != nil || address.Is4() {
		return c.ClientIP()
	}
	network, _ := address.Prefix(64) // fails for other lengths only
	return network.String()
}
