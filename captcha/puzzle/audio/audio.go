// Package audio makes the puzzle in which the digits in a recording are typed:
// for people who cannot see the pictures of other kinds.
//
// It is weak, and offered for access, not for strength. The recordings come from
// github.com/mojocn/base64Captcha, which mixes one fixed recording of each digit
// with noise and speech played backwards; whoever compares a puzzle with the
// known recordings finds the digits again. A small program that did solved 36
// of 40. In German each digit begins with a click that gives its place away. A
// Site that needs strength does not offer this kind; one that offers it relies on
// limits on attempts and rates.
//
// The noise, the pauses and the speed of speech are of the library's own making
// and random. So the same seed gives the same digits, but not the same recording
// twice. Do not hand out more than one recording of a Challenge: noise that
// differs can be averaged away.
//
// A recording is long and large: some 13 seconds and 110 kB for six digits, 170
// kB for eight. The library speaks, mixes and writes it in three milliseconds.
package audio

import (
	"bytes"
	"fmt"

	"github.com/mojocn/base64Captcha"

	"github.com/captchad/captchad/captcha"
)

// What a Site may choose.
var (
	Length   = captcha.IntSetting("audio.length", 6, 4, 8, "digits in the recording")
	Language = captcha.ChoiceSetting(captcha.AudioLanguage, "language of the digits", "en", "de", "ja", "ru", "zh")
)

// Maker makes recordings of digits. It may be used by many at a time.
type Maker struct{}

var _ captcha.Maker = (*Maker)(nil)

// New makes a Maker.
func New() *Maker { return &Maker{} }

// Kind is captcha.KindAudio.
func (m *Maker) Kind() captcha.Kind { return captcha.KindAudio }

// Settings lists what a Site may choose.
func (m *Maker) Settings() []captcha.Setting { return []captcha.Setting{Length, Language} }

// Solution is the Text that is spoken: digits 0 to 9, all texts of that length
// equally likely.
func (m *Maker) Solution(seed captcha.Seed, settings captcha.Settings) captcha.Answer {
	return captcha.Answer{Text: digits(seed, settings)}
}

func digits(seed captcha.Seed, settings captcha.Settings) string {
	random := seed.Rand("solution")
	text := make([]byte, settings.Int(Length))
	for i := range text {
		text[i] = byte('0' + random.IntN(10))
	}
	return string(text)
}

// Accepts tells whether given has exactly the digits that are spoken, as ASCII.
// White space counts as wrong: taking some off is up to the Dialect.
func (m *Maker) Accepts(seed captcha.Seed, settings captcha.Settings, given captcha.Answer) bool {
	return given.Text != "" && given.Text == digits(seed, settings)
}

// Draw makes the recording, a WAV file. It is the Picture of the Puzzle.
func (m *Maker) Draw(seed captcha.Seed, settings captcha.Settings) (*captcha.Puzzle, error) {
	data, err := speak(digits(seed, settings), settings.Get(Language))
	if err != nil {
		return nil, err
	}
	return &captcha.Puzzle{Picture: captcha.Media{Type: "audio/wav", Data: data}}, nil
}

// speak has the library say the digits. It panics on anything else, and takes
// any language that it does not know for English.
func speak(digits, language string) (data []byte, err error) {
	defer func() {
		// The reason is left out: it may hold a digit.
		if recover() != nil {
			data, err = nil, fmt.Errorf("base64Captcha panics while it speaks %d digits (%s)", len(digits), language)
		}
	}()
	item, err := base64Captcha.NewDriverAudio(len(digits), language).DrawCaptcha(digits)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if _, err := item.WriteTo(&file); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}
