package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestSites(t *testing.T) {
	db := database(t)
	must(t, "migrate", db)
	added := must(t, "site", "add", db, "--dialect=oneaccess", "--key=my-app", "--name=My app", "--host=app.example.com",
		"--attempts=1", "--lifetime=1m", "--set=oneaccess.lenient_headers=on", "--set=slider.decoys=1")
	secret := regexp.MustCompile(`secret ([0-9a-f]{32})`).FindStringSubmatch(added)
	if secret == nil {
		t.Fatalf("no secret in %s", added)
	}
	t.Run("are listed without their secrets", func(t *testing.T) {
		out := must(t, "site", "list", db)
		for _, want := range []string{"my-app", "oneaccess", "My app", "1m0s", "3m0s", "app.example.com"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
		if strings.Contains(out, secret[1]) {
			t.Error("the list shows the secret")
		}
	})
	t.Run("change under a running server, within a second", func(t *testing.T) {
		p := start(t, db)
		issue := func() int {
			status, _ := post(t, p.url+"/native/v1/challenges", `{"site":"late"}`)
			return status
		}
		redeem := func(secret string) int {
			status, _ := post(t, p.url+"/native/v1/redeem", fmt.Sprintf(`{"site":"my-app","secret":%q,"pass":"x","subject":"x"}`, secret))
			return status
		}
		if issue() != 404 || redeem(secret[1]) != 404 || redeem("wrong") != 401 {
			t.Fatal("before any change")
		}
		must(t, "site", "add", db, "--dialect=native", "--key=late")
		soon(t, "a new site is there", func() bool { return issue() == 201 })
		fresh := regexp.MustCompile(`[0-9a-f]{32}`).FindString(must(t, "site", "rotate", db, "my-app"))
		soon(t, "a new secret is good", func() bool { return redeem(fresh) == 404 })
		if redeem(secret[1]) != 404 || redeem("wrong") != 401 {
			t.Error("the old secret is to be good too, and no other")
		}
		must(t, "site", "rotate", db, "my-app", "--overlap=0s")
		soon(t, "without overlap the old secrets end", func() bool { return redeem(secret[1]) == 401 && redeem(fresh) == 401 })
		must(t, "site", "remove", db, "late")
		soon(t, "a removed site is gone", func() bool { return issue() == 404 })
	})
	for name, c := range map[string]struct {
		args []string
		say  string
	}{
		"a key twice":         {[]string{"add", "--dialect=oneaccess", "--key=my-app"}, "already"},
		"no such dialect":     {[]string{"add", "--dialect=nobody"}, "nobody"},
		"no such setting":     {[]string{"add", "--dialect=oneaccess", "--set=x=y"}, "oneaccess.webhook"},
		"a wrong value":       {[]string{"add", "--dialect=oneaccess", "--set=slider.decoys=9"}, "0 to 2"},
		"no URL":              {[]string{"add", "--dialect=oneaccess", "--set=oneaccess.webhook=ftp://x"}, "http"},
		"a key with a space":  {[]string{"add", "--dialect=oneaccess", "--key=a b"}, "key"},
		"negative attempts":   {[]string{"add", "--dialect=oneaccess", "--attempts=-1"}, "attempts"},
		"removing no site":    {[]string{"remove", "nobody"}, "no site"},
		"rotating no site":    {[]string{"rotate", "nobody"}, "no site"},
		"a dialect not given": {[]string{"add"}, "--dialect"},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			_, stderr, code := command(t, append(append([]string{"site"}, c.args...), db)...)
			if code == exitOK || !strings.Contains(stderr, c.say) {
				t.Errorf("exit %d, want words about %q: %s", code, c.say, stderr)
			}
		})
	}
}

// soon asks again and again until what is to come has come.
func soon(t *testing.T, what string, come func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !come(); {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestASiteIsChanged(t *testing.T) {
	db := database(t)
	must(t, "site", "add", db, "--dialect=native", "--key=mine", "--name=My app", "--host=a.example.com", "--attempts=2", "--set=slider.decoys=1")
	shown := must(t, "site", "show", db, "mine")
	for _, want := range []string{"name: My app", "state: enabled", "- a.example.com", "attempts: 2", "slider.decoys: "} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in:\n%s", want, shown)
		}
	}

	t.Run("in what is named, and in nothing else", func(t *testing.T) {
		changed := must(t, "site", "set", db, "mine", "--host=b.example.com", "--host=c.example.com", "--lifetime=30s", "--set=slider.decoys=", "--set=native.kinds=text")
		want := strings.NewReplacer("- a.example.com", "- b.example.com\n- c.example.com", "lifetime: 2m0s", "lifetime: 30s",
			`slider.decoys: "1"`, "native.kinds: text").Replace(shown)
		if changed != want || must(t, "site", "show", db, "mine") != want {
			t.Errorf("got\n%s\nwant\n%s", changed, want)
		}
	})
	t.Run("under a running server", func(t *testing.T) {
		p := start(t, db)
		issue := func() int {
			status, _ := post(t, p.url+"/native/v1/challenges", `{"site":"mine"}`)
			return status
		}
		if status := issue(); status != 201 {
			t.Fatalf("got %d", status)
		}
		must(t, "site", "set", db, "mine", "--state=disabled")
		soon(t, "it is disabled", func() bool { return issue() != 201 })
		must(t, "site", "set", db, "mine", "--state=enabled")
		soon(t, "it is back", func() bool { return issue() == 201 })
	})
	t.Run("by nothing that is wrong", func(t *testing.T) {
		before := must(t, "site", "show", db, "mine")
		for _, bad := range []string{"--host=https://x/", "--set=no.such=1", "--attempts=-1", "--lifetime=1000h"} {
			if _, stderr, code := command(t, "site", "set", db, "mine", bad); code != exitUsage {
				t.Errorf("%s: exit %d, %s", bad, code, stderr)
			}
		}
		if _, stderr, code := command(t, "site", "set", db, "nobodys", "--name=x"); code != exitFailed || !strings.Contains(stderr, "no site") {
			t.Errorf("no such site: exit %d, %s", code, stderr)
		}
		if after := must(t, "site", "show", db, "mine"); after != before {
			t.Errorf("it is now\n%s", after)
		}
	})
}

func TestWhoLooksMakesNoDatabase(t *testing.T) {
	db := database(t)
	for _, args := range [][]string{
		{"site", "list"}, {"site", "show", "a"}, {"site", "set", "a"}, {"site", "remove", "a"}, {"site", "rotate", "a"},
		{"key", "list"}, {"key", "rotate"}, {"key", "remove", "a"}, {"audit"},
	} {
		if _, stderr, code := command(t, append(args, db)...); code != exitFailed || !strings.Contains(stderr, "there is no database") {
			t.Errorf("%v: exit %d, %s", args, code, stderr)
		}
	}
	if _, err := os.Stat(strings.TrimPrefix(db, "--db=")); err == nil {
		t.Error("there is one now")
	}
}
