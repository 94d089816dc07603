package slider_test

import (
	"fmt"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/slider"
)

// The golden pictures show each family once, under its number as seed. They are
// the same on every machine, to the pixel.
func TestPicturesAreTheGoldenOnes(t *testing.T) {
	for n, family := range paint.Families() {
		t.Run(family.Name, func(t *testing.T) {
			puzzle := draw(t, slider.New(paint.NewStock(family)), n, nil)
			puzzletest.Golden(t, fmt.Sprintf("slider/slider-%d.png", n), puzzle.Picture)
			puzzletest.Golden(t, fmt.Sprintf("slider/slider-%d-strip.png", n), puzzle.Piece)
		})
	}
}
