package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/store"
	"github.com/captchad/captchad/store/storetest/servers"
)

// TestReplicas has three servers share their stores, and visitors whose every request
// goes to any of them, while something goes wrong. Whatever that is, no Pass is good
// twice; and what was told as solved is good still, or as used up is used up.
func TestReplicas(t *testing.T) {
	binary := build(t)
	for _, row := range []struct {
		name      string
		withRedis bool
	}{{"on PostgreSQL", false}, {"on PostgreSQL and Redis", true}} {
		t.Run(row.name, func(t *testing.T) {
			f := newFleet(t, binary, row.withRedis)
			t.Run("all goes well", func(t *testing.T) { f.under(t, func() {}).hold(t) })
			t.Run("a replica is killed", func(t *testing.T) { f.under(t, f.killOne).hold(t) })
			t.Run("PostgreSQL is restarted", func(t *testing.T) {
				f.under(t, func() { f.restart(t, f.postgres.Stop, f.postgres.Start) }).hold(t)
			})
			t.Run("PostgreSQL crashes", func(t *testing.T) {
				f.under(t, func() { f.restart(t, f.postgres.Kill, f.postgres.Start) }).hold(t)
			})
			if !row.withRedis {
				return
			}
			t.Run("Redis crashes", func(t *testing.T) {
				f.under(t, func() { f.restart(t, f.redis.Kill, f.redis.Start) }).holdButForget(t)
			})
			t.Run("Redis loses its memory", func(t *testing.T) { f.under(t, func() { f.redis.Flush(t) }).holdButForget(t) })
		})
	}
}

const (
	replicas     = 3
	visitors     = 12
	livesBefore  = 150 // how many Passes are redeemed before something happens
	livesAfter   = 300 // and afterwards
	recoveryTime = 5 * time.Second
	// forgetful is how long after a loss what is new may be taken for old: the second in
	// which the loss is noticed counts as before, and what clocks may differ by.
	forgetful = captcha.ClockSkew + 2*time.Second
)

// fleet is the replicas and what they share.
type fleet struct {
	t        *testing.T // whose end is theirs
	binary   string
	args     []string
	postgres *servers.PostgresServer
	redis    *servers.RedisServer
	client   *http.Client
	keys     *captcha.Keyring
	site     *captcha.Site
	maker    captcha.Maker

	mu       sync.Mutex
	replicas []crashing
}

func newFleet(t *testing.T, binary string, withRedis bool) *fleet {
	t.Helper()
	f := &fleet{t: t, binary: binary, postgres: servers.StartPostgres(t)}
	f.client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4 * visitors}}
	address := f.postgres.NewDatabase(t)
	f.args = []string{"serve", "--db=" + address, "--limits=off", "--first-site=none"}
	if withRedis {
		f.redis = servers.StartRedis(t)
		f.args = append(f.args, "--ledger="+f.redis.URL())
	}
	f.furnish(t, address)
	for range replicas {
		f.replicas = append(f.replicas, f.launch())
	}
	f.allSay(t, http.StatusOK)
	return f
}

func (f *fleet) launch() crashing { return launch(f.t, f.binary, f.args...) }

// furnish makes the Site, and finds what it takes to solve puzzles.
func (f *fleet) furnish(t *testing.T, address string) {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if f.site, err = server.NewSite("native", rand.Reader); err == nil {
		err = db.SaveSite(t.Context(), f.site)
	}
	if err == nil {
		f.keys, err = captcha.LoadKeyring(t.Context(), db, rand.Reader, time.Now())
	}
	makers, makersErr := (&Options{}).makers("")
	if err := errors.Join(err, makersErr); err != nil {
		t.Fatal(err)
	}
	slider := slices.IndexFunc(makers, func(m captcha.Maker) bool { return m.Kind() == captcha.KindSlider })
	f.maker = makers[slider]
}

// any is one of the replicas.
func (f *fleet) any(random *mathrand.Rand) crashing {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.replicas[random.IntN(len(f.replicas))]
}

// killOne kills a replica, and starts another one instead.
func (f *fleet) killOne() {
	f.mu.Lock()
	killed := f.replicas[0]
	f.mu.Unlock()
	killed.command.Process.Kill()
	started := f.launch()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.replicas[0] = started
}

// restart stops a server that the replicas need, and starts it again. They tell what is
// so meanwhile, and go on by themselves.
func (f *fleet) restart(t *testing.T, stop, start func(testing.TB)) {
	stop(t)
	f.allSay(t, http.StatusServiceUnavailable)
	start(t)
	t.Logf("all replicas were ready again %v after the server was", f.allSay(t, http.StatusOK).Round(time.Millisecond))
}

// allSay waits until all replicas say that they are ready, or are not. What they say may
// be a second old.
func (f *fleet) allSay(t *testing.T, want int) time.Duration {
	begin := time.Now()
	for i, replica := range f.replicas {
		for status := 0; status != want; time.Sleep(10 * time.Millisecond) {
			if status, _ = f.ready(replica); time.Since(begin) > recoveryTime {
				t.Errorf("after %v replica %d says %d, want %d", recoveryTime, i, status, want)
				break
			}
		}
	}
	return time.Since(begin)
}

func (f *fleet) ready(replica crashing) (int, error) {
	response, err := f.client.Get(replica.url + "/readyz")
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// lives are those of the Challenges of one test.
type lives struct {
	fleet *fleet

	mu       sync.Mutex
	all      []*life
	requests int
	failures map[string]int // by what was asked and what came of it
	happened time.Time      // when what goes wrong had gone wrong
}

// life is a Challenge and what is known of it.
type life struct {
	pass      string // "": not known to be solved
	good      int    // redemptions that were told to be good
	asked     bool   // somebody has asked for one, and may not have heard what came of it
	forgotten bool   // it was told to be too old, which it is not
	begun     time.Time
}

// under lets visitors come and go, and something happen while they do.
func (f *fleet) under(t *testing.T, happen func()) *lives {
	l := &lives{fleet: f, failures: map[string]int{}}
	var redeemed atomic.Int64
	var once sync.Once
	var done sync.WaitGroup
	over := make(chan struct{})
	until := time.Now().Add(60 * time.Second) // far more than it takes, and not for ever
	for v := range visitors {
		random := mathrand.New(mathrand.NewPCG(1, uint64(v)))
		done.Go(func() {
			for time.Now().Before(until) {
				if l.visit(random) {
					redeemed.Add(1)
				}
				if redeemed.Load() >= livesBefore {
					once.Do(func() {
						go func() {
							defer close(over)
							happen()
							l.mu.Lock()
							defer l.mu.Unlock()
							l.happened = time.Now()
							redeemed.Store(livesBefore)
						}()
					})
				}
				select {
				case <-over:
					if redeemed.Load() >= livesBefore+livesAfter {
						return
					}
				default:
				}
			}
		})
	}
	done.Wait()
	if redeemed.Load() < livesBefore+livesAfter {
		t.Errorf("%d passes were redeemed, too few", redeemed.Load())
	}
	return l
}

// visit takes one Challenge through its life, each step on any replica. In the end
// several backends redeem the Pass at once. It tells whether one of them could.
func (l *lives) visit(random *mathrand.Rand) bool {
	f := l.fleet
	one := &life{begun: time.Now()}
	l.mu.Lock()
	l.all = append(l.all, one)
	l.mu.Unlock()

	var issued struct{ ID string }
	if l.ask(random, "issue", "/native/v1/challenges?site="+f.site.Key, "{}", &issued) != http.StatusCreated {
		return false
	}
	id, _ := captcha.ParseID(issued.ID)
	_, seed, ok := f.keys.Open(id, f.site.Tag())
	if !ok {
		return false
	}
	x := math.Round(f.maker.Solution(seed, f.site.Settings).Points[0].X)
	var solved struct{ Pass struct{ Pass string } }
	status := l.ask(random, "answer", "/native/v1/challenges/"+issued.ID+"/answers?site="+f.site.Key,
		fmt.Sprintf(`{"answer":{"x":%v}}`, x), &solved)
	if status != http.StatusOK {
		one.forgotten = status == http.StatusGone
		return false
	}
	one.pass = solved.Pass.Pass
	if random.IntN(4) == 0 {
		return false // this one is redeemed when all is over
	}
	var backends sync.WaitGroup
	for range 3 {
		seed := random.Uint64()
		backends.Go(func() { l.redeem(mathrand.New(mathrand.NewPCG(2, seed)), one) })
	}
	backends.Wait()
	return one.good > 0
}

// redeem notes what comes of a redemption.
func (l *lives) redeem(random *mathrand.Rand, one *life) int {
	status := l.ask(random, "redeem", "/native/v1/redeem",
		fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%q}`, l.fleet.site.Key, l.fleet.site.Secrets[0].Value, one.pass), &struct{}{})
	l.mu.Lock()
	defer l.mu.Unlock()
	one.asked = true
	switch status {
	case http.StatusOK:
		one.good++
	case http.StatusGone:
		one.forgotten = true
	}
	return status
}

// ask sends a request to any replica, and tells the status that came back, or 0.
func (l *lives) ask(random *mathrand.Rand, what, path, body string, answer any) int {
	status, text, err := postTo(l.fleet.client, l.fleet.any(random).url+path, body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests++
	switch {
	case err != nil:
		l.failures[what+": no answer"]++
		return 0
	case status >= 300:
		l.failures[fmt.Sprintf("%s: %d", what, status)]++
	case json.Unmarshal(text, answer) != nil:
		l.failures[what+": no JSON"]++
	}
	return status
}

// hold looks at every life again: no Pass is good twice, and none is lost.
func (l *lives) hold(t *testing.T) {
	t.Helper()
	if _, forgotten := l.settle(t); forgotten > 0 {
		t.Errorf("%d challenges were forgotten", forgotten)
	}
}

// holdButForget is hold where what was before is forgotten: that is not good at all, and
// what came afterwards is.
func (l *lives) holdButForget(t *testing.T) {
	t.Helper()
	late, forgotten := l.settle(t)
	if forgotten == 0 || late > 0 {
		t.Errorf("%d challenges were forgotten, and %d from afterwards; want some, and none", forgotten, late)
	}
}

// settle has every Pass redeemed that may still be good, and again, and counts.
func (l *lives) settle(t *testing.T) (forgottenLate, forgotten int) {
	t.Helper()
	random := mathrand.New(mathrand.NewPCG(3, 3))
	l.mu.Lock()
	requests, failures := l.requests, maps.Clone(l.failures)
	l.mu.Unlock()
	var solved, twice, lost int
	for _, one := range l.all {
		if one.pass != "" {
			solved++
			told, asked := one.good > 0, one.asked
			first, second := l.redeem(random, one), l.redeem(random, one)
			switch {
			case first == http.StatusGone && second == http.StatusGone:
			case second != http.StatusConflict, first != http.StatusConflict && (told || first != http.StatusOK), first == http.StatusConflict && !asked:
				lost++
				t.Errorf("a pass that was told good %v, and asked for %v, ended with %d and %d", told, asked, first, second)
			}
		}
		if one.good > 1 {
			twice++
		}
		if one.forgotten {
			forgotten++
			if one.begun.After(l.happened.Add(forgetful)) {
				forgottenLate++
			}
		}
	}
	t.Logf("%d requests, failed: %v; %d solved, %d redeemed twice, %d lost, %d forgotten (%d of them from afterwards)",
		requests, failures, solved, twice, lost, forgotten, forgottenLate)
	if twice > 0 || lost > 0 {
		t.Errorf("%d passes were redeemed twice and %d lost", twice, lost)
	}
	for _, replica := range l.fleet.replicas {
		if strings.Contains(replica.stderr.String(), servers.Password) {
			t.Error("a password is in the log")
		}
	}
	return forgottenLate, forgotten
}
