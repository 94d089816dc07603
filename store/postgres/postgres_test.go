package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
	"github.com/captchad/captchad/store/postgres"
	"github.com/captchad/captchad/store/storetest"
	"github.com/captchad/captchad/store/storetest/servers"
)

func TestLaws(t *testing.T) {
	var databases homes
	storetest.DurableLedger(t, func(t *testing.T, home string) captcha.Ledger { return punctual{open(t, databases.url(t, home))} })
	storetest.SharedLedger(t, func(t *testing.T, home string) captcha.Ledger { return punctual{open(t, databases.url(t, home))} })
	storetest.DurableSites(t, func(t *testing.T, home string) captcha.SiteStore { return open(t, databases.url(t, home)) })
	storetest.DurableKeys(t, func(t *testing.T, home string) captcha.KeyStore { return open(t, databases.url(t, home)) })
	storetest.DurableAudit(t, func(t *testing.T, home string) captcha.AuditLog { return open(t, databases.url(t, home)) })
}

// punctual forgets without the margin that is left for clocks that differ.
type punctual struct{ *postgres.Store }

func (p punctual) Forget(ctx context.Context, before time.Time) (int, error) {
	return p.Store.Forget(ctx, before.Add(cas.Margin))
}

// homes are databases by the folders that the laws have for them.
type homes struct {
	mu   sync.Mutex
	urls map[string]string
}

func (h *homes) url(t testing.TB, home string) string {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.urls == nil {
		h.urls = map[string]string{}
	}
	if h.urls[home] == "" {
		h.urls[home] = servers.Postgres(t)
	}
	return h.urls[home]
}

// open opens the database at the URL.
func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}
