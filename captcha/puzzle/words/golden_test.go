package words_test

import (
	"fmt"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/words"
)

// The golden pictures show each family of backgrounds once, under its number as
// seed, and each alphabet twice or more. They are the same on every machine, to
// the pixel.
func TestPicturesAreTheGoldenOnes(t *testing.T) {
	for n, family := range paint.Families() {
		alphabet := []string{"han", "icons", "latin"}[n%3]
		t.Run(family.Name+" with "+alphabet, func(t *testing.T) {
			maker, err := words.New(family)
			if err != nil {
				t.Fatal(err)
			}
			puzzle := draw(t, maker, n, chosen(fmt.Sprint(3+n%3), "3", alphabet))
			puzzletest.Golden(t, fmt.Sprintf("words/words-%d.png", n), puzzle.Picture)
			puzzletest.Golden(t, fmt.Sprintf("words/words-%d-strip.png", n), puzzle.Piece)
		})
	}
}
