package sealed_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/memory"
	"github.com/captchad/captchad/store/sealed"
	"github.com/captchad/captchad/store/storetest"
)

// masterKeys reads lines, of which a word stands for a key drawn by that word.
func masterKeys(t *testing.T, words ...string) *sealed.MasterKeys {
	t.Helper()
	var lines []string
	for _, word := range words {
		lines = append(lines, base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(word), 32)[:32]))
	}
	keys, err := sealed.ParseMasterKeys(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// scene is a store, and what is in front of it under some master keys.
type scene struct{ *memory.Store }

func (s scene) sites(master *sealed.MasterKeys) sealed.SiteStore {
	return sealed.SiteStore{SiteStore: s.Store, Master: master}
}

func (s scene) keys(master *sealed.MasterKeys) sealed.KeyStore {
	return sealed.KeyStore{KeyStore: s.Store, Master: master}
}

var aSite = &captcha.Site{Key: "a", Secrets: []captcha.Secret{{ID: "one", Value: "hunter2"}, {ID: "two", Value: "hunter3"}}}

var aKey = captcha.Key{ID: "k", Purpose: captcha.SealPurpose, Secret: []byte("hunter4"), CreatedAt: time.Unix(1_800_000_000, 0).UTC()}

// filled is a scene with a Site and a key, kept under that master key.
func filled(t *testing.T, master *sealed.MasterKeys) scene {
	t.Helper()
	s := scene{memory.New()}
	must(t, s.sites(master).SaveSite(t.Context(), aSite))
	must(t, s.keys(master).AddKey(t.Context(), aKey))
	return s
}

// raw is all that the store behind holds of secrets.
func (s scene) raw(t *testing.T) string {
	t.Helper()
	site, err := s.Store.Site(t.Context(), "a")
	must(t, err)
	keys, err := s.Store.Keys(t.Context(), captcha.SealPurpose)
	must(t, err)
	return fmt.Sprintf("%s\n%s\n%q", site.Secrets[0].Value, site.Secrets[1].Value, keys[0].Secret)
}

// expectReadable sees that the secrets come back under these master keys.
func (s scene) expectReadable(t *testing.T, master *sealed.MasterKeys) {
	t.Helper()
	site, err := s.sites(master).Site(t.Context(), "a")
	must(t, err)
	if !slices.Equal(site.Secrets, aSite.Secrets) {
		t.Errorf("the secrets are %v", site.Secrets)
	}
	keys, err := s.keys(master).Keys(t.Context(), captcha.SealPurpose)
	must(t, err)
	if len(keys) != 1 || !bytes.Equal(keys[0].Secret, aKey.Secret) {
		t.Errorf("the keys are %v", keys)
	}
}

// expectRefused sees that nothing comes back, and that the error says why.
func (s scene) expectRefused(t *testing.T, master *sealed.MasterKeys, why string) {
	t.Helper()
	site, siteErr := s.sites(master).Site(t.Context(), "a")
	sites, sitesErr := s.sites(master).Sites(t.Context())
	keys, keysErr := s.keys(master).Keys(t.Context(), captcha.SealPurpose)
	if site != nil || sites != nil || keys != nil {
		t.Errorf("got %v, %v, %v", site, sites, keys)
	}
	for _, err := range []error{siteErr, sitesErr, keysErr} {
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("got %v, want it to say that %s", err, why)
		}
	}
}

func TestLaws(t *testing.T) {
	for name, master := range map[string]*sealed.MasterKeys{"under a master key": masterKeys(t, "first"), "without one": {}} {
		t.Run(name, func(t *testing.T) {
			storetest.Sites(t, func(*testing.T, string) captcha.SiteStore { return scene{memory.New()}.sites(master) })
			storetest.Keys(t, func(*testing.T, string) captcha.KeyStore { return scene{memory.New()}.keys(master) })
		})
	}
}

func TestSecretsAreUnreadableInTheStore(t *testing.T) {
	s := filled(t, masterKeys(t, "first"))
	if raw := s.raw(t); strings.Contains(raw, "hunter") {
		t.Errorf("the store holds %s", raw)
	}
	s.expectReadable(t, masterKeys(t, "first"))
}

func TestOneSecretIsNeverEncryptedTheSameTwice(t *testing.T) {
	one, another := filled(t, masterKeys(t, "first")), filled(t, masterKeys(t, "first"))
	if one.raw(t) == another.raw(t) {
		t.Error("it is")
	}
}

func TestWhatIsFromBeforeThereWasAMasterKeyIsStillRead(t *testing.T) {
	s := filled(t, &sealed.MasterKeys{})
	if raw := s.raw(t); strings.Count(raw, "hunter") != 3 {
		t.Fatalf("the store holds %s", raw)
	}
	s.expectReadable(t, masterKeys(t, "first"))
}

func TestWithoutTheRightMasterKeyNothingIsRead(t *testing.T) {
	s := filled(t, masterKeys(t, "first"))
	s.expectRefused(t, &sealed.MasterKeys{}, "no master key is given")
	s.expectRefused(t, masterKeys(t, "second"), "a master key that is not given")
}

func TestAMasterKeyIsReplaced(t *testing.T) {
	s := filled(t, masterKeys(t, "first"))
	both := masterKeys(t, "second", "first")
	s.expectReadable(t, both)
	sites, keys, err := sealed.Reseal(t.Context(), s.sites(both), s.keys(both), captcha.SealPurpose)
	if sites != 1 || keys != 1 || err != nil {
		t.Errorf("got %d sites, %d keys, %v", sites, keys, err)
	}
	s.expectReadable(t, masterKeys(t, "second"))
	s.expectRefused(t, masterKeys(t, "first"), "a master key that is not given")
}

func TestWhatIsNotEncryptedYetIsEncryptedByReseal(t *testing.T) {
	s := filled(t, &sealed.MasterKeys{})
	first := masterKeys(t, "first")
	_, _, err := sealed.Reseal(t.Context(), s.sites(first), s.keys(first), captcha.SealPurpose)
	must(t, err)
	if raw := s.raw(t); strings.Contains(raw, "hunter") {
		t.Errorf("the store holds %s", raw)
	}
}

func TestWhoWritesToTheDatabaseCannotPutOneSecretInThePlaceOfAnother(t *testing.T) {
	first := masterKeys(t, "first")
	s := filled(t, first)
	site, err := s.Store.Site(t.Context(), "a")
	must(t, err)

	t.Run("of another site", func(t *testing.T) {
		site.Key = "b"
		must(t, s.SaveSite(t.Context(), site))
		if _, err := s.sites(first).Site(t.Context(), "b"); err == nil || !strings.Contains(err.Error(), "altered") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of another key", func(t *testing.T) {
		keys, err := s.Store.Keys(t.Context(), captcha.SealPurpose)
		must(t, err)
		keys[0].ID = "other"
		must(t, s.AddKey(t.Context(), keys[0]))
		if _, err := s.keys(first).Keys(t.Context(), captcha.SealPurpose); err == nil || !strings.Contains(err.Error(), "altered") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("nor alter it", func(t *testing.T) {
		for _, kept := range []string{"sealed:1:", "sealed:1:AAAA", "sealed:1:?", site.Secrets[0].Value[:40]} {
			must(t, s.SaveSite(t.Context(), &captcha.Site{Key: "a", Secrets: []captcha.Secret{{ID: "one", Value: kept}}}))
			if got, err := s.sites(first).Site(t.Context(), "a"); err == nil {
				t.Errorf("%q is read as %v", kept, got.Secrets)
			}
		}
	})
}

func TestParseMasterKeys(t *testing.T) {
	t.Run("a drawn one is good, and no other one", func(t *testing.T) {
		one, two := sealed.NewMasterKey(), sealed.NewMasterKey()
		if _, err := sealed.ParseMasterKeys("# of today\n\n " + one + "\r\n" + two); err != nil || one == two {
			t.Errorf("got %v for %q and %q", err, one, two)
		}
	})
	for _, bad := range []string{"", "# nothing\n", "hunter2", base64.StdEncoding.EncodeToString([]byte("hunter2"))} {
		t.Run(fmt.Sprintf("%q is refused, and not repeated", bad), func(t *testing.T) {
			_, err := sealed.ParseMasterKeys(bad)
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
