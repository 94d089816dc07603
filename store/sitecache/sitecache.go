// Package sitecache keeps Sites in memory, in front of the store that has them:
// every request needs its Site, and Sites hardly ever change.
//
// What is changed through a Cache is seen at once by all who ask it. What others
// change, another replica or an operator's command, is seen when what is in memory
// is older than it may be.
package sitecache

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/captchad/captchad/captcha"
	lru "github.com/hashicorp/golang-lru/v2"
)

// MaxAge is how old what is in memory may be, for servers.
const MaxAge = time.Second

// maxSites is how many Sites are kept. Keys that are no Site's count too: they are
// what a stranger may ask for without end.
const maxSites = 1 << 14

// Cache is a [captcha.SiteStore] in front of another one. Make one with [New].
type Cache struct {
	store  captcha.SiteStore
	maxAge time.Duration
	now    func() time.Time

	mu      sync.Mutex
	sites   *lru.Cache[string, entry]
	all     listing
	changes int // through this Cache
}

var _ captcha.SiteStore = (*Cache)(nil)

// entry is one Site, or nil where there is none with that key.
type entry struct {
	site   *captcha.Site
	readAt time.Time
}

// listing is all Sites.
type listing struct {
	sites  []*captcha.Site
	readAt time.Time
}

// New makes a Cache in front of store. The clock is the machine's own, whatever the
// time is for visitors.
func New(store captcha.SiteStore, maxAge time.Duration, now func() time.Time) *Cache {
	sites, err := lru.New[string, entry](maxSites)
	if err != nil {
		panic(err) // its size is a constant
	}
	return &Cache{store: store, maxAge: maxAge, now: now, sites: sites}
}

// Site finds the Site with that key, or fails with [captcha.ErrNoSite].
func (c *Cache) Site(ctx context.Context, key string) (*captcha.Site, error) {
	now := c.now()
	kept, ok, changes := c.kept(key)
	if !ok || now.Sub(kept.readAt) >= c.maxAge {
		site, err := c.store.Site(ctx, key)
		if err != nil && !errors.Is(err, captcha.ErrNoSite) {
			return nil, err
		}
		kept = entry{site, now}
		c.keep(changes, func() { c.sites.Add(key, kept) })
	}
	if kept.site == nil {
		return nil, captcha.ErrNoSite
	}
	return kept.site.Clone(), nil
}

func (c *Cache) kept(key string) (kept entry, ok bool, changes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok = c.sites.Get(key)
	return kept, ok, c.changes
}

// keep takes what was read into memory, unless something has changed since reading
// began: then it may be from before that change.
func (c *Cache) keep(changes int, add func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == changes {
		add()
	}
}

// Sites lists all Sites, ordered by key.
func (c *Cache) Sites(ctx context.Context) ([]*captcha.Site, error) {
	now := c.now()
	c.mu.Lock()
	all, changes := c.all, c.changes
	c.mu.Unlock()
	if all.readAt.IsZero() || now.Sub(all.readAt) >= c.maxAge {
		sites, err := c.store.Sites(ctx)
		if err != nil {
			return nil, err
		}
		all = listing{sites, now}
		c.keep(changes, func() { c.all = all })
	}
	clones := make([]*captcha.Site, len(all.sites))
	for i, site := range all.sites {
		clones[i] = site.Clone()
	}
	return clones, nil
}

// SaveSite keeps a new Site or a changed one, or fails with [captcha.ErrTagTaken].
func (c *Cache) SaveSite(ctx context.Context, site *captcha.Site) error {
	defer c.forget(site.Key)
	return c.store.SaveSite(ctx, site)
}

// DeleteSite drops the Site, or fails with [captcha.ErrNoSite].
func (c *Cache) DeleteSite(ctx context.Context, key string) error {
	defer c.forget(key)
	return c.store.DeleteSite(ctx, key)
}

// forget drops from memory what may have changed, even if the store says that it
// failed: it may have done so halfway.
func (c *Cache) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	c.sites.Remove(key)
	c.all = listing{}
}
