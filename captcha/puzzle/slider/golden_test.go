package slider_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/slider"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

// The golden pictures show each family once, under its number as seed. They are
// the same on every machine, to the pixel.
func TestPicturesAreTheGoldenOnes(t *testing.T) {
	for n, family := range paint.Families() {
		t.Run(family.Name, func(t *testing.T) {
			puzzle := draw(t, slider.New(family), n, nil)
			name := filepath.Join("..", "..", "..", "testdata", "slider", fmt.Sprintf("slider-%d", n))
			checkGolden(t, name+".png", puzzle.Picture)
			checkGolden(t, name+"-strip.png", puzzle.Piece)
		})
	}
}

func checkGolden(t *testing.T, name string, got captcha.Media) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	golden := puzzletest.Pixels(t, captcha.Media{Type: got.Type, Data: data})
	if drawn := puzzletest.Pixels(t, got); golden.Rect != drawn.Rect || !bytes.Equal(golden.Pix, drawn.Pix) {
		t.Errorf("%s has other pixels. If they are meant to be new, run with -update and look at them", name)
	}
}
