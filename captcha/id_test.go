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

func TestAnOlderKeyStillOpens(t *testing.T) {
	id := ring(t, "old").Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: start}, mock.Random(1))
	_, before, _ := ring(t, "old").Open(id, 1)
	_, after, ok := ring(t, "new", "old").Open(id, 1)
	if !ok || before != after {
		t.Error("a second key changes what the first has sealed")
	}
	if _, _, ok := ring(t, "new").Open(id, 1); ok {
		t.Error("opened without its key")
	}
}

func TestARetiredKeyOpensButDoesNotSeal(t *testing.T) {
	retired := captcha.Key{ID: "r", Secret: bytes.Repeat([]byte("r"), 32), RetiredAt: start}
	fresh := captcha.Key{ID: "f", Secret: bytes.Repeat([]byte("f"), 32)}
	both, err := captcha.NewKeyring([]captcha.Key{retired, fresh})
	if err != nil {
		t.Fatal(err)
	}
	onlyFresh, err := captcha.NewKeyring([]captcha.Key{fresh})
	if err != nil {
		t.Fatal(err)
	}
	id := both.Seal(captcha.Challenge{SiteTag: 1, Kind: captcha.KindSlider, IssuedAt: start}, mock.Random(1))
	if _, _, ok := onlyFresh.Open(id, 1); !ok {
		t.Error("sealed with the retired key")
	}
	if _, err := captcha.NewKeyring([]captcha.Key{retired}); err == nil {
		t.Error("a ring without a live key was made")
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
	first, again, other := a.HashAddress("10.0.0.1"), a.HashAddress("10.0.0.1"), a.HashAddress("10.0.0.2")
	if first != again || first == other {
		t.Error("the same address must give the same text, another address another")
	}
	if first == b.HashAddress("10.0.0.1") || a.HashAddress("") != "" {
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
