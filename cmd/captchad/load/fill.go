package load

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/captchad/captchad/captcha"
)

// filler is a ledger that takes many Records of Challenges that it never heard of
// faster than one at a time.
type filler interface {
	Fill(ctx context.Context, n int, make func(i int) (captcha.Challenge, captcha.Record)) error
}

// fillers is how many Records wait for a ledger that takes them one at a time: it
// commits what waits together.
const fillers = 512

// Fill puts n Records into the ledger, of Challenges of the Site that were solved
// and redeemed, and are not to be forgotten for an hour.
func Fill(ctx context.Context, ledger captcha.Ledger, keys *captcha.Keyring, site *captcha.Site, n int) error {
	now := time.Now().UTC().Truncate(time.Second)
	old := func(i int) (captcha.Challenge, captcha.Record) {
		return oldRecord(keys, site, now, now.Add(-fillSpan+fillSpan/time.Duration(n)*time.Duration(i)))
	}
	if fast, ok := ledger.(filler); ok {
		return fast.Fill(ctx, n, old)
	}
	return fillOneByOne(ctx, ledger, n, old)
}

// fillSpan is how long ago the first of the Records was issued; the last is issued
// now.
const fillSpan = 10 * time.Minute

// oldRecord has what a Record has: a digest, and a visitor's address and browser.
func oldRecord(keys *captcha.Keyring, site *captcha.Site, now, issued time.Time) (captcha.Challenge, captcha.Record) {
	issued = issued.Truncate(time.Second)
	challenge := captcha.Challenge{SiteTag: site.Tag(), Kind: captcha.KindSlider, IssuedAt: issued}
	challenge.ID = keys.Seal(challenge, rand.Reader)
	digest := make([]byte, 32)
	_, _ = rand.Read(digest) // never fails
	return challenge, captcha.Record{
		Attempts: 1, SolvedAt: issued.Add(5 * time.Second), RedeemedAt: issued.Add(9 * time.Second), ForgetAt: now.Add(time.Hour),
		PassDigest: digest,
		Details:    map[string]string{"address": "192.0.2.1", "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"},
	}
}

func fillOneByOne(ctx context.Context, ledger captcha.Ledger, n int, old func(int) (captcha.Challenge, captcha.Record)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, fillers) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				challenge, record := old(i)
				err := ledger.Update(ctx, challenge, func(r *captcha.Record) error { *r = record; return nil })
				if err != nil {
					stop(err)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
