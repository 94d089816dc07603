package yidun_test

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/yidun"
	"github.com/google/go-cmp/cmp"
)

func TestTheSameRequestThreeTimes(t *testing.T) {
	for setting, want := range map[string][]string{"off": {"true", "false", "false"}, "on": {"true", "419", "419"}} {
		b := newBackend(t, set("nonce_check", setting))
		same := encode(sign(b.fields(b.pass())))
		var got []string
		for range 3 {
			got = append(got, b.outcome(b.post("/api/v2/verify", same)))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("nonce check %s: %s", setting, diff)
		}
	}
}

func TestOfParallelRequestsWithOneNonceOneIsLookedAt(t *testing.T) {
	b := newBackend(t, set("nonce_check", "on"))
	same := encode(sign(b.fields(b.pass())))
	counts := dialecttest.Parallel(50, func(int) string { return b.outcome(b.post("/api/v2/verify", same)) })
	if diff := cmp.Diff(map[string]int{"true": 1, "419": 49}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestOfParallelNoncesThatAreEqualOneIsNew(t *testing.T) {
	nonces := yidun.NewNonces()
	for round := range 500 {
		counts := dialecttest.Parallel(8, func(int) string {
			return strconv.FormatBool(nonces.Seen(secretID, strconv.Itoa(round), sent, time.Hour))
		})
		if counts["false"] != 1 {
			t.Fatalf("seen: %v", counts)
		}
	}
}

func TestANonceIsRememberedForTwiceTheWindow(t *testing.T) {
	for name, c := range map[string]struct {
		window string
		life   time.Duration
	}{
		"of 10 minutes": {"10", 20 * time.Minute},
		"of a minute":   {"1", 2 * time.Minute},
		"that is off":   {"0", 20 * time.Minute},
	} {
		t.Run("window "+name, func(t *testing.T) {
			b := newBackend(t, set("nonce_check", "on"), set("timestamp_window", c.window))
			b.wantGood(b.pass())
			b.Clock.Advance(c.life - time.Second)
			if got := b.verify(b.pass()); got != "419" {
				t.Errorf("just before its end: %s", got)
			}
			b.Clock.Advance(time.Second)
			if got := b.verify(b.pass()); got != "true" {
				t.Errorf("at its end: %s", got)
			}
		})
	}
}

func TestWhatIsRefusedBeforeHasNotSpentItsNonce(t *testing.T) {
	b := newBackend(t, set("nonce_check", "on"), set("rate", "2"))
	pass := b.pass()
	unsigned := sign(b.fields(pass))
	flipLast(unsigned)
	for _, bad := range []map[string]string{unsigned, sign(changed(b.fields(pass), "version", "v3"))} {
		b.post("/api/v2/verify", encode(bad))
	}
	// The rate comes before the nonce, so the third is over it and not a repetition.
	for _, want := range []string{"true", "419", "430"} {
		if got := b.verify(pass); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func changed(fields map[string]string, name, value string) map[string]string {
	fields = maps.Clone(fields)
	fields[name] = value
	return fields
}

func TestTheRateCountsWhatIsWellSigned(t *testing.T) {
	b := newBackend(t, set("rate", "3"))
	other := b.addSite(otherID, set("rate", "3"))
	pass := b.pass()
	bad := sign(b.fields(pass))
	flipLast(bad)
	for range 20 {
		if got := b.outcome(b.post("/api/v2/verify", encode(bad))); got != "415" {
			t.Fatalf("badly signed: %s", got)
		}
	}
	for range 3 {
		if got := b.verify("unknown"); got != "false" {
			t.Fatalf("within the rate: %s", got)
		}
	}
	response := b.post("/api/v2/verify", encode(sign(b.fields(pass))))
	if got := body(t, response); got != `{"result":false,"error":430,"msg":"REQUEST_FREQUENCY_UPPER_LIMIT"}` || response.StatusCode != http.StatusOK {
		t.Errorf("above the rate: %d %s", response.StatusCode, got)
	}
	fields := b.fields(b.solve(other, "", nil))
	fields["captchaId"] = otherID
	if got := b.outcome(b.post("/api/v2/verify", encode(sign(fields)))); got != "true" {
		t.Errorf("the rate of another site is spent too: %s", got)
	}
	b.Clock.Advance(time.Second / 3)
	b.wantGood(pass)
}

func TestAFloodOfNoncesTakesBoundedMemory(t *testing.T) {
	const most = 1 << 16
	nonces := yidun.NewNonces()
	seen := func(i int) bool {
		return nonces.Seen(secretID, strings.Repeat("n", 1000)+strconv.Itoa(i), sent, time.Hour)
	}
	for i := range most + 1 {
		if seen(i) {
			t.Fatalf("nonce %d is new", i)
		}
	}
	if n := nonces.Len(); n != most {
		t.Errorf("%d are kept", n)
	}
	if !seen(most) || !seen(1) || seen(0) {
		t.Error("it is not the oldest that was dropped")
	}
}

func TestOneNonceOfTwoSecretIdsIsTwo(t *testing.T) {
	nonces := yidun.NewNonces()
	for _, id := range []string{"a", "ab", ""} {
		if nonce := strings.TrimPrefix("abc", id); nonces.Seen(id, nonce, sent, time.Hour) {
			t.Errorf("%q %q was seen", id, nonce)
		}
	}
}
