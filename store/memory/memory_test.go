package memory_test

import (
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/memory"
	"github.com/captchad/captchad/store/storetest"
)

func TestLaws(t *testing.T) {
	storetest.Ledger(t, func(*testing.T, string) captcha.Ledger { return memory.New() })
	storetest.Sites(t, func(*testing.T, string) captcha.SiteStore { return memory.New() })
	storetest.Keys(t, func(*testing.T, string) captcha.KeyStore { return memory.New() })
	storetest.Audit(t, func(*testing.T, string) captcha.AuditLog { return memory.New() })
}

func TestStore(t *testing.T) {
	t.Run("nothing works once it is closed", func(t *testing.T) {
		store := memory.New()
		if err := store.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if err := store.Ping(t.Context()); err == nil {
			t.Error("it still answers")
		}
		err := store.Update(t.Context(), captcha.Challenge{}, func(*captcha.Record) error {
			t.Error("a change is applied")
			return nil
		})
		if err == nil {
			t.Error("Update does not fail")
		}
	})
}
