package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/cmd/captchad/load"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/store"
)

// TestSoak keeps a server at half of what it can do, for as long as CAPTCHAD_SOAK
// says (10m), with Challenges that are forgotten soon, and sees that nothing grows once
// everything has been there: that is after an epoch. make soak runs it.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("CAPTCHAD_SOAK"))
	if err != nil {
		t.Skip("set CAPTCHAD_SOAK to a duration such as 10m")
	}
	db := filepath.Join(t.TempDir(), "soak.db")
	site, solver := soakSite(t, db)
	server := launch(t, build(t), "serve", "--db="+db, "--limits=off", "--first-site=none")

	drive := func(duration time.Duration, rate float64) load.Result {
		t.Helper()
		driver, err := load.New(load.Config{
			Server: load.Server{URL: server.url}, Solver: solver, Connections: 32, Duration: duration, Rate: rate,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer driver.Close()
		result, err := driver.Measure(t.Context(), "native", load.Life, []*captcha.Site{site})
		if err != nil || len(result.Errors) > 0 {
			t.Fatalf("%v, %v, such as %s", err, result.Errors, result.Example)
		}
		return result
	}
	fastest := drive(10*time.Second, 0)
	most := fastest.PerSecond()
	drive(max(length/10, captcha.EpochLength), most/2) // the stock and caches fill, and forgetting begins
	before := server.look(t, db)
	result := drive(length, most/2)
	after := server.look(t, db)
	t.Logf("%.0f lives a second are the most; at %.0f for %v, %d lives, p99 %v\nbefore %v\nafter  %v",
		most, result.PerSecond(), length, result.Operations(), result.Latency(0.99), before, after)
	if float64(after.memory) > 1.1*float64(before.memory) {
		t.Errorf("memory has grown from %d to %d MB", before.memory>>20, after.memory>>20)
	}
	if after.handles > before.handles+8 {
		t.Errorf("file handles have grown from %d to %d", before.handles, after.handles)
	}
	if after.threads > before.threads+8 {
		t.Errorf("threads have grown from %d to %d", before.threads, after.threads)
	}
	const logLimit = 64 << 20 // what SQLite is told to cut it down to
	if after.log > logLimit {
		t.Errorf("the write-ahead log has %d MB", after.log>>20)
	}
}

// soakSite is a Site in a new database whose Challenges live for seconds, and a
// Solver of them.
func soakSite(t *testing.T, db string) (*captcha.Site, *load.Solver) {
	t.Helper()
	opened, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	keys, err := captcha.LoadKeyring(t.Context(), opened, rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	makers, err := (&Options{}).makers("")
	if err != nil {
		t.Fatal(err)
	}
	site, err := server.NewSite("native", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	site.Hosts = []string{"*"} // the load pretends to come from a page
	site.Rules.Lifetime, site.Rules.PassLifetime = 10*time.Second, 10*time.Second
	if err := opened.SaveSite(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	return site, load.NewSolver(keys, makers)
}

// usage is what a server takes up.
type usage struct {
	memory, database, log int64 // bytes
	handles, threads      int
}

// String shows it to people.
func (u usage) String() string {
	return fmt.Sprintf("memory %.1f MB, %d file handles, %d threads, database %.1f MB, log %.1f MB",
		float64(u.memory)/(1<<20), u.handles, u.threads, float64(u.database)/(1<<20), float64(u.log)/(1<<20))
}

func (c crashing) look(t *testing.T, db string) usage {
	t.Helper()
	// What the last requests have left behind goes first.
	waitIdle(t.Context())
	pid := c.command.Process.Pid
	memory, ok := load.Memory(pid)
	if !ok {
		t.Skip("what a process uses cannot be read here")
	}
	return usage{
		memory: memory, database: size(t, db), log: size(t, db+"-wal"),
		handles: entries(t, fmt.Sprintf("/proc/%d/fd", pid)), threads: entries(t, fmt.Sprintf("/proc/%d/task", pid)),
	}
}

// waitIdle waits until the server's garbage is collected, as far as it ever is.
func waitIdle(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Second):
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func entries(t *testing.T, folder string) int {
	t.Helper()
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}
