package captcha_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
)

func ring(t *testing.T, ids ...string) *captcha.Keyring {
	t.Helper()
	var keys []captcha.Key
	for _, id := range ids {
		keys = append(keys, captcha.Key{ID: id, Purpose: captcha.SealPurpose, Secret: bytes.Repeat([]byte(id), 32)[:32]})
	}
	made, err := captcha.NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAnIDHoldsTheFactsOfItsChallenge(t *testing.T) {
	keys := ring(t, "a")
	sealed := captcha.Challenge{SiteTag: 0xCAFE, Kind: captcha.KindSlider, IssuedAt: start}
	id := keys.Seal(sealed, mock.Random(1))
	opened, _, ok := keys.Open(id, sealed.SiteTag)
	sealed.ID = id
	if !ok || opened != sealed {
		t.Errorf("opened %+v, %v; sealed %+v", opened, ok, sealed)
	}
}

func TestAnIDIsOpenedForItsSiteOnly(t *testing.T) {
	keys := ring(t, "a")
	id := keys.Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: start}, mock.Random(1))
	if _, _, ok := keys.Open(id, 2); ok {
		t.Error("opened for another site")
	}
}

func TestIDsOfOneSecondDiffer(t *testing.T) {
	keys, random := ring(t, "a"), mock.Random(1)
	seen := map[captcha.ID]bool{}
	for range 10_000 {
		id := keys.Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: start}, random)
		if seen[id] {
			t.Fatal("the same ID twice")
		}
		seen[id] = true
	}
}

func TestWhatWasNeverSealedIsNotOpened(t *testing.T) {
	keys, random := ring(t, "a", "b"), mock.Random(2)
	for range 100_000 {
		var id captcha.ID
		if _, err := random.Read(id[:]); err != nil {
			t.Fatal(err)
		}
		if ch, _, ok := keys.Open(id, 1); ok {
			t.Fatalf("%v opens to %+v", id, ch)
		}
	}
}

// rotated has a key that was made at the start, and others that were made an hour
// after each other.
func rotated(t *testing.T, ids ...string) *captcha.Keyring {
	t.Helper()
	var keys []captcha.Key
	for i, id := range ids {
		keys = append(keys, captcha.Key{ID: id, Secret: bytes.Repeat([]byte(id), 32)[:32], CreatedAt: start.Add(time.Duration(i) * time.Hour)})
	}
	made, err := captcha.NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// issuedAt is an ID that the keys seal at that time.
func issuedAt(keys *captcha.Keyring, at time.Time) captcha.ID {
	return keys.Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: at}, mock.Random(1))
}

func opens(keys *captcha.Keyring, id captcha.ID) bool {
	_, _, ok := keys.Open(id, 1)
	return ok
}

func TestAKeyTakesOver(t *testing.T) {
	old, both := rotated(t, "old"), rotated(t, "old", "new")
	made := start.Add(time.Hour)

	t.Run("what the older one has sealed is still opened, and is the same puzzle", func(t *testing.T) {
		id := issuedAt(old, start)
		_, before, _ := old.Open(id, 1)
		_, after, ok := both.Open(id, 1)
		if !ok || before != after {
			t.Error("a second key changes what the first has sealed")
		}
	})
	t.Run("every replica has ten seconds to hear of the new one before it seals", func(t *testing.T) {
		if !opens(old, issuedAt(both, made.Add(9*time.Second))) {
			t.Error("it seals too early")
		}
		if opens(old, issuedAt(both, made.Add(10*time.Second))) {
			t.Error("it does not seal")
		}
	})
	t.Run("what a replica that has not heard of it still seals is opened", func(t *testing.T) {
		if !opens(both, issuedAt(old, made.Add(10*time.Minute))) || !opens(both, issuedAt(both, made.Add(10*time.Second))) {
			t.Error("it is not")
		}
	})
	t.Run("ten minutes later whoever has the older one can make nothing new of it", func(t *testing.T) {
		if opens(both, issuedAt(old, made.Add(10*time.Minute+11*time.Second))) {
			t.Error("it is opened")
		}
	})
	t.Run("the new one makes nothing that is older than itself", func(t *testing.T) {
		if opens(both, issuedAt(rotated(t, "new"), made.Add(9*time.Second))) || opens(both, issuedAt(rotated(t, "new"), made.Add(-time.Hour))) {
			t.Error("it is opened")
		}
	})
	t.Run("backgrounds and addresses are the new one's when it seals", func(t *testing.T) {
		later := made.Add(time.Minute)
		if both.Epoch(later) == old.Epoch(later) || both.HashAddress("10.0.0.1", later) == old.HashAddress("10.0.0.1", later) {
			t.Error("they are the older one's")
		}
		if both.Epoch(start) != old.Epoch(start) || both.HashAddress("10.0.0.1", start) != old.HashAddress("10.0.0.1", start) {
			t.Error("they were the older one's before")
		}
	})
}

func TestAKeyringNeedsAKeyThatSeals(t *testing.T) {
	retired := captcha.Key{ID: "r", Secret: bytes.Repeat([]byte("r"), 32), CreatedAt: start, RetiredAt: start.Add(time.Hour)}
	short := captcha.Key{ID: "s", Secret: []byte("short"), CreatedAt: start}
	for _, keys := range [][]captcha.Key{nil, {retired}, {short}} {
		if _, err := captcha.NewKeyring(keys); err == nil {
			t.Errorf("of %v a ring is made: %v", keys, err)
		}
	}
}

func TestParseIDTakesOneSpellingOnly(t *testing.T) {
	const good = "389c21b32a8e4eba9a6d75b71150bfd1"
	id, ok := captcha.ParseID(good)
	if !ok || id.String() != good {
		t.Errorf("%s read as %v, %v", good, id, ok)
	}
	for _, bad := range []string{"", strings.ToUpper(good), good[:31], good + "0", "389c21b3-2a8e-4eba-9a6d-75b71150bfd1", good[:31] + "g"} {
		if _, ok := captcha.ParseID(bad); ok {
			t.Errorf("%q is taken for an ID", bad)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("389c21b32a8e4eba9a6d75b71150bfd1")
	f.Add("389C21B32A8E4EBA9A6D75B71150BFD1")
	f.Fuzz(func(t *testing.T, text string) {
		if id, ok := captcha.ParseID(text); ok && id.String() != text {
			t.Errorf("%q and %q are the same ID", text, id)
		}
	})
}

func FuzzOpen(f *testing.F) {
	keys, err := captcha.NewKeyring([]captcha.Key{{ID: "k", Secret: bytes.Repeat([]byte("k"), 32)}})
	if err != nil {
		f.Fatal(err)
	}
	good := keys.Seal(captcha.Challenge{SiteTag: 7, Kind: captcha.KindSlider, IssuedAt: start}, mock.Random(1))
	f.Add(good[:], uint32(7))
	f.Fuzz(func(t *testing.T, raw []byte, tag uint32) {
		if len(raw) != 16 {
			return
		}
		ch, _, ok := keys.Open(captcha.ID(raw), tag)
		if ok && (ch.SiteTag != tag || ch.ID != captcha.ID(raw)) {
			t.Errorf("%x opens to %+v for the tag %d", raw, ch, tag)
		}
	})
}

func TestSecretsAreInNoLog(t *testing.T) {
	var own [32]byte
	copy(own[:], "TOPSECRET")
	epoch := captcha.NewEpoch(own, start)
	seed := captcha.NewSeed(own, epoch)
	key := captcha.Key{ID: "public", Secret: []byte("TOPSECRET")}
	secret := captcha.Secret{ID: "public", Value: "TOPSECRET"}

	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("x", "seed", seed, "epoch", epoch, "key", key, "secret", secret)
	}
	for _, hidden := range []any{seed, epoch} {
		fmt.Fprintf(&out, "%v %+v %s %#v", hidden, hidden, hidden, hidden)
	}
	for _, form := range []string{"TOPSECRET", fmt.Sprintf("%x", "TOP"), fmt.Sprintf("%d %d", 'T', 'O'), fmt.Sprintf("%#x, %#x", 'T', 'O')} {
		if strings.Contains(out.String(), form) {
			t.Errorf("a secret shows, as %s: %s", form, out.String())
		}
	}
}

func TestAddressesAreHashedUnderTheKey(t *testing.T) {
	a, b := ring(t, "a"), ring(t, "b")
	first, again, other := a.HashAddress("10.0.0.1", start), a.HashAddress("10.0.0.1", start), a.HashAddress("10.0.0.2", start)
	if first != again || first == other {
		t.Error("the same address must give the same text, another address another")
	}
	if first == b.HashAddress("10.0.0.1", start) || a.HashAddress("", start) != "" {
		t.Error("the key does not matter, or no address has a hash")
	}
}

func TestSeedStreamsDifferByPurposeAndRepeat(t *testing.T) {
	seed := captcha.NewSeed([32]byte{1, 2, 3}, captcha.Epoch{})
	a, again, b := seed.Rand("a").Uint64(), seed.Rand("a").Uint64(), seed.Rand("b").Uint64()
	if a != again {
		t.Error("the same purpose gave another stream")
	}
	if a == b {
		t.Error("two purposes share a stream")
	}
	// The stream is part of what replicas of different builds agree on.
	if got, want := seed.Rand("solution").Uint64(), uint64(seedVector); got != want {
		t.Errorf("the stream begins with %#x, it used to with %#x: a running system would judge open challenges wrongly", got, want)
	}
}

const seedVector = 0xd9854fa529451462

func TestChallengesOfTenMinutesShareAnEpoch(t *testing.T) {
	site, keys := captcha.Site{Key: "site"}, ring(t, "a")
	at := time.Unix(1_800_000_000, 0) // a whole number of ten minutes
	epochOf := func(keys *captcha.Keyring, at time.Time) captcha.Epoch {
		id := keys.Seal(captcha.Challenge{SiteTag: site.Tag(), Kind: captcha.KindSlider, IssuedAt: at}, mock.Random(1))
		_, seed, ok := keys.Open(id, site.Tag())
		if !ok {
			t.Fatal("cannot open an id of its own")
		}
		return seed.Epoch()
	}
	first := epochOf(keys, at)
	if first != epochOf(keys, at.Add(captcha.EpochLength-time.Second)) || first != keys.Epoch(at) {
		t.Error("within ten minutes there are two epochs")
	}
	next := epochOf(keys, at.Add(captcha.EpochLength))
	if next.Number() != first.Number()+1 || next.Rand("x").Uint64() == first.Rand("x").Uint64() {
		t.Error("the next ten minutes are of the same epoch")
	}
	if other := epochOf(ring(t, "b"), at); other == first || other.Rand("x").Uint64() == first.Rand("x").Uint64() {
		t.Error("servers with other keys share an epoch")
	}
}
