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
	point, ok := parsePoint([]byte(clear))
	if !ok || point.Y != sliderY {
		return captcha.Answer{}, false
	}
	return captcha.Answer{Points: []captcha.Point{point}}, true
}

// ParseWords reads the points of a puzzle of clicks in clear: a JSON array of
// objects with numbers x and y, in the order of the clicks.
func ParseWords(clear string) (captcha.Answer, bool) {
	var items []json.RawMessage
	if json.Unmarshal([]byte(clear), &items) != nil || len(items) == 0 {
		return captcha.Answer{}, false
	}
	var answer captcha.Answer
	for _, item := range items {
		point, ok := parsePoint(item)
		if !ok {
			return captcha.Answer{}, false
		}
		answer.Points = append(answer.Points, point)
	}
	return answer, true
}

// parsePoint reads one object with numbers x and y.
func parsePoint(text []byte) (captcha.Point, bool) {
	var members map[string]json.RawMessage // exact names: encoding/json would take "X" for x in a struct
	if json.Unmarshal(text, &members) != nil {
		return captcha.Point{}, false
	}
	x, okX := number(members["x"])
	y, okY := number(members["y"])
	return captcha.Point{X: x, Y: y}, okX && okY
}

// shownWidth is how wide aj-captcha-react shows a picture that is 310 wide. It
// sends clicks as they are on the screen; every other client scales them.
const pictureWidth, shownWidth = 310, 280

// read sets the Answer out of a text in clear, by the kind that it is for.
func read(attempt *captcha.Attempt, clear string) {
	if attempt.Kind != captcha.KindWords {
		attempt.Answer, _ = ParseSlider(clear)
		return
	}
	attempt.Answer, _ = ParseWords(clear)
	for _, p := range attempt.Answer.Points {
		const scale = float64(pictureWidth) / shownWidth
		attempt.Or.Points = append(attempt.Or.Points, captcha.Point{X: p.X * scale, Y: p.Y * scale})
	}
}

// number reads a JSON number that fits a float64; null and strings are none.
func number(raw json.RawMessage) (float64, bool) {
	var n *float64
	if len(raw) == 0 || json.Unmarshal(raw, &n) != nil || n == nil {
		return 0, false
	}
	return *n, true
}

// AnswerInClear reads the Answer to a puzzle of the attempt's kind out of a point,
// or points, in clear, and sets the Pass that it shall give. A point that cannot be read leaves the zero Answer,
// which is wrong and costs an attempt.
func AnswerInClear(attempt *captcha.Attempt, point string) {
	read(attempt, point)
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
	read(attempt, clear)
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
