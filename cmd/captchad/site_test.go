package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
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
	t.Run("change under a running server", func(t *testing.T) {
		p := start(t, db)
		must(t, "site", "add", db, "--dialect=native", "--key=late")
		if status, body := post(t, p.url+"/native/v1/challenges", `{"site":"late"}`); status != 201 {
			t.Errorf("added: %d %.100s", status, body)
		}
		redeem := func(secret string) int {
			status, _ := post(t, p.url+"/native/v1/redeem", fmt.Sprintf(`{"site":"my-app","secret":%q,"pass":"x","subject":"x"}`, secret))
			return status
		}
		fresh := regexp.MustCompile(`[0-9a-f]{32}`).FindString(must(t, "site", "rotate", db, "my-app"))
		if redeem(secret[1]) != 404 || redeem(fresh) != 404 || redeem("wrong") != 401 {
			t.Error("the old and the new secret are to be good, and no other")
		}
		must(t, "site", "rotate", db, "my-app", "--overlap=0s")
		if redeem(secret[1]) != 401 || redeem(fresh) != 401 {
			t.Error("without overlap the old secrets end at once")
		}
		must(t, "site", "remove", db, "late")
		if status, _ := post(t, p.url+"/native/v1/challenges", `{"site":"late"}`); status != 404 {
			t.Errorf("removed: %d", status)
		}
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
