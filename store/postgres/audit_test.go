package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/postgres"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestAuditBesideOthers(t *testing.T) {
	for _, row := range []struct {
		name    string
		other   string
		appends bool
	}{
		{"a vacuum keeps nobody from appending and trimming", "LOCK TABLE audit IN SHARE UPDATE EXCLUSIVE MODE", true},
		{"one replica appends at a time, and others trim meanwhile", fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", postgres.AuditTurn), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			address := servers.Postgres(t)
			store := open(t, address+"&lock_timeout=50ms")
			other, err := pgx.Connect(t.Context(), address)
			must(t, err)
			defer other.Close(t.Context())
			_, err = other.Exec(t.Context(), "BEGIN; "+row.other)
			must(t, err)
			err = store.AppendAudit(t.Context(), []captcha.AuditEntry{{At: time.Unix(1, 0), Step: captcha.Issued}})
			if (err == nil) != row.appends {
				t.Errorf("append: got %v", err)
			}
			if _, err := store.TrimAudit(t.Context(), time.Unix(2, 0), 10); err != nil {
				t.Errorf("trim: got %v", err)
			}
		})
	}
}

func TestAuditIsReadPatiently(t *testing.T) {
	address := servers.Postgres(t)
	store := open(t, address+"&statement_timeout=1s&lock_timeout=0")
	other, err := pgx.Connect(t.Context(), address)
	must(t, err)
	defer other.Close(t.Context())
	_, err = other.Exec(t.Context(), "BEGIN; LOCK TABLE audit")
	must(t, err)
	read := make(chan error, 1)
	go func() {
		_, err := store.Audit(t.Context(), captcha.AuditFilter{}, 10)
		read <- err
	}()
	// Twice as long as any other statement may take.
	_, err = other.Exec(t.Context(), "SELECT pg_sleep(2); COMMIT")
	must(t, err)
	must(t, <-read)
}
