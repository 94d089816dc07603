// Package text makes the puzzle in which the characters in a picture are typed.
//
// The characters are drawn by github.com/mojocn/base64Captcha, once, before the
// first picture: it draws with random sizes and colours, so all sizes are
// waited for and one is kept as glyph (see face.go). Each picture is composed of
// these glyphs, turned, stretched, bent and struck through as its seed says. So
// the same seed gives the same picture everywhere, and composing takes less time
// than the library takes for one of its own.
//
// Of the library only the drawing is used. What it offers to store, verify and
// number puzzles with lets strangers in, and its fonts are not all legible.
// The two in use: WenQuanYi Micro Hei, under the Apache License 2.0 as the file
// itself says, and RitaSmith, (c) 2012 Claude Pelletier, whose licence the file
// does not tell. The library puts all its ten into every program that imports it.
//
// A picture of text is a speed bump. Stock tesseract reads few of them
// (scripts/tesseract counts), but what is trained for it will read most: limits
// on attempts and rates are what protects.
package text

import (
	"fmt"
	"strings"
	"sync"

	"github.com/captchad/captchad/captcha"
)

// Alphabet are the characters that are asked for: of one case, and none that
// looks like another.
const Alphabet = "ACDEFGHJKMNPQRTUVWXY3467"

// What a Site may choose.
var (
	Length = captcha.IntSetting("text.length", 4, Shortest, Longest, "characters in the picture; the CloudBase SDK takes 4 only")
	Format = captcha.ChoiceSetting("text.format", "form of the picture", formatGIF, formatPNG)
)

// How many characters there may be in a picture.
const Shortest, Longest = 4, 6

const formatGIF, formatPNG = "gif", "png"

// Maker makes pictures of text. It keeps what is the same for all of them and
// nothing else, and may be used by many at a time.
type Maker struct {
	faces   func() ([]face, error)
	fixed   string // what every picture says; empty: what its seed says
	encoder *encoder
}

var (
	_ captcha.Maker    = (*Maker)(nil)
	_ captcha.Preparer = (*Maker)(nil)
)

// New makes a Maker. The first picture of a process takes a fifth of a second, in
// which the library draws the glyphs, unless Prepare was called before.
func New() *Maker { return &Maker{faces: glyphs, encoder: &encoder{}} }

// NewFixed makes a Maker whose pictures all say the same, for tests and the mock.
// Any letters A to Z and digits will do, also those that the Alphabet leaves out.
func NewFixed(text string) (*Maker, error) {
	fixed := upper(text)
	if len(fixed) < Shortest || len(fixed) > Longest || strings.Trim(fixed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return nil, fmt.Errorf("%q is not %d to %d letters and digits", text, Shortest, Longest)
	}
	faces := sync.OnceValues(func() ([]face, error) { return drawFaces(fixed) })
	return &Maker{faces: faces, fixed: fixed, encoder: &encoder{}}, nil
}

// Kind is captcha.KindText.
func (m *Maker) Kind() captcha.Kind { return captcha.KindText }

// Settings lists what a Site may choose.
func (m *Maker) Settings() []captcha.Setting { return []captcha.Setting{Length, Format} }

// Solution is the Text in the picture: characters of the Alphabet, all texts of
// that length equally likely.
func (m *Maker) Solution(seed captcha.Seed, settings captcha.Settings) captcha.Answer {
	return captcha.Answer{Text: m.text(seed, settings)}
}

func (m *Maker) text(seed captcha.Seed, settings captcha.Settings) string {
	if m.fixed != "" {
		return m.fixed
	}
	random := seed.Rand("solution")
	text := make([]byte, settings.Int(Length))
	for i := range text {
		text[i] = Alphabet[random.IntN(len(Alphabet))]
	}
	return string(text)
}

// Accepts tells whether given has the whole Text, in upper or lower case. White
// space counts as a wrong character: whether some is taken off what was typed,
// and which, is up to the protocol, so the Dialect does it.
func (m *Maker) Accepts(seed captcha.Seed, settings captcha.Settings, given captcha.Answer) bool {
	return given.Text != "" && upper(given.Text) == m.text(seed, settings)
}

// upper folds the letters a to z. Unicode's folding would take the Kelvin sign
// for a K and the long s for an S.
func upper(text string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, text)
}

// Prepare has the library draw the glyphs, which are the same in every epoch. Should
// it fail, Draw tells why.
func (m *Maker) Prepare(captcha.Epoch) (more bool) {
	_, _ = m.faces()
	return false
}

// Draw composes the picture.
func (m *Maker) Draw(seed captcha.Seed, settings captcha.Settings) (*captcha.Puzzle, error) {
	faces, err := m.faces()
	if err != nil {
		return nil, err
	}
	random := seed.Rand("picture")
	picture := &canvas{}
	bend := newWave(random)
	for _, letter := range layout(random, faces, m.text(seed, settings)) {
		letter.draw(picture, bend)
	}
	picture.stroke(random)
	picture.specks(random)
	media, err := m.encoder.encode(picture, settings.Get(Format), newRamp(random))
	if err != nil {
		return nil, err
	}
	return &captcha.Puzzle{Picture: media}, nil
}
