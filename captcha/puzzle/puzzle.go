// Package puzzle is the list of the kinds of puzzle that there are.
//
// To add a kind: give it a constant and a name in captcha/kind.go, write its
// Maker in a folder of its own here (slider is one to read first; paint has the
// backgrounds and the PNG writer), hold the Maker to the laws in puzzletest,
// and add a line to [MakersOn]. The widget in web/ has to learn to show it, and
// a Dialect to ask for it; nothing else knows the kinds.
package puzzle

import (
	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/slider"
)

// Makers makes one Maker of each kind, on painted backgrounds.
func Makers() []captcha.Maker { return MakersOn(paint.Scenes()) }

// MakersOn makes one Maker of each kind, on the given backgrounds: an operator's
// own, from [paint.Photos].
func MakersOn(backgrounds paint.Source) []captcha.Maker {
	return []captcha.Maker{
		slider.New(backgrounds),
	}
}
