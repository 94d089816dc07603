package dialect_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

func TestLimiter(t *testing.T) {
	clock := mock.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	limiter := dialect.NewLimiter(map[string]int{"a": 3, "b": 1, "off": 0}, clock.Now)
	for range 3 {
		if err := limiter.Allow("a", "me"); err != nil {
			t.Fatal(err)
		}
	}
	err := limiter.Allow("a", "me")
	limit, ok := errors.AsType[*dialect.LimitError](err)
	if !ok || captcha.CodeOf(err) != captcha.Limited || limit.Seconds() != 20 {
		t.Errorf("the fourth: %v", err)
	}
	if err := errors.Join(limiter.Allow("a", "you"), limiter.Allow("b", "me")); err != nil {
		t.Errorf("another caller, and another limit, have an allowance of their own: %v", err)
	}
	for range 1000 {
		if err := errors.Join(limiter.Allow("off", "me"), limiter.Allow("unknown", "me")); err != nil {
			t.Fatalf("what has no limit is limited: %v", err)
		}
	}
	clock.Advance(20 * time.Second)
	if err := limiter.Allow("a", "me"); err != nil {
		t.Errorf("after the time that was told: %v", err)
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

func TestAFloodOfAddressesDoesNotLiftTheLimitOfThoseWhoKeepAsking(t *testing.T) {
	clock := mock.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	limiter := dialect.NewLimiter(map[string]int{"a": 1}, clock.Now)
	allowed := 0
	for i := range 200_000 {
		if i%1000 == 0 && limiter.Allow("a", "me") == nil {
			allowed++
		}
		if err := limiter.Allow("a", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if allowed != 1 {
		t.Errorf("allowed %d times in no time", allowed)
	}
}
