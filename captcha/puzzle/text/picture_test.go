package text_test

import (
	"encoding/base64"
	"fmt"
	"image/color"
	"image/color/palette"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/text"
)

// The golden pictures have 4, 5 and 6 characters, under that number as seed. They
// are the same on every machine, to the pixel.
func TestPicturesAreTheGoldenOnes(t *testing.T) {
	for length := text.Shortest; length <= text.Longest; length++ {
		name := fmt.Sprintf("text-%d.png", length)
		t.Run(name, func(t *testing.T) {
			settings := captcha.Settings{"text.length": fmt.Sprint(length), "text.format": "png"}
			puzzletest.Golden(t, "text/"+name, draw(t, text.New(), length, settings).Picture)
		})
	}
}

// The first bytes are those of the vendor's own sample: GIF89a, 200 x 50, and
// the palette of Go's encoder.
func TestTheGIFBeginsLikeTheVendorsOwn(t *testing.T) {
	for n := range 10 {
		picture := draw(t, text.New(), n, nil).Picture
		if picture.Type != "image/gif" || picture.Width != 200 || picture.Height != 50 {
			t.Errorf("by default it is %s of %dx%d", picture.Type, picture.Width, picture.Height)
		}
		const sample = "R0lGODlhyAAyAIcAAAAAAAAARAAAiAAAzABE"
		if encoded := base64.StdEncoding.EncodeToString(picture.Data); !strings.HasPrefix(encoded, sample) {
			t.Errorf("it begins with %.36s", encoded)
		}
	}
}

func TestTheGIFShowsTheColoursNearestToThePNG(t *testing.T) {
	for n := range 5 {
		exact := puzzletest.Pixels(t, draw(t, text.New(), n, captcha.Settings{"text.format": "png"}).Picture)
		near := puzzletest.Pixels(t, draw(t, text.New(), n, captcha.Settings{"text.format": "gif"}).Picture)
		for i := 0; i < len(exact.Pix); i += 4 {
			want := color.Palette(palette.Plan9).Convert(color.RGBA{exact.Pix[i], exact.Pix[i+1], exact.Pix[i+2], 255}).(color.RGBA)
			if got := (color.RGBA{near.Pix[i], near.Pix[i+1], near.Pix[i+2], 255}); got != want {
				t.Fatalf("seed %d, pixel %d: %v instead of %v", n, i/4, got, want)
			}
		}
	}
}

func TestPicturesAreSmall(t *testing.T) {
	for n := range 50 {
		for _, format := range []string{"gif", "png"} {
			data := draw(t, text.New(), n, captcha.Settings{"text.length": "6", "text.format": format}).Picture.Data
			if len(data) > 5_000 {
				t.Errorf("seed %d has %d bytes as %s", n, len(data), format)
			}
		}
	}
}

// Ink stands out from paper for everybody, also for those who see no colours.
func TestInkIsDarkAndPaperLight(t *testing.T) {
	for n := range 100 {
		picture := puzzletest.Pixels(t, draw(t, text.New(), n, nil).Picture)
		dark, light := 0, 0
		for i := 0; i < len(picture.Pix); i += 4 {
			switch grey := color.GrayModel.Convert(color.RGBA{picture.Pix[i], picture.Pix[i+1], picture.Pix[i+2], 255}).(color.Gray).Y; {
			case grey < 115:
				dark++
			case grey > 195:
				light++
			}
		}
		if dark < 500 || light < 5_000 {
			t.Errorf("seed %d has %d dark pixels and %d light ones", n, dark, light)
		}
	}
}

// What is cut off nobody can read.
func TestNoLetterIsCutOffByTheEdge(t *testing.T) {
	touching := 0
	for n := range 100 {
		picture := puzzletest.Pixels(t, draw(t, text.New(), n, nil).Picture)
		inked := 0
		for x := range text.Width {
			for _, y := range []int{0, text.Height - 1} {
				if picture.NRGBAAt(x, y).G < 100 {
					inked++
				}
			}
		}
		if inked > 8 { // the stroke may leave there, but it is thin
			touching++
		}
	}
	if touching > 2 {
		t.Errorf("%d of 100 pictures have letters at the upper or lower edge", touching)
	}
}
