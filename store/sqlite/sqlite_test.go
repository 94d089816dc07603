package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlite"
	"github.com/captchad/captchad/store/storetest"
)

func TestLaws(t *testing.T) {
	storetest.DurableLedger(t, func(t *testing.T, home string) captcha.Ledger { return open(t, home) })
	storetest.SharedLedger(t, func(t *testing.T, home string) captcha.Ledger { return open(t, home) })
	storetest.DurableSites(t, func(t *testing.T, home string) captcha.SiteStore { return open(t, home) })
	storetest.DurableKeys(t, func(t *testing.T, home string) captcha.KeyStore { return open(t, home) })
	storetest.DurableAudit(t, func(t *testing.T, home string) captcha.AuditLog { return open(t, home) })
}

// open opens the database in home.
func open(t testing.TB, home string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(home, "captchad.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}
