package dialect_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/limit"
	"github.com/gin-gonic/gin"
)

func TestLimiter(t *testing.T) {
	clock := mock.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	var refused []string
	limiter := dialect.NewLimiter(dialect.NewLimits(map[string]int{"a": 3, "b": 1, "off": 0}), limit.NewLocal(clock.Now), func(name string) { refused = append(refused, name) })
	allow := func(name, who string) error { return limiter.Allow(t.Context(), name, who) }
	for range 3 {
		if err := allow("a", "me"); err != nil {
			t.Fatal(err)
		}
	}
	err := allow("a", "me")
	limited, ok := errors.AsType[*dialect.LimitError](err)
	if !ok || captcha.CodeOf(err) != captcha.Limited || limited.Seconds() != 20 {
		t.Errorf("the fourth: %v", err)
	}
	if !slices.Equal(refused, []string{"a"}) {
		t.Errorf("who counts the refused ones is told %q", refused)
	}
	if err := errors.Join(allow("a", "you"), allow("b", "me")); err != nil {
		t.Errorf("another caller, and another limit, have an allowance of their own: %v", err)
	}
	for range 1000 {
		if err := errors.Join(allow("off", "me"), allow("unknown", "me")); err != nil {
			t.Fatalf("what has no limit is limited: %v", err)
		}
	}
	clock.Advance(20 * time.Second)
	if err := allow("a", "me"); err != nil {
		t.Errorf("after the time that was told: %v", err)
	}
}

func TestLimitsMayChange(t *testing.T) {
	clock := mock.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	limits := dialect.NewLimits(map[string]int{"a": 1})
	limiter := dialect.NewLimiter(limits, limit.NewLocal(clock.Now), nil)
	allowed := func() (n int) {
		for limiter.Allow(t.Context(), "a", "me") == nil && n < 10 {
			n++
		}
		return n
	}
	if n := allowed(); n != 1 {
		t.Errorf("at first: %d", n)
	}
	limits.Set(nil)
	if n := allowed(); n != 10 {
		t.Errorf("without limits: %d", n)
	}
	limits.Set(map[string]int{"a": 4})
	clock.Advance(time.Minute)
	if n := allowed(); n != 4 {
		t.Errorf("with a higher one: %d", n)
	}
}

func TestARateThatASiteChooses(t *testing.T) {
	clock := mock.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	limiter := dialect.NewLimiter(&dialect.Limits{}, limit.NewLocal(clock.Now), nil)
	allow := func(perSecond int) error {
		return limiter.AllowRate(t.Context(), "r", "site", limit.Rate{Count: perSecond, Per: time.Second})
	}
	if err := allow(1); err != nil {
		t.Fatal(err)
	}
	if err := allow(1); captcha.CodeOf(err) != captcha.Limited {
		t.Errorf("the second: %v", err)
	}
	if err := errors.Join(allow(2), allow(2), allow(0)); err != nil {
		t.Errorf("another rate starts afresh, and none limits nothing: %v", err)
	}
}

func TestCallersAreAddressesAndIPv6Networks(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7:1":                  "192.0.2.7",
		"[::ffff:192.0.2.7]:1":         "192.0.2.7",
		"[2001:db8:1:2:aaaa::1]:1":     "2001:db8:1:2::/64",
		"[2001:db8:1:2:bbbb::2]:65000": "2001:db8:1:2::/64",
		"[2001:db8:1:3::1]:1":          "2001:db8:1:3::/64",
	} {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest("GET", "/", nil)
		c.Request.RemoteAddr = address
		if got := dialect.Caller(c); got != want {
			t.Errorf("%s counts as %q, want %q", address, got, want)
		}
	}
}

func TestTheCallerBehindProxiesIsTheLastOneThatNobodyVouchesFor(t *testing.T) {
	const nearest = "10.0.0.1:999" // a proxy of ours; so are all of 10.0.0.0/8 and fd00::/8
	for _, c := range []struct {
		name, peer string
		forwarded  []string // a header line each
		want       string
	}{
		{"no proxy: what it sends is not believed", "192.0.2.7:1", []string{"203.0.113.1"}, "192.0.2.7"},
		{"one proxy", nearest, []string{"203.0.113.1"}, "203.0.113.1"},
		{"a chain of ours", nearest, []string{"203.0.113.1, 10.0.0.3, 10.0.0.2"}, "203.0.113.1"},
		{"the client has made up the beginning", nearest, []string{"198.51.100.9, 203.0.113.1, 10.0.0.2"}, "203.0.113.1"},
		{"it pretends to come through a proxy of ours", nearest, []string{"198.51.100.9, 10.0.0.9, 203.0.113.1"}, "203.0.113.1"},
		{"it has sent a line, and the proxy added one", nearest, []string{"198.51.100.9", "203.0.113.1"}, "203.0.113.1"},
		{"a stranger's proxy is as good as its client", nearest, []string{"198.51.100.9, 192.0.2.200"}, "192.0.2.200"},
		{"rubbish before the address", nearest, []string{"<script>, 203.0.113.1"}, "203.0.113.1"},
		{"rubbish as the address", nearest, []string{"203.0.113.1, unknown"}, "10.0.0.1"},
		{"nothing", nearest, nil, "10.0.0.1"},
		{"IPv6 counts by its network", nearest, []string{"2001:db8:1:2:3:4:5:6, fd00::1"}, "2001:db8:1:2::/64"},
		{"IPv4 within IPv6", nearest, []string{"::ffff:203.0.113.1"}, "203.0.113.1"},
		{"and in hexadecimal", nearest, []string{"::ffff:cb00:7101"}, "203.0.113.1"},
		{"a proxy that speaks IPv6", "[fd00::5]:1", []string{"203.0.113.1"}, "203.0.113.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			context, engine := gin.CreateTestContext(recorder)
			engine.RemoteIPHeaders = []string{"X-Forwarded-For"}
			if err := engine.SetTrustedProxies([]string{"10.0.0.0/8", "fd00::/8"}); err != nil {
				t.Fatal(err)
			}
			context.Request = httptest.NewRequest("GET", "/", nil)
			context.Request.RemoteAddr = c.peer
			context.Request.Header["X-Forwarded-For"] = c.forwarded
			if got := dialect.Caller(context); got != c.want {
				t.Errorf("counts as %q, want %q", got, c.want)
			}
		})
	}
}
