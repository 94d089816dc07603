// Package mock is the core for those who develop or test against a vendor: a
// [captcha.Service] whose clock moves on demand, whose randomness can be
// repeated, whose solutions can be read, and whose next steps end as a [Script]
// says.
//
// It is a decorator of the real Service and not a switch in it: what serve mode
// does not import it cannot do by accident.
package mock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/captchad/captchad/captcha"
)

// Core is a [captcha.Service] with its secrets laid open. Make one with [New].
type Core struct {
	*captcha.Service
	Script   Script // of those who test
	Defaults Script // where Script plans nothing

	config  captcha.Config
	makers  map[captcha.Kind]captcha.Maker
	anyKey  map[string]*captcha.Site // by Dialect: what a Site with a new key is like
	made    atomic.Int64             // how many of them there are
	lately  lately
	endings recent[ending] // of Challenges that were ended by hand

	automatic recent[bool] // which Challenges are
}

// New makes a Core. What it needs and assumes is what captcha.New does.
func New(config captcha.Config) *Core {
	core := &Core{makers: map[captcha.Kind]captcha.Maker{}, anyKey: map[string]*captcha.Site{}}
	config.Observe = core.watching(config.Observe)
	core.Service, core.config = captcha.New(config), config
	for _, maker := range config.Makers {
		core.makers[maker.Kind()] = maker
	}
	return core
}

// TakeAnyKey makes every key that is asked for a Site of the Dialect, like the
// given one but for its key. It is called before the Core is used.
func (c *Core) TakeAnyKey(dialect string, like *captcha.Site) { c.anyKey[dialect] = like }

// anyKey are keys that a Site may be made of.
var anyKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// maxMade is how many Sites are made on demand, so that a test that goes wild does
// not fill the store.
const maxMade = 1000

// Site finds the Site with that key, and makes it first if TakeAnyKey said so.
func (c *Core) Site(ctx context.Context, dialect, key string) (*captcha.Site, error) {
	if seen := SeenIn(ctx); seen != nil {
		seen.Dialect, seen.Site = dialect, key
	}
	site, err := c.Service.Site(ctx, dialect, key)
	if seen := SeenIn(ctx); seen != nil && seen.Refuse != nil {
		speaks := dialect
		if speaks == "" && site != nil {
			speaks = site.Dialect
		}
		refused := seen.Refuse(speaks, key)
		seen.Dialect = speaks
		if refused != nil {
			return nil, refused
		}
	}
	like := c.anyKey[dialect]
	if like == nil || captcha.CodeOf(err) != captcha.UnknownSite || !anyKey.MatchString(key) {
		c.becauseOfSite(ctx, dialect, key, err)
		return site, err
	}
	if _, err := c.Service.Site(ctx, "", key); captcha.CodeOf(err) != captcha.UnknownSite {
		because(ctx, "the key belongs to a site of another dialect")
		return nil, captcha.Refuse(captcha.UnknownSite, "the key belongs to a site of another dialect")
	}
	if c.made.Add(1) > maxMade {
		because(ctx, "too many sites were made on demand")
		return nil, captcha.Refuse(captcha.UnknownSite, "too many sites were made on demand")
	}
	made := *like
	made.Key, made.Settings = key, maps.Clone(like.Settings)
	if err := c.config.Sites.SaveSite(ctx, &made); err != nil {
		return nil, fmt.Errorf("make site: %w", err)
	}
	return &made, nil
}

// Makers are the kinds of puzzle that there are.
func (c *Core) Makers() []captcha.Maker { return c.config.Makers }

// Insight is all there is to know about a Challenge.
type Insight struct {
	Site      *captcha.Site
	Challenge captcha.Challenge
	Solution  captcha.Answer
	Record    captcha.Record
	ExpiredAt time.Time // when it was let expire; zero: it was not
	Outcome   Outcome   // of its last Answer, if the Challenge was issued lately; "": none was given
}

// ExpiresAt is when the Challenge can no longer be answered.
func (i Insight) ExpiresAt() time.Time {
	end := i.Challenge.IssuedAt.Add(i.Site.Rules.Lifetime)
	if !i.ExpiredAt.IsZero() && i.ExpiredAt.Before(end) {
		return i.ExpiredAt
	}
	return end
}

// Inspect finds the Challenge with that ID, whatever Site it was issued for. It
// refuses with Unknown an ID that was never issued.
func (c *Core) Inspect(ctx context.Context, id captcha.ID) (Insight, error) {
	sites, err := c.config.Sites.Sites(ctx)
	if err != nil {
		return Insight{}, fmt.Errorf("list sites: %w", err)
	}
	for _, site := range sites {
		if insight, err := c.inspect(ctx, site, id); !gone(err) {
			return insight, err
		}
	}
	return Insight{}, errNotIssued
}

var errNotIssued = captcha.Refuse(captcha.Unknown, "no such challenge was issued")

// inspect is Inspect for the Challenges of one Site.
func (c *Core) inspect(ctx context.Context, site *captcha.Site, id captcha.ID) (Insight, error) {
	ch, seed, ok := c.Keys().Open(id, site.Tag())
	if !ok || c.makers[ch.Kind] == nil {
		return Insight{}, errNotIssued
	}
	record, err := c.config.Ledger.Record(ctx, ch)
	if err != nil {
		return Insight{}, fmt.Errorf("read record: %w", err)
	}
	insight := Insight{
		Site: site, Challenge: ch, Record: record, Solution: c.makers[ch.Kind].Solution(seed, site.Settings), Outcome: c.lately.find(id).outcome,
	}
	c.endings.of(id).show(&insight)
	return insight, nil
}

// gone tells whether err says that there is no such Challenge, or no longer its Site.
func gone(err error) bool {
	return captcha.CodeOf(err) == captcha.Unknown || errors.Is(err, captcha.ErrNoSite)
}

// Pass makes a genuine Pass without a visitor: it issues a Challenge of the kind
// and answers it right. How the vendor's page would answer is told by
// answer, which may refuse to.
func (c *Core) Pass(ctx context.Context, site *captcha.Site, kind captcha.Kind, answer func(captcha.ID, captcha.Answer) (captcha.Attempt, error)) (captcha.Challenge, captcha.Pass, error) {
	ch := c.NewChallenge(site, kind)
	c.lately.add(issue{id: ch.ID, site: site.Key})
	insight, err := c.Inspect(ctx, ch.ID)
	if err != nil {
		return ch, captcha.Pass{}, err
	}
	attempt, err := answer(ch.ID, insight.Solution)
	if err != nil {
		return ch, captcha.Pass{}, err
	}
	pass, err := c.Solve(ctx, site, attempt)
	return ch, pass, err
}

// Solve is Answer for those who do not want to be told the Script's outcome. A refusal is
// told to nobody else: no visitor has answered.
func (c *Core) Solve(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (captcha.Pass, error) {
	if err := c.answerable(site, attempt.ID); err != nil {
		return captcha.Pass{}, err
	}
	pass, err := c.Service.Answer(quietly(ctx), site, attempt)
	if err == nil {
		ch, _ := c.Challenge(site, attempt.ID) // which was answered just now
		c.tell(ctx, captcha.Event{Step: captcha.Answered, Kind: ch.Kind, ID: ch.ID}, site, nil)
	}
	return pass, err
}

// Reset makes the Core what it was at the start, but for Challenges: what was scripted,
// ended by hand and listed is forgotten. Defaults stay.
func (c *Core) Reset() {
	c.Script.Clear("")
	c.endings.clear()
	c.lately.empty()
	c.made.Store(0)
}

// Random is randomness that is the same for the same seed, whatever else
// happens. It may be read by several goroutines; then only the whole of what
// they read is the same.
func Random(seed uint64) io.Reader {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return &lockedReader{source: rand.NewChaCha8(key)}
}

type lockedReader struct {
	mu     sync.Mutex
	source io.Reader
}

// Read fills b.
func (r *lockedReader) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(b)
}
