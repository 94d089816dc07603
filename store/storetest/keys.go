package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

// OpenKeys opens the key store that is in home.
type OpenKeys func(t *testing.T, home string) captcha.KeyStore

// Keys holds a key store to its laws.
func Keys(t *testing.T, open OpenKeys) {
	for _, law := range keyLaws {
		t.Run(law.name, func(t *testing.T) { law.test(t, fresh(t, open)) })
	}
}

// DurableKeys holds a key store that outlives its process to its laws.
func DurableKeys(t *testing.T, open OpenKeys) {
	Keys(t, open)
	t.Run("keys survive reopening", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		must(t, store.AddKey(t.Context(), fullKey("a", now)))
		store = reopened(t, store, home, open)
		same(t, "the keys", []captcha.Key{fullKey("a", now)}, keys(t, store, "seal"))
	})
}

var keyLaws = []struct {
	name string
	test func(t *testing.T, store captcha.KeyStore)
}{
	{"keys come back as they were added, oldest first", keysOldestFirst},
	{"keys of another purpose are not told", keysByPurpose},
	{"a second key with the same ID is refused", keyTwice},
	{"a caller cannot change the store through what it got", keyCopies},
	{"a key is changed in every field, and no other one", keySaved},
	{"a key is removed, and no other one", keyRemoved},
	{"a key that is not there is neither changed nor removed", noKey},
	{"a keyring is made once and then found", keyringFound},
}

// fullKey has something in every field.
func fullKey(id string, created time.Time) captcha.Key {
	return captcha.Key{
		ID: id, Purpose: "seal", Secret: []byte{0, 0xff, 'x', 0},
		CreatedAt: created, RetiredAt: created.Add(time.Hour + 1),
	}
}

func keysOldestFirst(t *testing.T, store captcha.KeyStore) {
	unretired := fullKey("a", now.Add(1))
	unretired.RetiredAt = time.Time{}
	want := []captcha.Key{fullKey("c", now.Add(-time.Hour)), fullKey("b", now), fullKey("d", now), unretired}
	for _, i := range []int{2, 3, 0, 1} {
		must(t, store.AddKey(t.Context(), want[i]))
	}
	same(t, "the keys; those of one age by ID", want, keys(t, store, "seal"))
}

func keysByPurpose(t *testing.T, store captcha.KeyStore) {
	must(t, store.AddKey(t.Context(), fullKey("a", now)))
	same(t, "keys of another purpose", []captcha.Key{}, keys(t, store, "sign"))
	same(t, "keys of no purpose", []captcha.Key{}, keys(t, store, ""))
}

func keyTwice(t *testing.T, store captcha.KeyStore) {
	must(t, store.AddKey(t.Context(), fullKey("a", now)))
	second := fullKey("a", now)
	second.Secret = []byte("another")
	if err := store.AddKey(t.Context(), second); err == nil {
		t.Error("it was added")
	}
	same(t, "the keys", []captcha.Key{fullKey("a", now)}, keys(t, store, "seal"))
}

func keyCopies(t *testing.T, store captcha.KeyStore) {
	given := fullKey("a", now)
	must(t, store.AddKey(t.Context(), given))
	given.Secret[0]++
	keys(t, store, "seal")[0].Secret[1]++
	same(t, "the keys", []captcha.Key{fullKey("a", now)}, keys(t, store, "seal"))
}

func keySaved(t *testing.T, store captcha.KeyStore) {
	a, b := fullKey("a", now), fullKey("b", now)
	must(t, errors.Join(store.AddKey(t.Context(), a), store.AddKey(t.Context(), b)))
	b = captcha.Key{ID: "b", Purpose: "seal", Secret: []byte("another"), CreatedAt: now.Add(-time.Hour)}
	must(t, store.SaveKey(t.Context(), b))
	same(t, "the keys, in their new order", []captcha.Key{b, a}, keys(t, store, "seal"))
}

func keyRemoved(t *testing.T, store captcha.KeyStore) {
	must(t, errors.Join(store.AddKey(t.Context(), fullKey("a", now)), store.AddKey(t.Context(), fullKey("b", now))))
	must(t, store.RemoveKey(t.Context(), "a"))
	same(t, "the keys", []captcha.Key{fullKey("b", now)}, keys(t, store, "seal"))
}

func noKey(t *testing.T, store captcha.KeyStore) {
	must(t, store.AddKey(t.Context(), fullKey("a", now)))
	for _, err := range []error{store.SaveKey(t.Context(), fullKey("b", now)), store.RemoveKey(t.Context(), "b")} {
		if !errors.Is(err, captcha.ErrNoKey) {
			t.Errorf("got %v, want %v", err, captcha.ErrNoKey)
		}
	}
	same(t, "the keys", []captcha.Key{fullKey("a", now)}, keys(t, store, "seal"))
}

// zeros is as random as a test needs it.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func keyringFound(t *testing.T, store captcha.KeyStore) {
	first, err := captcha.LoadKeyring(t.Context(), store, zeros{}, now)
	must(t, err)
	ch := newChallenge(1)
	id := first.Seal(ch, zeros{})
	second, err := captcha.LoadKeyring(t.Context(), store, zeros{}, now.Add(time.Hour))
	must(t, err)
	if _, _, ok := second.Open(id, ch.SiteTag); !ok {
		t.Error("what the first keyring sealed the second cannot open")
	}
	if got := len(keys(t, store, captcha.SealPurpose)); got != 1 {
		t.Errorf("%d keys are there, want 1", got)
	}
}

func keys(t *testing.T, store captcha.KeyStore, purpose string) []captcha.Key {
	t.Helper()
	found, err := store.Keys(t.Context(), purpose)
	must(t, err)
	return found
}
