package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/postgres"
	"github.com/captchad/captchad/store/storetest"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestOpen(t *testing.T) {
	good := servers.Postgres(t)
	for _, row := range []struct {
		name string
		url  string
		want string
	}{
		{"a wrong password is told", strings.Replace(good, servers.Password, "hunter2", 1), "password authentication failed"},
		{"a server that is not there is told", "postgres://captchad:hunter2@127.0.0.1:1/db", "connection refused"},
		{"a database that is not there is told", strings.Replace(good, "/test", "/no-test", 1), "does not exist"},
		{"a URL without a database is told", "postgres://captchad:hunter2@127.0.0.1", "names no database"},
		{"a password with a percent sign is no URL", "postgres://captchad:hunter2%zz@127.0.0.1/db", "percent-encoded"},
		{"a password with a slash is no URL", "postgres://captchad:hunter2/x@127.0.0.1/db", "percent-encoded"},
		{"a setting with an impossible value is told", "postgres://captchad:hunter2@127.0.0.1/db?pool_max_conns=hunter2", "cannot be read"},
	} {
		t.Run(row.name, func(t *testing.T) {
			store, err := postgres.Open(t.Context(), row.url)
			if err == nil {
				store.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %q, want it to say %q and not the password", err, row.want)
			}
		})
	}

	t.Run("a database of a newer program is refused", func(t *testing.T) {
		address := servers.Postgres(t)
		open(t, address)
		raw(t, address, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)")
		if _, err := postgres.Open(t.Context(), address); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("got %v", err)
		}
	})

	address := servers.Postgres(t)
	storetest.OpenedAtOnce(t, func() (captcha.SiteStore, error) { return postgres.Open(t.Context(), address) })

	t.Run("a password may hold any characters, percent-encoded", func(t *testing.T) {
		const password = "a b/c%d@e:f?g#h'"
		raw(t, good, "CREATE USER odd SUPERUSER PASSWORD 'a b/c%d@e:f?g#h'''")
		odd, err := url.Parse(good)
		must(t, err)
		odd.User = url.UserPassword("odd", password)
		open(t, odd.String())
	})
}

func TestMigrate(t *testing.T) {
	t.Run("tells the versions before and after", func(t *testing.T) {
		address := servers.Postgres(t)
		for _, want := range [][2]int64{{0, 2}, {2, 2}} {
			from, to, err := postgres.Migrate(t.Context(), address)
			if err != nil || from != want[0] || to != want[1] {
				t.Errorf("got %d, %d, %v; want %v", from, to, err, want)
			}
		}
	})
}

func TestPing(t *testing.T) {
	t.Run("a database that cannot be written is not ready", func(t *testing.T) {
		address := servers.Postgres(t)
		store := open(t, address)
		must(t, store.Ping(t.Context()))
		raw(t, address, fmt.Sprintf("ALTER DATABASE %s SET default_transaction_read_only = on", database(t, address)))
		raw(t, address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		if err := store.Ping(t.Context()); err == nil {
			t.Error("it is ready")
		}
	})
}

func TestFailover(t *testing.T) {
	for _, row := range []struct {
		name string
		ask  func(store *postgres.Store) error
	}{
		{"whoever wants to know whether it is ready", func(store *postgres.Store) error { return store.Ping(t.Context()) }},
		{"whoever writes", func(store *postgres.Store) error {
			_, err := store.Swap(t.Context(), challenge(1), &captcha.Record{}, 0, 1)
			return err
		}},
	} {
		t.Run("connections to a server that can only be read are not kept: "+row.name, func(t *testing.T) {
			server := servers.StartPostgres(t)
			address := server.NewDatabase(t)
			store := open(t, address+"&pool_max_conns=1")
			must(t, row.ask(store))
			raw(t, address, "ALTER SYSTEM SET default_transaction_read_only = on")
			raw(t, address, "SELECT pg_reload_conf()")
			for row.ask(store) == nil { // until the connection hears of it
			}
			if err := row.ask(store); err == nil || !strings.Contains(err.Error(), "read only connection") {
				t.Errorf("got %v, want that a new connection is of no use either", err)
			}
		})
	}
}

func TestConnections(t *testing.T) {
	t.Run("that break are made again, and nobody hears of it", func(t *testing.T) {
		address := servers.Postgres(t)
		store := open(t, address)
		for round := range 5 {
			var callers sync.WaitGroup
			for i := range 40 { // all of the connections are in use
				callers.Go(func() {
					if err := store.Update(t.Context(), challenge(40*round+i), countAttempt); err != nil {
						t.Errorf("round %d: %v", round, err)
					}
				})
			}
			callers.Wait()
			raw(t, address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		}
	})

	t.Run("that another one keeps waiting are given up", func(t *testing.T) {
		address := servers.Postgres(t)
		store := open(t, address)
		must(t, store.Update(t.Context(), challenge(1), countAttempt))
		other, err := pgx.Connect(t.Context(), address)
		must(t, err)
		defer other.Close(t.Context())
		_, err = other.Exec(t.Context(), "BEGIN; LOCK TABLE records")
		must(t, err)
		if err := store.Update(t.Context(), challenge(1), countAttempt); err == nil {
			t.Error("it was kept")
		}
		_, err = other.Exec(t.Context(), "ROLLBACK")
		must(t, err)
		must(t, store.Update(t.Context(), challenge(1), countAttempt))
		record, err := store.Record(t.Context(), challenge(1))
		if record.Attempts != 2 || err != nil {
			t.Errorf("%d attempts are kept, %v; want 2", record.Attempts, err)
		}
	})
}

func TestBusy(t *testing.T) {
	t.Run("is who gets no connection, and not whose change was sent and may be kept", func(t *testing.T) {
		address := servers.Postgres(t)
		store := open(t, address+"&pool_max_conns=1&lock_timeout=0")
		other, err := pgx.Connect(t.Context(), address)
		must(t, err)
		defer other.Close(t.Context())
		_, err = other.Exec(t.Context(), "BEGIN; LOCK TABLE records IN SHARE MODE") // they can be read
		must(t, err)

		sent, cancelSent := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancelSent()
		swapped := make(chan error, 1)
		go func() {
			_, err := store.Swap(sent, challenge(1), &captcha.Record{Attempts: 1}, 0, 1)
			swapped <- err
		}()
		waitForLock(t, other)
		waits, cancelWaits := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancelWaits()
		if _, _, err := store.Find(waits, challenge(2)); captcha.CodeOf(err) != captcha.Busy {
			t.Errorf("without a connection: got %v, want Busy", err)
		}
		if err := <-swapped; !errors.Is(err, context.DeadlineExceeded) || captcha.CodeOf(err) != captcha.Internal {
			t.Errorf("sent: got %v, want that its time is over", err)
		}
	})
}

func TestRecord(t *testing.T) {
	t.Run("is read to the end for a caller who goes away, which costs no connection", func(t *testing.T) {
		address := servers.Postgres(t)
		store := open(t, address)
		other, err := pgx.Connect(t.Context(), address)
		must(t, err)
		defer other.Close(t.Context())
		_, err = other.Exec(t.Context(), "BEGIN; LOCK TABLE records")
		must(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		read := make(chan error, 1)
		go func() {
			_, err := store.Record(ctx, challenge(1))
			read <- err
		}()
		waitForLock(t, other)
		cancel()
		_, err = other.Exec(t.Context(), "ROLLBACK")
		must(t, err)
		must(t, <-read)
		if _, err := store.Record(ctx, challenge(1)); !errors.Is(err, context.Canceled) {
			t.Errorf("who was gone before: got %v", err)
		}
	})
}

func TestMemory(t *testing.T) {
	t.Run("what was issued before the ledger began to remember is refused", func(t *testing.T) {
		address := servers.Postgres(t)
		must(t, open(t, address).Close())
		now := time.Now()
		raw(t, address, fmt.Sprintf("INSERT INTO memory VALUES (%d)", now.Unix()))
		store := open(t, address)
		before := captcha.Challenge{ID: captcha.ID{1}, IssuedAt: now.Add(-time.Minute)}
		if err := store.Update(t.Context(), before, countAttempt); captcha.CodeOf(err) != captcha.Expired {
			t.Errorf("a challenge of before: got %v, want it expired", err)
		}
		for _, ch := range []captcha.Challenge{{ID: captcha.ID{2}, IssuedAt: now.Add(time.Minute)}, {ID: captcha.ID{3}}} {
			must(t, store.Update(t.Context(), ch, countAttempt))
		}
	})
}

func TestForget(t *testing.T) {
	t.Run("leaves a minute to replicas whose clocks are slow", func(t *testing.T) {
		store, due := open(t, servers.Postgres(t)), time.Unix(1_000_000, 0)
		must(t, store.Update(t.Context(), challenge(1), func(r *captcha.Record) error { r.ForgetAt = due; return nil }))
		for want, after := range []time.Duration{time.Minute, time.Minute + time.Second} {
			if n, err := store.Forget(t.Context(), due.Add(after)); n != want || err != nil {
				t.Errorf("after %v: forgot %d, %v; want %d", after, n, err, want)
			}
		}
	})

	t.Run("goes on beside whoever changes a record that is due", func(t *testing.T) {
		address := servers.Postgres(t)
		store := open(t, address)
		due := func(r *captcha.Record) error { r.ForgetAt = time.Unix(1, 0); return nil }
		for i := range 3 {
			must(t, store.Update(t.Context(), challenge(i), due))
		}
		other, err := pgx.Connect(t.Context(), address)
		must(t, err)
		defer other.Close(t.Context())
		_, err = other.Exec(t.Context(), fmt.Sprintf(`BEGIN; UPDATE records SET attempts = 9 WHERE id = '\x%v'`, challenge(1).ID))
		must(t, err)
		if n, err := store.Forget(t.Context(), time.Now()); n != 2 || err != nil {
			t.Errorf("forgot %d, %v; want the two that nobody changes", n, err)
		}
		_, err = other.Exec(t.Context(), "COMMIT")
		must(t, err)
		if n, err := store.Forget(t.Context(), time.Now()); n != 1 || err != nil {
			t.Errorf("forgot %d, %v; want the last one", n, err)
		}
	})
}

// waitForLock waits until somebody waits for a lock.
func waitForLock(t *testing.T, other *pgx.Conn) {
	t.Helper()
	for waiting := 0; waiting == 0; {
		must(t, other.QueryRow(t.Context(), "SELECT count(*) FROM pg_locks WHERE NOT granted").Scan(&waiting))
	}
}

// raw does what another program could do to the database.
func raw(t *testing.T, address, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	must(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), statement)
	must(t, err)
}

func database(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	must(t, err)
	return strings.TrimPrefix(parsed.Path, "/")
}

func challenge(n int) captcha.Challenge {
	return captcha.Challenge{ID: captcha.ID{byte(n * 37), byte(n), byte(n >> 8)}, IssuedAt: time.Unix(1, 0)}
}

func countAttempt(r *captcha.Record) error {
	r.Attempts++
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
