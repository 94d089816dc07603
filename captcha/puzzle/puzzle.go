// Package puzzle is the list of the kinds of puzzle that there are.
//
// To add a kind: give it a constant and a name in captcha/kind.go, write its
// Maker in a folder of its own here (slider is one to read first; paint has the
// backgrounds and the PNG writer), hold the Maker to the laws in puzzletest,
// and add a line to [Makers]. The widget in web/ has to learn to show it, and
// a Dialect to ask for it; nothing else knows the kinds.
package puzzle

import (
	"fmt"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/audio"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/slider"
	"github.com/captchad/captchad/captcha/puzzle/text"
	"github.com/captchad/captchad/captcha/puzzle/words"
)

// Choice is what an operator chooses for the puzzles of all Sites.
type Choice struct {
	// Backgrounds are what sliders are cut out of and words stand on, such as an
	// operator's own from [paint.Photos]. Nil: painted scenes.
	Backgrounds paint.Source
	// FixedText is what every picture of text says: for tests and mock mode.
	// Empty: what its seed says.
	FixedText string
}

// Makers makes one Maker of each kind.
func Makers(choice Choice) ([]captcha.Maker, error) {
	if choice.Backgrounds == nil {
		choice.Backgrounds = paint.Scenes()
	}
	texts, err := choice.texts()
	if err != nil {
		return nil, fmt.Errorf("pictures of text: %w", err)
	}
	characters, err := words.New(choice.Backgrounds)
	if err != nil {
		return nil, fmt.Errorf("pictures of words: %w", err)
	}
	return []captcha.Maker{
		slider.New(paint.NewStock(choice.Backgrounds)),
		texts,
		audio.New(),
		characters,
	}, nil
}

func (choice Choice) texts() (*text.Maker, error) {
	if choice.FixedText != "" {
		return text.NewFixed(choice.FixedText)
	}
	return text.New(), nil
}
