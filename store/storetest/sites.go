package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

// OpenSites opens the site store that is in home.
type OpenSites func(t *testing.T, home string) captcha.SiteStore

// Sites holds a site store to its laws.
func Sites(t *testing.T, open OpenSites) {
	for _, law := range siteLaws {
		t.Run(law.name, func(t *testing.T) { law.test(t, fresh(t, open)) })
	}
}

// DurableSites holds a site store that outlives its process to its laws.
func DurableSites(t *testing.T, open OpenSites) {
	Sites(t, open)
	t.Run("sites survive reopening", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		must(t, store.SaveSite(t.Context(), fullSite("a")))
		store = reopened(t, store, home, open)
		same(t, "the site", fullSite("a"), site(t, store, "a"))
	})
}

// OpenedAtOnce holds a site store that several programs may have open to the law that they
// may all be the first. Each call of open opens the same new store.
func OpenedAtOnce(t *testing.T, open func() (captcha.SiteStore, error)) {
	t.Run("many programs may open one new store at once", func(t *testing.T) {
		const programs = 6
		var running sync.WaitGroup
		for i := range programs {
			running.Go(func() {
				store, err := open()
				if err != nil {
					t.Error(err)
					return
				}
				defer closeStore(t, store)
				if err := store.SaveSite(t.Context(), &captcha.Site{Key: string(rune('a' + i))}); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		store, err := open()
		must(t, err)
		defer closeStore(t, store)
		if sites, err := store.Sites(t.Context()); err != nil || len(sites) != programs {
			t.Errorf("%d sites are there, %v", len(sites), err)
		}
	})
}

var siteLaws = []struct {
	name string
	test func(t *testing.T, store captcha.SiteStore)
}{
	{"all of a site comes back as it was saved", siteRoundTrip},
	{"a key that nobody has is told so", noSite},
	{"a key is the same in every letter", exactKeys},
	{"sites are listed by key", listed},
	{"saving again replaces all of a site", replaced},
	{"a deleted site is gone, and may come back", deleted},
	{"a key whose tag another site has is refused", tagTaken},
	{"a caller cannot change the store through what it got", siteCopies},
	{"parallel saves all arrive", parallelSaves},
}

// keysOfOneTag are different, and yet captcha.Site.Tag is the same for both. Found
// by trying.
var keysOfOneTag = [2]string{"site-14761", "site-55792"}

// fullSite has something in every field.
func fullSite(key string) *captcha.Site {
	return &captcha.Site{
		Key: key, Name: "My shop 店", Dialect: "native",
		Secrets: []captcha.Secret{
			{ID: "first", Value: "s3cret", Until: now},
			{Value: `"<&>'`},
		},
		Rules:    captcha.Rules{Attempts: 3, Lifetime: time.Minute + 1, PassLifetime: time.Hour, Reusable: true},
		Hosts:    []string{"*.example.com", "localhost:3000"},
		Disabled: true,
		Settings: captcha.Settings{"slider.decoys": "2", "empty": ""},
	}
}

func siteRoundTrip(t *testing.T, store captcha.SiteStore) {
	must(t, store.SaveSite(t.Context(), fullSite("a")))
	must(t, store.SaveSite(t.Context(), &captcha.Site{Key: "b"}))
	same(t, "the full site", fullSite("a"), site(t, store, "a"))
	same(t, "the empty site", &captcha.Site{Key: "b"}, site(t, store, "b"))
	all, err := store.Sites(t.Context())
	must(t, err)
	same(t, "all sites", []*captcha.Site{fullSite("a"), {Key: "b"}}, all)
}

func noSite(t *testing.T, store captcha.SiteStore) {
	must(t, store.SaveSite(t.Context(), fullSite("a")))
	for _, key := range []string{"", "b", "a ", "%", "a' OR '1'='1", "a\x00", "\x00", "\xff", strings.Repeat("a", 1<<16)} {
		if got, err := store.Site(t.Context(), key); !errors.Is(err, captcha.ErrNoSite) {
			t.Errorf("%.40q: got %v, %v", key, got, err)
		}
		if err := store.DeleteSite(t.Context(), key); !errors.Is(err, captcha.ErrNoSite) {
			t.Errorf("delete %.40q: got %v", key, err)
		}
	}
	same(t, "the one site", fullSite("a"), site(t, store, "a"))
}

func exactKeys(t *testing.T, store captcha.SiteStore) {
	for _, key := range []string{"key", "KEY", "key ", "1", "01", "1.0"} {
		must(t, store.SaveSite(t.Context(), &captcha.Site{Key: key, Name: "of " + key}))
	}
	for _, key := range []string{"key", "KEY", "key ", "1", "01", "1.0"} {
		same(t, "the site "+key, &captcha.Site{Key: key, Name: "of " + key}, site(t, store, key))
	}
}

func listed(t *testing.T, store captcha.SiteStore) {
	same(t, "the keys of an empty store", []string{}, siteKeys(t, store))
	for _, key := range []string{"b", "a", "10", "9", "B", "ä"} {
		must(t, store.SaveSite(t.Context(), &captcha.Site{Key: key}))
	}
	same(t, "the keys", []string{"10", "9", "B", "a", "b", "ä"}, siteKeys(t, store))
}

func replaced(t *testing.T, store captcha.SiteStore) {
	must(t, store.SaveSite(t.Context(), fullSite("a")))
	must(t, store.SaveSite(t.Context(), &captcha.Site{Key: "a"}))
	same(t, "the site", &captcha.Site{Key: "a"}, site(t, store, "a"))
	same(t, "the keys", []string{"a"}, siteKeys(t, store))
}

func deleted(t *testing.T, store captcha.SiteStore) {
	must(t, store.SaveSite(t.Context(), fullSite("a")))
	must(t, store.SaveSite(t.Context(), fullSite("b")))
	must(t, store.DeleteSite(t.Context(), "a"))
	same(t, "the keys", []string{"b"}, siteKeys(t, store))
	must(t, store.SaveSite(t.Context(), fullSite("a")))
	same(t, "the keys", []string{"a", "b"}, siteKeys(t, store))
}

func tagTaken(t *testing.T, store captcha.SiteStore) {
	first, second := &captcha.Site{Key: keysOfOneTag[0]}, &captcha.Site{Key: keysOfOneTag[1]}
	if first.Tag() != second.Tag() {
		t.Fatal("Site.Tag has changed: look for two other keys with the same one")
	}
	must(t, store.SaveSite(t.Context(), first))
	if err := store.SaveSite(t.Context(), second); !errors.Is(err, captcha.ErrTagTaken) {
		t.Errorf("got %v", err)
	}
	same(t, "the keys", []string{first.Key}, siteKeys(t, store))
	must(t, store.SaveSite(t.Context(), first))
	must(t, store.DeleteSite(t.Context(), first.Key))
	must(t, store.SaveSite(t.Context(), second))
}

func siteCopies(t *testing.T, store captcha.SiteStore) {
	spoil := func(s *captcha.Site) {
		s.Name, s.Secrets[0].Value, s.Hosts[0], s.Settings["empty"] = "x", "x", "x", "x"
	}
	given := fullSite("a")
	must(t, store.SaveSite(t.Context(), given))
	spoil(given)
	spoil(site(t, store, "a"))
	all, err := store.Sites(t.Context())
	must(t, err)
	spoil(all[0])
	same(t, "the site", fullSite("a"), site(t, store, "a"))
}

func parallelSaves(t *testing.T, store captcha.SiteStore) {
	inParallel(func(i int) {
		if err := store.SaveSite(t.Context(), fullSite(fmt.Sprint("site", i%32))); err != nil {
			t.Errorf("save: %v", err)
		}
		if _, err := store.Sites(t.Context()); err != nil {
			t.Errorf("list: %v", err)
		}
	})
	if got := len(siteKeys(t, store)); got != 32 {
		t.Errorf("%d sites are there, want 32", got)
	}
}

func site(t *testing.T, store captcha.SiteStore, key string) *captcha.Site {
	t.Helper()
	found, err := store.Site(t.Context(), key)
	must(t, err)
	return found
}

func siteKeys(t *testing.T, store captcha.SiteStore) []string {
	t.Helper()
	all, err := store.Sites(t.Context())
	must(t, err)
	var keys []string
	for _, site := range all {
		keys = append(keys, site.Key)
	}
	return keys
}
