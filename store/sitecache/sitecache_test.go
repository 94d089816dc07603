package sitecache_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/memory"
	"github.com/captchad/captchad/store/sitecache"
	"github.com/captchad/captchad/store/storetest"
)

const maxAge = time.Second

func TestLaws(t *testing.T) {
	storetest.Sites(t, func(*testing.T, string) captcha.SiteStore {
		return sitecache.New(memory.New(), maxAge, time.Now)
	})
}

// scene is a cache in front of a store that counts, with a clock.
type scene struct {
	*memory.Store
	cache  *sitecache.Cache
	clock  time.Time
	reads  int
	before func() // a read begins
	failed error
}

func newScene(t *testing.T, keys ...string) *scene {
	s := &scene{Store: memory.New(), clock: time.Unix(1_800_000_000, 0), before: func() {}}
	s.cache = sitecache.New(s, maxAge, func() time.Time { return s.clock })
	for _, key := range keys {
		s.save(t, s.Store, key, "first")
	}
	return s
}

func (s *scene) Site(ctx context.Context, key string) (*captcha.Site, error) {
	s.reads++
	site, err := s.Store.Site(ctx, key)
	s.before()
	return site, errors.Join(err, s.failed)
}

func (s *scene) save(t *testing.T, in captcha.SiteStore, key, name string) {
	t.Helper()
	if err := in.SaveSite(t.Context(), &captcha.Site{Key: key, Name: name}); err != nil {
		t.Fatal(err)
	}
}

// name is the name of the Site, or what asking for it fails with.
func (s *scene) name(t *testing.T, key string) string {
	t.Helper()
	site, err := s.cache.Site(t.Context(), key)
	if err != nil {
		return err.Error()
	}
	return site.Name
}

func (s *scene) expect(t *testing.T, key, want string, reads int) {
	t.Helper()
	if got := s.name(t, key); got != want || s.reads != reads {
		t.Errorf("%s is %q after %d reads, want %q after %d", key, got, s.reads, want, reads)
	}
}

var none = captcha.ErrNoSite.Error()

func TestASiteIsReadOnceInAWhile(t *testing.T) {
	s := newScene(t, "a")
	s.expect(t, "a", "first", 1)
	s.clock = s.clock.Add(maxAge - 1)
	s.expect(t, "a", "first", 1)
	s.save(t, s.Store, "a", "second") // by somebody else
	s.expect(t, "a", "first", 1)
	s.clock = s.clock.Add(1)
	s.expect(t, "a", "second", 2)
}

func TestThatThereIsNoSiteIsKnownForAWhileToo(t *testing.T) {
	s := newScene(t)
	s.expect(t, "a", none, 1)
	s.expect(t, "a", none, 1)
	s.save(t, s.Store, "a", "first")
	s.clock = s.clock.Add(maxAge)
	s.expect(t, "a", "first", 2)
}

func TestOwnChangesAreSeenAtOnce(t *testing.T) {
	s := newScene(t, "a")
	s.expect(t, "a", "first", 1)
	s.save(t, s.cache, "a", "second")
	s.expect(t, "a", "second", 2)
	s.expect(t, "b", none, 3)
	s.save(t, s.cache, "b", "new")
	s.expect(t, "b", "new", 4)
	if err := s.cache.DeleteSite(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	s.expect(t, "a", none, 5)
	if all, err := s.cache.Sites(t.Context()); err != nil || len(all) != 1 || all[0].Key != "b" {
		t.Errorf("all sites: %v, %v", all, err)
	}
	s.save(t, s.cache, "c", "new")
	if all, err := s.cache.Sites(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("all sites: %v, %v", all, err)
	}
}

// A reader who was slow brings back what was there before a change. He may tell it
// himself; it must not stay.
func TestWhatWasReadBeforeAChangeIsNotKept(t *testing.T) {
	s := newScene(t, "a")
	s.before = func() {
		s.before = func() {}
		s.save(t, s.cache, "a", "second")
	}
	s.expect(t, "a", "first", 1)
	s.expect(t, "a", "second", 2)
}

func TestAFailureIsToldAndForgotten(t *testing.T) {
	s := newScene(t, "a")
	s.failed = errors.New("the disk is gone")
	s.expect(t, "a", "the disk is gone", 1)
	s.failed = nil
	s.expect(t, "a", "first", 2)
	s.failed = errors.New("the disk is gone")
	s.clock = s.clock.Add(maxAge)
	s.expect(t, "a", "the disk is gone", 3) // and not for ever what it was
}

func TestCallersMayChangeWhatTheyGot(t *testing.T) {
	s := newScene(t, "a")
	for range 2 {
		site, err := s.cache.Site(t.Context(), "a")
		if err != nil || site.Name != "first" || len(site.Hosts) != 0 {
			t.Fatalf("%v, %v", site, err)
		}
		site.Name, site.Hosts = "mine", append(site.Hosts, "x")
	}
	for range 2 {
		all, err := s.cache.Sites(t.Context())
		if err != nil || all[0].Name != "first" {
			t.Fatalf("%v, %v", all, err)
		}
		all[0].Name = "mine"
	}
}

func TestAFloodOfKeysIsBounded(t *testing.T) {
	s := newScene(t, "a")
	for n := range 20_000 {
		s.name(t, fmt.Sprint("nobody", n))
	}
	reads := s.reads
	s.expect(t, "nobody19999", none, reads)
	s.expect(t, "nobody0", none, reads+1)
}

func BenchmarkSite(b *testing.B) {
	store := memory.New()
	cache := sitecache.New(store, maxAge, time.Now)
	site := &captcha.Site{Key: "a", Secrets: []captcha.Secret{{Value: "x"}}, Hosts: []string{"h"}, Settings: captcha.Settings{"a": "b"}}
	if err := cache.SaveSite(b.Context(), site); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cache.Site(b.Context(), "a"); err != nil {
			b.Fatal(err)
		}
	}
}
