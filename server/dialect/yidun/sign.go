package yidun

import (
	"cmp"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"github.com/captchad/captchad/server/dialect"
	"github.com/emmansun/gmsm/sm3"
)

// signedText is what a request signs: every field but the signature, ordered by
// name in bytes, each name followed by its value, and nothing in between. Two
// forms can have one text; that is the vendor's format, and each value is checked
// for itself afterwards.
func signedText(f dialect.Form) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if name != "signature" {
			text.WriteString(name)
			text.WriteString(f[name])
		}
	}
	return text.String()
}

// methods make a signature of the text and the secretKey, by the lower-case name
// of the method. The name is part of the text as the client spells it.
var methods = map[string]func(text, key string) []byte{
	"md5":    keyAppended(md5.New),
	"sha1":   keyAppended(sha1.New),
	"sha256": keyAppended(sha256.New),
	"sm3":    keyAppended(sm3.New),
	// The vendor lists this one and tells its formula nowhere: this is our reading.
	"hmac_sha256": func(text, key string) []byte {
		return digest(hmac.New(sha256.New, []byte(key)), text)
	},
}

// keyAppended is the digest of the text with the key behind it.
func keyAppended(newHash func() hash.Hash) func(text, key string) []byte {
	return func(text, key string) []byte { return digest(newHash(), text+key) }
}

func digest(h hash.Hash, text string) []byte {
	h.Write([]byte(text)) // never fails
	return h.Sum(nil)
}

// signed tells whether the form carries the signature of one of the keys. A form
// that names no method means MD5, and one that names an unknown one is not signed.
func signed(f dialect.Form, keys []string) bool {
	sign, known := methods[strings.ToLower(cmp.Or(f["signatureMethod"], "MD5"))]
	if !known {
		return false
	}
	text, given := signedText(f), []byte(strings.ToLower(f["signature"]))
	good := 0
	for _, key := range keys {
		want := hex.EncodeToString(sign(text, key))
		// In constant time: who could measure how far a guess is right could sign.
		good |= subtle.ConstantTimeCompare([]byte(want), given)
	}
	return good == 1
}

// wrongSignature explains, to who tests a backend, what it should have signed, and what
// would have come of it.
func wrongSignature(f dialect.Form, keys []string) string {
	name := cmp.Or(f["signatureMethod"], "MD5")
	sign, known := methods[strings.ToLower(name)]
	switch {
	case !known:
		return fmt.Sprintf("signatureMethod is %q; want one of %s", name, strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
	case len(keys) == 0:
		return fmt.Sprintf("no site has the secretId %q", f["secretId"])
	}
	text := signedText(f)
	return fmt.Sprintf("signature is %q; want %q: %s of %q with the secretKey behind it", f["signature"], hex.EncodeToString(sign(text, keys[0])), name, text)
}
