package yidun

import (
	"time"

	"github.com/captchad/captchad/captcha"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// limitedSites is how many Sites are remembered. Only those that exist get here.
const limitedSites = 1 << 12

// rates count the well-signed requests of each Site on this node.
type rates struct {
	sites *lru.Cache[allowance, *rate.Limiter]
}

// allowance is what a Site may do. One whose setting is changed starts afresh.
type allowance struct {
	site      string
	perSecond int
}

func newRates() *rates {
	sites, err := lru.New[allowance, *rate.Limiter](limitedSites)
	if err != nil {
		panic(err) // its size is a constant
	}
	return &rates{sites: sites}
}

// allow takes one request out of the Site's allowance, if there is one left.
func (r *rates) allow(site *captcha.Site, now time.Time) bool {
	given := allowance{site.Key, site.Settings.Int(perSecond)}
	if given.perSecond == 0 {
		return true
	}
	bucket, ok := r.sites.Get(given)
	if !ok {
		fresh := rate.NewLimiter(rate.Limit(given.perSecond), given.perSecond)
		if bucket, ok, _ = r.sites.PeekOrAdd(given, fresh); !ok {
			bucket = fresh
		}
	}
	return bucket.AllowN(now, 1)
}
