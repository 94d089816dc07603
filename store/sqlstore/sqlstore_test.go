package sqlstore_test

import (
	"path/filepath"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/sqlstore"
	"github.com/captchad/captchad/store/storetest"
)

func TestLaws(t *testing.T) {
	storetest.DurableLedger(t, func(t *testing.T, home string) captcha.Ledger { return open(t, home) })
	storetest.DurableSites(t, func(t *testing.T, home string) captcha.SiteStore { return open(t, home) })
	storetest.DurableKeys(t, func(t *testing.T, home string) captcha.KeyStore { return open(t, home) })
}

// open opens the database in home.
func open(t testing.TB, home string) *sqlstore.Store {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), filepath.Join(home, "captchad.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}
