package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/store/storetest/servers"
)

func TestCommandsOnPostgreSQL(t *testing.T) {
	address := servers.Postgres(t)
	db := "--db=" + address
	shown := strings.Replace(address, servers.Password, "********", 1)

	t.Run("migrate tells the versions, and not the password", func(t *testing.T) {
		if out := must(t, "migrate", db); !strings.HasPrefix(out, shown+": version ") || !strings.HasSuffix(out, ", was 0\n") {
			t.Errorf("got %q", out)
		}
	})
	t.Run("sites are added, listed, rotated and removed, beside a server that runs", func(t *testing.T) {
		p := start(t, "serve", db, "--ledger="+servers.Redis(t), "--limits=off")
		if out := p.stdout.String(); !strings.Contains(out, "database "+shown+", ledger redis://:********@") || strings.Contains(out, servers.Password) {
			t.Errorf("it says:\n%s", out)
		}
		must(t, "readyz", "--url="+p.url, "--wait") // a new Redis takes some seconds
		must(t, "site", "add", db, "--dialect=native", "--key=app")
		if status, answer := post(t, p.url+"/native/v1/challenges?site=app", "{}"); status != http.StatusCreated {
			t.Errorf("issue: %d %s", status, answer)
		}
		if out := must(t, "site", "list", db); !strings.Contains(out, "app") {
			t.Errorf("listed:\n%s", out)
		}
		must(t, "site", "rotate", db, "app")
		must(t, "site", "remove", db, "app")
		if out := must(t, "site", "list", db); strings.Contains(out, "app") {
			t.Errorf("listed:\n%s", out)
		}
		must(t, "key", "list", db)
	})
}

func TestStoresThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"Redis for sites":           {[]string{"serve", "--db=redis://:hunter2@127.0.0.1:1"}, "name it as the ledger"},
		"a ledger that is a file":   {[]string{"serve", database(t), "--ledger=records.db"}, "use redis://"},
		"a Redis that is not there": {[]string{"serve", database(t), "--ledger=redis://:hunter2@127.0.0.1:1"}, "connection refused"},
		"a PostgreSQL that is not":  {[]string{"site", "list", "--db=postgres://me:hunter2@127.0.0.1:1/x"}, "connection refused"},
		"a ledger for mock mode":    {[]string{"mock", "--ledger=redis://:hunter2@127.0.0.1:1"}, "mock mode keeps records in its database"},
	} {
		t.Run(name+" is told, without the password", func(t *testing.T) {
			stdout, stderr, code := command(t, append(c.args, "--listen=127.0.0.1:0")...)
			if code == exitOK || !strings.Contains(stderr, c.want) || strings.Contains(stdout+stderr, "hunter2") {
				t.Errorf("exit %d: %s%s", code, stdout, stderr)
			}
		})
	}
}
