package yidun_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/yidun"
	"github.com/emmansun/gmsm/sm3"
)

// vectors are testdata/yidun/vectors.json: requests that the vendor's clients were
// seen to send, and what its SDKs' own tests sign.
type vectors struct {
	SecretKey string
	Common    map[string]string // fields of all requests
	Requests  []struct {
		Name      string
		Fields    map[string]string
		Signature string
		Error     int
	}
	Signatures []struct {
		Name, Key, Signature string
		Fields               map[string]string
	}
	SM3      map[string]string
	Fallback string
}

func readVectors(t testing.TB) (v vectors) {
	t.Helper()
	text, err := os.ReadFile("../../../testdata/yidun/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestThePublishedRequestsAreAnsweredAsPublished(t *testing.T) {
	v := readVectors(t)
	if len(v.Requests) != 30 || v.Common["captchaId"] != captchaID || v.SecretKey != secretKey {
		t.Fatalf("%d requests, %v", len(v.Requests), v.Common)
	}
	for _, request := range v.Requests {
		t.Run(request.Name, func(t *testing.T) {
			b := newBackend(t)
			b.solve(b.site, validate, nil)
			fields := maps.Clone(v.Common)
			maps.Copy(fields, request.Fields)
			fields["signature"] = request.Signature
			path := "/api/v2/verify"
			if fields["version"] == "v1" {
				path = "/api/v1/verify"
			}
			want := "true"
			if request.Error != 0 {
				want = strconv.Itoa(request.Error)
			}
			if got := b.outcome(b.post(path, encode(fields))); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if request.Error != 0 {
				b.wantGood(validate)
			}
		})
	}
}

func TestTheSDKsOwnSignaturesAreGood(t *testing.T) {
	for _, c := range readVectors(t).Signatures {
		t.Run(c.Name, func(t *testing.T) {
			c.Fields["signature"] = c.Signature
			if !yidun.Signed(c.Fields, c.Key) {
				t.Errorf("signs %q", yidun.SignedText(c.Fields))
			}
			if yidun.Signed(c.Fields, c.Key+"x") {
				t.Error("another key is taken too")
			}
			if !yidun.Signed(c.Fields, "another key", c.Key) || !yidun.Signed(c.Fields, c.Key, "another key") {
				t.Error("of two keys each is not tried")
			}
		})
	}
}

func TestSM3IsTheStandards(t *testing.T) {
	for text, want := range readVectors(t).SM3 {
		if sum := sm3.Sum([]byte(text)); hex.EncodeToString(sum[:]) != want {
			t.Errorf("of %q: %x", text, sum)
		}
	}
}

func TestASignedTextHasAllNamesAndNoSignature(t *testing.T) {
	for want, fields := range map[string]map[string]string{
		"bar2baz4foo1foobar3": {"foo": "1", "bar": "2", "foobar": "3", "baz": "4"},
		"Ba1_xuserä":          {"user": "", "ä": "", "_": "x", "B": "a1"},
		"":                    {"signature": "x"},
	} {
		if got := yidun.SignedText(fields); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAKeyIsGoodUntilItsEnd(t *testing.T) {
	b := newBackend(t, func(s *captcha.Site) {
		s.Secrets = []captcha.Secret{
			{ID: secretID, Value: "the new one"},
			{ID: "another secretId", Value: secretKey},
			{ID: secretID, Value: secretKey, Until: sent.Add(60e9)},
			{ID: secretID, Value: ""},
		}
	})
	b.wantGood(b.pass())
	b.Clock.Advance(60e9)
	if got := b.verify(b.pass()); got != "415" {
		t.Errorf("after the key's end: %s", got)
	}
}

func TestAnEmptySecretSignsNothing(t *testing.T) {
	b := newBackend(t, func(s *captcha.Site) { s.Secrets = []captcha.Secret{{ID: secretID}} })
	if got := b.outcome(b.post("/api/v2/verify", encode(signWith("", b.fields(b.pass()))))); got != "415" {
		t.Errorf("got %s", got)
	}
}

func TestASecretWithoutAnIDGoesByTheSitesKey(t *testing.T) {
	b := newBackend(t, func(s *captcha.Site) { s.Secrets = []captcha.Secret{{Value: secretKey}} })
	fields := b.fields(b.pass())
	if got := b.outcome(b.post("/api/v2/verify", encode(sign(fields)))); got != "415" {
		t.Errorf("by another secretId: %s", got)
	}
	fields["secretId"] = captchaID
	if got := b.outcome(b.post("/api/v2/verify", encode(sign(fields)))); got != "true" {
		t.Errorf("by the captchaId: %s", got)
	}
}

// The constant that the vendor's page script hands out by itself where the vendor
// cannot be reached is public, so it is nobody's Pass.
func TestTheConstantOfTheFallbackPassesNobody(t *testing.T) {
	v := readVectors(t)
	if sum := sha256.Sum256([]byte(v.Fallback)); len(v.Fallback) != 508 ||
		hex.EncodeToString(sum[:]) != "b2faf1c00bdf20079f5cc439d824623ff102d01b8d4770d7a9b2a8415aa19178" {
		t.Fatalf("it is another text: %x", sum)
	}
	b := newBackend(t)
	fields := b.fields(v.Fallback)
	fields["signature"] = "2f4e1a3030d81e62f0dea1b73b7aa827"
	if got := b.outcome(b.post("/api/v2/verify", encode(fields))); got != "false" {
		t.Errorf("got %s", got)
	}
}

func FuzzForm(f *testing.F) {
	for _, r := range readVectors(f).Requests {
		f.Add(encode(r.Fields)+"&signature="+r.Signature, secretKey)
	}
	f.Add("user&a=b&&=c", "")
	f.Add("a=1&a=1", "k")
	f.Add("a=%zz;b=c", "k")
	f.Add("signatureMethod=sm3&signature=%FF%00", "\xff")
	f.Fuzz(func(t *testing.T, body, key string) {
		fields, err := yidun.ParseForm(body)
		if err != nil {
			return
		}
		// Only what can be read in one way is read.
		values, err := url.ParseQuery(body)
		if err != nil || len(values) != len(fields) {
			t.Fatalf("%q is read as %v", body, fields)
		}
		text := yidun.SignedText(fields)
		for name, given := range values {
			if len(given) != 1 || given[0] != fields[name] || name != "signature" && !strings.Contains(text, name+given[0]) {
				t.Errorf("%q is read as %v, and signs %q", body, fields, text)
			}
		}
		if yidun.Signed(fields) {
			t.Errorf("%q is signed by nobody", body)
		}
		// No key but the one that signed is taken.
		fields["signatureMethod"] = cmp.Or(fields["signatureMethod"], "HMAC_SHA256")
		if yidun.Signed(fields, key) && yidun.Signed(fields, key+"x") {
			t.Errorf("%q is signed by two keys", body)
		}
	})
}

func FuzzVerify(f *testing.F) {
	b := newBackend(f)
	f.Add(encode(sign(b.fields(validate))), "application/x-www-form-urlencoded", "")
	f.Add("\x1f\x8b\x08", "application/x-www-form-urlencoded;", "gzip")
	f.Fuzz(func(t *testing.T, body, mediaType, encoding string) {
		b := b
		b.t = t
		response := b.post("/api/v2/verify", body, http.Header{"Content-Type": {mediaType}, "Content-Encoding": {encoding}})
		status := response.StatusCode
		if got := b.outcome(response); status != http.StatusOK || got == "true" || got == "500" {
			t.Errorf("status %d, %s", status, got)
		}
	})
}
