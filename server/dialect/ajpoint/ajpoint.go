// Package ajpoint reads and writes the point in which AJ-Captcha's clients send
// an Answer. AJ-Captcha and Huawei OneAccess, which is built on it, share the
// format: JSON such as {"x":237,"y":5}, in clear or under AES with a key that
// the client was given beside the picture.
//
// The key is no secret and AES in ECB mode no protection; they are here because
// clients use them. A Pass is made of the very text that the client sent, so
// nothing here writes JSON anew.
package ajpoint

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/captchad/captchad/captcha"
)

// MaxText is how many bytes the text of a point may have on the wire.
const MaxText = 1024

const keyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// Key is the secretKey of a Challenge: 16 characters [A-Za-z0-9] that follow
// from its ID, so that they need not be stored.
func Key(id captcha.ID) string {
	digest := sha256.Sum256([]byte("aj-secret-key:" + id.String()))
	key := make([]byte, 16)
	for i := range key {
		key[i] = keyAlphabet[int(digest[i])%len(keyAlphabet)]
	}
	return string(key)
}

// Encrypt is AES-128-ECB with PKCS#7 padding under a key of 16 bytes, in
// standard base64.
func Encrypt(key, clear string) string {
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		panic(err) // a key that Key did not make
	}
	padding := aes.BlockSize - len(clear)%aes.BlockSize
	text := append([]byte(clear), bytes.Repeat([]byte{byte(padding)}, padding)...)
	for at := 0; at < len(text); at += aes.BlockSize {
		block.Encrypt(text[at:], text[at:at+aes.BlockSize])
	}
	return base64.StdEncoding.EncodeToString(text)
}

// Decrypt is the reverse of Encrypt. It takes nothing that Encrypt would have
// written otherwise.
func Decrypt(key, sealed string) (clear string, ok bool) {
	text, err := base64.StdEncoding.Strict().DecodeString(sealed)
	if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 || bytes.ContainsAny([]byte(sealed), "\r\n") {
		return "", false
	}
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		return "", false
	}
	for at := 0; at < len(text); at += aes.BlockSize {
		block.Decrypt(text[at:], text[at:at+aes.BlockSize])
	}
	padding := int(text[len(text)-1])
	if padding == 0 || padding > aes.BlockSize ||
		!bytes.Equal(text[len(text)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		return "", false
	}
	return string(text[:len(text)-padding]), true
}

// sliderY is the height that every client sends for a slider: its strip is as
// tall as the picture and moves only sideways.
const sliderY = 5

// ParseSlider reads the point of a slider in clear: one JSON object with numbers
// x and y, y being exactly 5. Any spelling of the numbers, other members and any
// order are fine.
func ParseSlider(clear string) (captcha.Answer, bool) {
	var members map[string]json.RawMessage // exact names: encoding/json would take "X" for x in a struct
	if json.Unmarshal([]byte(clear), &members) != nil {
		return captcha.Answer{}, false
	}
	x, okX := number(members["x"])
	y, okY := number(members["y"])
	if !okX || !okY || y != sliderY {
		return captcha.Answer{}, false
	}
	return captcha.Answer{Points: []captcha.Point{{X: x, Y: y}}}, true
}

// number reads a JSON number that fits a float64; null and strings are none.
func number(raw json.RawMessage) (float64, bool) {
	var n *float64
	if len(raw) == 0 || json.Unmarshal(raw, &n) != nil || n == nil {
		return 0, false
	}
	return *n, true
}

// AnswerInClear reads the Answer to a slider out of a point in clear, and sets the
// Pass that it shall give. A point that cannot be read leaves the zero Answer,
// which is wrong and costs an attempt.
func AnswerInClear(attempt *captcha.Attempt, point string) {
	attempt.Answer, _ = ParseSlider(point)
	attempt.Secret = PassText(attempt.ID, point)
}

// AnswerEncrypted is AnswerInClear for a point under the Challenge's Key. The Pass
// is encrypted too, and so hides its ID.
func AnswerEncrypted(attempt *captcha.Attempt, point string) {
	key := Key(attempt.ID)
	clear, ok := Decrypt(key, point)
	if !ok {
		return
	}
	attempt.Answer, _ = ParseSlider(clear)
	attempt.Secret = Encrypt(key, PassText(attempt.ID, clear))
	attempt.HidesID = true
}

// PassText is what both sides make the Pass of: the ID and the point in clear,
// byte for byte as the client sent it.
func PassText(id captcha.ID, clear string) string { return id.String() + passMark + clear }

const passMark = "---"

// PassID finds the ID in a Pass in clear. An encrypted Pass has none to find.
func PassID(pass string) (captcha.ID, bool) {
	const digits = 32
	if len(pass) < digits+len(passMark) || pass[digits:digits+len(passMark)] != passMark {
		return captcha.ID{}, false
	}
	return captcha.ParseID(pass[:digits])
}
